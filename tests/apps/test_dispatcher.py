"""From a row to a handler and back, in a tiny house of three routers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
from dishka import Provider, Scope, make_async_container
from dishka.integrations.aiogram import FromDishka, inject
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.events import Events, PersonReachable
from plumbot.club.language import Languages
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.profiles import Profiles
from plumbot.club.tables import Admin, Profile
from plumbot.kit import dialogue
from plumbot.kit.alerts import Alerts
from plumbot.kit.db import SessionManager
from plumbot.kit.handling import needs
from plumbot.kit.here import Reply
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.runner import CallAnswers, LaneRunner
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.render import base36
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox, delete_key
from plumbot.kit.refusals import N_, Refusal
from plumbot.kit.switches import Switch
from tests.support.telegram import (
    BOT_ID,
    TOKEN,
    Post,
    TurnableClock,
    calls_of,
    client_of,
    database,
    post_office,
    row_of,
    until,
)

NINA, ADA, OWNER, CLUB = 1001, 1003, 1004, -100
Json = dict[str, Any]


class Joining(StatesGroup):
    slug = State()


class NotNow(Refusal):
    text: ClassVar[str] = N_("Not now, {name}.")


class NoteService:
    """Notes words in the database."""

    def note(self, session: Session, text: str) -> None:
        session.merge(Switch(name=text, value=True, updated_at=TurnableClock().now()))

    def note_and_refuse(self, session: Session, text: str) -> None:
        self.note(session, text)
        raise NotNow(name="<Nina>")


Notes = FromDishka[NoteService]


@inject
async def hello(message: Message, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note, "hello")
    await reply.show("test.note", text=f"hello {message.text}", button="ok")


@inject
async def prompt(_message: Message, reply: Reply, state: FSMContext, notes: Notes) -> None:
    await state.set_state(Joining.slug)
    await state.update_data(step=1)
    await reply.unit.run(notes.note, "prompted")
    await reply.show("test.note", key=f"join:{reply.here.user_id}", text="your slug?")


@inject
async def slug(message: Message, reply: Reply, state: FSMContext, notes: Notes) -> None:
    await state.clear()
    if message.text == "bad":
        await reply.unit.run(notes.note_and_refuse, "bad slug")
    await reply.show("test.note", text="taken")


@inject
async def pressed(_press: CallbackQuery, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note, "pressed")
    await reply.show("test.note", text="pressed")
    reply.toast(N_("Done, {name}."), name="Nina")


@inject
async def refused_press(_press: CallbackQuery, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note_and_refuse, "refused press")


@inject
async def for_admins(_event: Message | CallbackQuery, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note, "admin")


@inject
async def undeclared(_message: Message, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note, "undeclared")


async def sends(message: Message) -> None:
    await message.answer("by the back door")


@inject
async def second_unit(_message: Message, sessions: FromDishka[SessionManager], notes: Notes) -> None:
    await sessions.change(notes.note, "second")


@inject
async def wrong_dialogue(_press: CallbackQuery, state: FSMContext, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note, "wrong dialogue")
    others = FSMContext(state.storage, type(state.key)(bot_id=BOT_ID, chat_id=NINA, user_id=NINA))
    await others.set_state(Joining.slug)


@inject
async def member(_event: ChatMemberUpdated, reply: Reply, notes: Notes) -> None:
    await reply.unit.run(notes.note, "member")


def routers() -> list[Router]:
    first, second, third = Router(), Router(), Router()
    everybody, admin = needs(Permission.EVERYBODY), needs(Permission.ADMIN)
    first.message.register(hello, Command("hello"), flags=everybody)
    first.message.register(prompt, Command("join"), flags=everybody)
    first.message.register(slug, Joining.slug, F.text, flags=everybody)
    second.callback_query.register(pressed, F.data == "ok", flags=everybody)
    second.callback_query.register(refused_press, F.data == "no", flags=everybody)
    second.callback_query.register(wrong_dialogue, F.data == "wrong", flags=everybody)
    second.callback_query.register(for_admins, F.data == "admin", flags=admin)
    third.message.register(for_admins, Command("admin"), flags=admin)
    third.message.register(undeclared, Command("undeclared"))
    third.message.register(sends, Command("sends"), flags=everybody)
    third.message.register(second_unit, Command("second"), flags=everybody)
    third.chat_member.register(member, flags=everybody)
    return [first, second, third]


class House:
    """Intake, lanes and dispatcher around one database, and what was answered to presses."""

    def __init__(self, sessions: SessionManager, post: Post, updates: Updates, clock: TurnableClock) -> None:
        self.sessions, self.post, self.clock = sessions, post, clock
        interest = GroupInterest({"hello", "admin"}, ())
        self.intake = Intake(sessions, clock, BOT_ID, interest)
        alerts = Alerts(updates.gate.outbox, OWNER)
        self.runner = LaneRunner(sessions, clock, updates, CallAnswers({}), alerts, first_pause_seconds=0.0005)
        self.outbox = updates.gate.outbox
        self.reachable: list[int] = []
        updates.gate.events.on(PersonReachable, lambda _session, event: self.reachable.append(event.user_id))
        self.numbers = iter(range(1, 1_000_000))

    async def take(self, **content: Any) -> None:
        """Hand over one update and wait until it is settled."""
        await self.intake.take([{"update_id": next(self.numbers), **content}])
        await self.settled()

    async def settled(self) -> None:
        def waiting(session: Session) -> int:
            return session.scalar(select(func.count()).where(InboxRow.status == "new")) or 0

        async def nothing() -> bool:
            return await self.sessions.read(waiting) == 0

        await until(nothing)

    async def say(self, text: str, by: int = NINA, **more: Any) -> None:
        chat = {"id": by, "type": "private"}
        await self.take(message={"message_id": 5, "date": 1, "chat": chat, "from": user(by), "text": text, **more})

    async def press(self, data: str, by: int = NINA, message_id: int = 50, chat: Json | None = None) -> Json:
        """Gives what the press was answered."""
        number = next(self.numbers)
        place = chat or {"id": by, "type": "private"}
        message = {"message_id": message_id, "date": 1, "chat": place, "text": "x"}
        press = {"id": str(number), "from": user(by), "chat_instance": "1", "data": data, "message": message}
        await self.take(callback_query=press)
        answered = [made for made in self.post.made("answerCallbackQuery") if made["callback_query_id"] == str(number)]
        if answered:
            return answered[0]
        with suppress(AssertionError):
            await until(lambda: self.post.made("answerCallbackQuery")[-1:], within=0.3)
        answers = [made for made in self.post.made("answerCallbackQuery") if made["callback_query_id"] == str(number)]
        return answers[0] if answers else {}

    async def notes(self) -> set[str]:
        return set(await self.sessions.read(lambda s: s.scalars(select(Switch.name)).all()))

    async def last_status(self) -> tuple[str, str]:
        newest = select(InboxRow).order_by(InboxRow.seq.desc()).limit(1)
        row = await self.sessions.read(lambda s: s.scalars(newest).one())
        return row.status, row.error or ""

    async def messages(self, chat_id: int = NINA) -> list[ShownMessage]:
        mine = select(ShownMessage).where(ShownMessage.chat_id == chat_id).order_by(ShownMessage.id)
        return list(await self.sessions.read(lambda s: s.scalars(mine).all()))

    async def state(self, user_id: int = NINA) -> str | None:
        return (await self.sessions.read(dialogue.read, user_id, user_id)).state

    async def shown(self, key: str, message_id: int | None, to: int = NINA) -> str:
        """A message that was sent; gives what stands before its buttons' data."""

        def put(session: Session) -> int:
            self.outbox.show(session, key, to, "test.note", text=key)
            row = row_of(session, key)
            row.message_id, row.sent_rev, row.dirty = message_id, row.rev, False
            return row.id

        return base36(await self.sessions.change(put)) + "."


def user(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": f"P{number}", "language_code": "en"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = TurnableClock()
    async with database(tmp_path) as sessions, post_office() as post, client_of(post.url) as client:
        provider = Provider(scope=Scope.APP)
        provider.provide(NoteService)
        provider.provide(lambda: sessions, provides=SessionManager)
        container = make_async_container(provider)
        gate = Gate(clock, Outbox(clock), Events(), Profiles(clock, 10), Permissions(OWNER))
        dispatcher = build_dispatcher(routers(), container, sessions, gate)
        bot = Bot(TOKEN, session=SilentSession())
        one = House(sessions, post, Updates(bot, dispatcher, gate, Languages("ru"), sessions, client), clock)
        task = asyncio.create_task(one.runner.run())
        yield one
        one.runner.stop()
        await task
        await container.close()


async def test_typed_text_is_answered_by_a_new_message(house: House) -> None:
    await house.say("/hello")
    await house.say("/hello")
    texts = [(message.key, message.values["text"]) for message in await house.messages()]
    assert texts == [("u1.1", "hello /hello"), ("u2.1", "hello /hello")]


async def test_who_writes_in_private_is_met_and_reachable_once(house: House) -> None:
    await house.say("/hello")
    await house.say("/hello")
    person = await house.sessions.read(lambda s: s.get(Profile, NINA))
    assert person is not None
    assert (person.first_name, person.reachable, house.reachable) == ("P1001", True, [NINA])


async def test_a_press_edits_the_pressed_message_and_is_answered_after_the_commit(house: House) -> None:
    number = await house.shown("menu", 50)
    answer = await house.press(number + "ok")
    (message,) = await house.messages()
    assert (message.key, message.message_id, message.values) == ("menu", 50, {"text": "pressed"})
    assert (answer["text"], answer["show_alert"]) == ("Done, Nina.", False)


async def test_a_pressed_duplicate_counts_and_is_deleted(house: House) -> None:
    number = await house.shown("menu", 50)
    await house.press(number + "ok", message_id=49)
    assert "pressed" in await house.notes()
    assert [call.key for call in await house.sessions.read(calls_of)] == [delete_key(NINA, 49)]


async def test_a_button_without_number_edits_the_adopted_message(house: House) -> None:
    await house.press("ok")
    (message,) = await house.messages()
    assert (message.key, message.message_id, message.dirty) == (f"m:{NINA}:50", 50, True)


async def test_a_handler_that_declares_no_permission_does_nothing_for_anybody(house: House) -> None:
    await house.say("/undeclared", by=OWNER)
    assert await house.notes() == set()
    assert (await house.last_status())[0] == "dead"


async def test_who_is_no_admin_is_refused_in_their_language_and_nothing_is_kept(house: House) -> None:
    await house.say("/admin")
    (message,) = await house.messages()
    assert (message.screen, message.values["text"]) == ("refusal", "Only an admin of the club can do this.")
    answer = await house.press("admin")
    assert (answer["text"], answer["show_alert"]) == ("Only an admin of the club can do this.", True)
    assert await house.notes() == set()
    person = await house.sessions.read(lambda s: s.get(Profile, NINA))
    assert person is not None
    assert not person.reachable


async def test_rights_are_those_of_this_moment(house: House) -> None:
    def appoint(session: Session) -> None:
        session.add(Admin(user_id=ADA, source="owner", created_at=house.clock.now()))

    await house.sessions.change(appoint)
    await house.say("/admin", by=ADA)
    assert await house.notes() == {"admin"}
    await house.sessions.change(lambda session: session.execute(delete(Admin)))
    await house.sessions.change(lambda session: session.execute(delete(Switch)))
    await house.say("/admin", by=ADA)
    assert await house.notes() == set()


async def test_an_anonymous_admin_is_nobody(house: House) -> None:
    anonymous = {**user(1087968824), "is_bot": True}
    group = {"id": CLUB, "type": "supergroup", "title": "C"}
    await house.say("/admin", by=OWNER, chat=group, sender_chat=group, **{"from": anonymous})
    assert await house.notes() == set()


async def test_a_dialogue_moves_with_its_update(house: House) -> None:
    await house.say("/join")
    assert await house.state() == "Joining:slug"
    await house.say("good")
    assert await house.state() is None
    assert [message.values["text"] for message in await house.messages()] == ["your slug?", "taken"]


async def test_a_refusal_leaves_the_dialogue_where_it_was_and_drops_what_was_written(house: House) -> None:
    await house.say("/join")
    await house.say("bad")
    assert await house.state() == "Joining:slug"
    assert await house.notes() == {"prompted"}
    assert (await house.messages())[-1].values == {"text": "Not now, {name}.", "values": {"name": "<Nina>"}}
    assert (await house.last_status())[0] == "done"


async def test_a_standing_prompt_is_sent_anew_at_the_bottom(house: House) -> None:
    await house.say("/join")
    await house.say("/join")
    (message,) = await house.messages()
    assert (message.key, message.epoch) == (f"join:{NINA}", 2)


async def test_a_refused_press_is_an_alert_and_still_removes_a_duplicate(house: House) -> None:
    number = await house.shown("menu", 50)
    answer = await house.press(number + "no", message_id=49)
    assert (answer["text"], answer["show_alert"]) == ("Not now, <Nina>.", True)
    assert await house.notes() == set()
    assert [call.key for call in await house.sessions.read(calls_of)] == [delete_key(NINA, 49)]


async def test_a_press_that_nobody_takes_is_answered_all_the_same(house: House) -> None:
    answer = await house.press("from the old bot")
    assert "text" not in answer
    assert (await house.last_status())[0] == "done"


async def test_a_press_whose_answer_fails_has_its_effect(house: House) -> None:
    house.post.plan({"error_code": 400, "description": "query is too old"})
    await house.press("ok")
    assert "pressed" in await house.notes()


@pytest.mark.parametrize(
    ("command", "words"), [("/sends", "write it to the outbox"), ("/second", "One update has one unit")]
)
async def test_who_sends_by_the_back_door_or_opens_a_second_unit_fails(house: House, command: str, words: str) -> None:
    await house.say(command)
    status, error = await house.last_status()
    assert (status, words in error) == ("dead", True)
    assert await house.notes() == set()


async def test_a_dialogue_of_somebody_else_cannot_be_written(house: House) -> None:
    await house.press("wrong", by=ADA)
    status, error = await house.last_status()
    assert (status, "own person" in error) == ("dead", True)
    assert (await house.notes(), await house.state()) == (set(), None)


async def test_what_comes_from_somebody_elses_private_chat_has_no_effect(house: House) -> None:
    ninas = {"id": NINA, "type": "private"}
    await house.press("ok", by=ADA, chat=ninas)
    await house.say("/join", by=ADA, chat=ninas)
    assert (await house.last_status(), await house.notes()) == (("done", ""), set())


async def test_in_a_group_the_answer_goes_to_the_topic_of_the_question(house: House) -> None:
    group = {"id": CLUB, "type": "supergroup", "title": "C", "is_forum": True}
    await house.say("/hello", chat=group, message_thread_id=9, is_topic_message=True)
    (message,) = await house.messages(CLUB)
    assert (message.thread_id, message.reply_to) == (9, 5)
    await house.say("/admin", chat=group, message_thread_id=9, is_topic_message=True)
    assert [(m.thread_id, m.screen) for m in await house.messages(CLUB)][1:] == [(9, "refusal")]


async def test_a_change_of_membership_concerns_the_member(house: House) -> None:
    group = {"id": CLUB, "type": "supergroup", "title": "C"}
    old = {"user": user(NINA), "status": "left"}
    new = {"user": user(NINA), "status": "member"}
    change = {"chat": group, "from": user(ADA), "date": 1, "old_chat_member": old, "new_chat_member": new}
    await house.take(chat_member=change)
    assert await house.notes() == {"member"}
    assert await house.sessions.read(lambda s: s.scalars(select(InboxRow.lane)).all()) == [NINA]
    assert await house.sessions.read(lambda s: s.get(Profile, NINA)) is not None
    assert house.reachable == []


@pytest.mark.parametrize("content", [{"brand_new_thing": {"x": 1}}, {}, {"message": 5}, {"poll": {"id": "1"}}])
async def test_kinds_that_nobody_knows_are_done_or_dead_and_stop_nobody(house: House, content: Json) -> None:
    await house.take(**content)
    assert (await house.last_status())[0] == ("dead" if "poll" in content else "done")
    await house.say("/hello")
    assert "hello" in await house.notes()


async def test_characters_that_no_database_takes_stop_nobody(house: House) -> None:
    sender: Json = {"from": {**user(NINA), "first_name": "\ud800\x00<b>"}}
    await house.say("/hello \ud83d \x00", NINA, **sender)
    person = await house.sessions.read(lambda s: s.get(Profile, NINA))
    assert person is not None
    assert person.first_name == "\ufffd\ufffd<b>"


NAMES = ["id", "from", "chat", "text", "message", "user", "new_chat_member", "data"]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["message", "callback_query", "chat_member", "poll_answer", "new"]), content=values)
@example(kind="message", content={"chat": True})
def test_whatever_comes_in_the_next_one_is_handled(kind: str, content: Any, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("odd")

    async def scenario() -> None:
        async for one in house.__wrapped__(folder):  # type: ignore[attr-defined]  # the fixture as a function
            await one.take(**{kind: content})
            await one.say("/hello", by=777)
            assert "hello" in await one.notes()

    asyncio.run(scenario())


async def test_bodies_are_emptied_when_done(house: House) -> None:
    await house.say("/hello secret")
    body, status = await house.sessions.read(lambda s: s.execute(select(InboxRow.body, InboxRow.status)).one())
    assert (body, status) == ("", "done")
    assert json.dumps("secret") not in body
