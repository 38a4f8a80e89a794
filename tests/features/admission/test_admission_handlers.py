"""Updates about the club chat and presses go through the dispatcher to exactly their service."""

import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest
from aiogram import Bot
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Profiles
from plumbot.club.tables import Profile
from plumbot.features.admission.tables import Invite
from plumbot.features.applications.tables import Application
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock, SystemClock
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.attempts import Attempts, CallAnswers
from plumbot.kit.inbox.raw import kind_of, lane_of
from plumbot.kit.inbox.tables import FROM_TELEGRAM, InboxRow
from plumbot.kit.outbox.render import base36
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings
from plumbot.kit.telegram.client import TelegramClient

R = TypeVar("R")
CHAT, OWNER, NINA, BORIS = -1001, 1, 101, 202
TOKEN = "999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
LINK = {
    "invite_link": "https://t.me/+secret", "creator": {"id": 999, "is_bot": True, "first_name": "Plum"},
    "creates_join_request": True, "is_primary": False, "is_revoked": False, "name": "plum-token",
}  # fmt: skip


class House:
    """Updates in, rows out; nothing is sent."""

    def __init__(self, sessions: SessionManager, attempts: Attempts) -> None:
        self._sessions = sessions
        self._attempts = attempts
        self._numbers = itertools.count(1)

    async def give(self, **update: Any) -> None:
        number = next(self._numbers)
        update = {"update_id": number, **update}
        row = InboxRow(
            bot_id=999, source=FROM_TELEGRAM, update_id=number, kind=kind_of(update), lane=lane_of(update),
            body=json.dumps(update), received_at=SystemClock().now(),
        )  # fmt: skip

        def add(session: Session) -> None:
            session.add(row)
            session.flush()
            session.expunge(row)

        await self._sessions.change(add)
        await self._attempts.run(row)

    async def press(self, user_id: int, data: str, chat_id: int | None = None) -> None:
        where = {"id": chat_id or user_id, "type": "supergroup" if chat_id else "private", "title": "Club"}
        message = {"message_id": 5, "date": 1_780_000_000, "chat": where, "text": "…"}
        press = {"id": "1", "from": user(user_id), "chat_instance": "1", "data": data, "message": message}
        await self.give(callback_query=press)

    async def see(self, question: Callable[[Session], R]) -> R:
        return await self._sessions.read(question)

    async def calls(self) -> list[str]:
        """What is asked about the club chat; the lists of commands are the menu's affair, and come when they come."""
        about_the_chat = select(BotCall.method).where(BotCall.method != "setMyCommands").order_by(BotCall.id)
        return await self.see(lambda session: list(session.scalars(about_the_chat)))

    async def change(self, change: Callable[[Session], None]) -> None:
        await self._sessions.change(change)


def user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"P{user_id}", "language_code": "en"}


def member(user_id: int, status: str, **more: Any) -> dict[str, Any]:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"status": status, "user": user(user_id), **until, **more}


def change(user_id: int, old: dict[str, Any], new: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"chat": club(), "from": user(user_id), "date": 1_780_000_000}
    return {**told, "old_chat_member": old, "new_chat_member": new, **more}


def club() -> dict[str, Any]:
    return {"id": CHAT, "type": "supergroup", "title": "Club"}


def restricted(user_id: int, *, inside: bool) -> dict[str, Any]:
    rights = dict.fromkeys([
        "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
        "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
        "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
        "can_edit_tag", "can_react_to_messages",
    ], False)  # fmt: skip
    return member(user_id, "restricted", is_member=inside, until_date=0, **rights)


@pytest.fixture
async def house(head_url: str) -> AsyncIterator[House]:
    settings = Settings({
        "PLUM_TELEGRAM__TOKEN": TOKEN, "PLUM_CLUB__CHAT_ID": str(CHAT), "PLUM_CLUB__OWNER_ID": str(OWNER),
        "PLUM_DATABASE__URL": head_url,
    })  # fmt: skip
    assert migrations.check(head_url) is None
    container = wiring.build(settings)
    await wiring.connect(container)
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
    gate = Gate(
        clock,
        await container.get(Outbox),
        await container.get(Events),
        await container.get(Profiles),
        await container.get(Permissions),
    )
    bot = Bot(TOKEN, session=SilentSession())
    dispatcher = build_dispatcher(routing.routers(), container, sessions, gate)
    client = await container.get(TelegramClient)
    updates = Updates(bot, dispatcher, gate, await container.get(Languages), sessions, client)
    answers = CallAnswers(await wiring.call_answers(container))
    yield House(sessions, Attempts(sessions, clock, updates, answers, await container.get(Alerts)))
    await sessions.close()
    await container.close()


def approved(session: Session, *, link: bool = False) -> None:
    now = SystemClock().now()
    session.add(
        Application(
            user_id=NINA,
            slug="a-b-c-d-e-f-g",
            slug_key="a-b-c-d-e-f-g",
            status="approved",
            created_at=now,
            updated_at=now,
        )
    )
    if link:
        far = now.replace(year=now.year + 1)
        session.add(
            Invite(
                user_id=NINA, chat_id=CHAT, invite_link=LINK["invite_link"], token="plum-token", mode="request",
                status="open", expires_at=far, created_at=now, updated_at=now,
            )
        )  # fmt: skip


async def test_the_press_of_the_approved_person_asks_for_a_link_and_nobody_elses(house: House) -> None:
    await house.change(approved)
    await house.press(BORIS, "rules-ok")
    assert await house.calls() == []
    await house.press(NINA, "rules-ok")
    assert await house.calls() == ["unbanChatMember", "createChatInviteLink"]


async def test_a_press_in_a_group_gives_no_link(house: House) -> None:
    await house.change(approved)
    await house.press(NINA, "rules-ok", chat_id=CHAT)
    await house.press(NINA, "link-new", chat_id=CHAT)
    assert await house.calls() == []


async def test_a_request_to_join_is_answered_by_who_asks(house: House) -> None:
    await house.change(lambda session: approved(session, link=True))
    for user_id in (BORIS, NINA):
        request = {"chat": club(), "from": user(user_id), "user_chat_id": user_id, "date": 1_780_000_000}
        await house.give(chat_join_request={**request, "invite_link": LINK})
    assert await house.calls() == ["declineChatJoinRequest", "approveChatJoinRequest", "revokeChatInviteLink"]


@pytest.mark.parametrize(
    ("old", "new", "inside"),
    [
        (member(NINA, "left"), member(NINA, "member"), True),
        (member(NINA, "kicked"), restricted(NINA, inside=True), True),
        (restricted(NINA, inside=False), restricted(NINA, inside=True), True),
        (member(NINA, "left"), restricted(NINA, inside=False), False),
        (member(NINA, "left"), member(NINA, "kicked"), False),
    ],
)
async def test_an_arrival_is_whatever_leads_from_outside_to_inside(
    house: House, old: dict[str, Any], new: dict[str, Any], inside: bool
) -> None:
    await house.change(lambda session: approved(session, link=True))
    await house.give(chat_member=change(NINA, old, new, invite_link=LINK))
    profile = await house.see(lambda session: session.get(Profile, NINA))
    assert profile is not None
    assert profile.in_club is inside


async def test_the_cards_of_an_unexplained_arrival_obey_admins_only(house: House) -> None:
    await house.give(chat_member=change(BORIS, member(BORIS, "left"), member(BORIS, "member")))
    await house.press(BORIS, f"arr-keep:{BORIS}")
    await house.press(NINA, f"arr-out:{BORIS}")
    assert await house.calls() == []
    await house.press(OWNER, f"arr-keep:{BORIS}")
    profile = await house.see(lambda session: session.get_one(Profile, BORIS))
    assert profile.in_club


@pytest.mark.parametrize("who", [OWNER, BORIS])
async def test_a_forged_press_changes_nothing(house: House, who: int) -> None:
    for data in ("case-give:1", "case-no:1", "arr-keep:202", "arr-out:202", "arr-out:x", "bl-yes:202", "bl-no:202"):
        await house.press(who, data)
    assert await house.calls() == []
    assert await house.see(lambda session: session.scalars(select(Blacklisted)).all()) == []


@pytest.mark.parametrize("kind", ["new_chat_members", "left_chat_member"])
async def test_messages_about_joining_and_leaving_are_deleted(house: House, kind: str) -> None:
    who = [user(BORIS)] if kind == "new_chat_members" else user(BORIS)
    message = {"message_id": 9, "date": 1_780_000_000, "chat": club(), "from": user(BORIS), kind: who}
    await house.give(message=message)
    await house.give(message=message)
    assert await house.calls() == ["deleteMessage"]


async def test_a_lost_right_of_the_bot_reaches_the_owner(house: House) -> None:
    me = {"id": 999, "is_bot": True, "first_name": "Plum"}
    told = {"chat": club(), "from": user(OWNER), "date": 1_780_000_000}
    now, before = {"status": "left", "user": me}, {"status": "member", "user": me}
    await house.give(my_chat_member={**told, "old_chat_member": before, "new_chat_member": now})
    shown = await house.see(lambda session: session.scalars(select(ShownMessage.key)).all())
    assert shown == [f"rights:{OWNER}"]


async def test_the_move_to_a_supergroup_is_followed(house: House) -> None:
    told = {"message_id": 9, "date": 1_780_000_000, "chat": {**club(), "type": "group"}, "from": user(OWNER)}
    await house.give(message={**told, "migrate_to_chat_id": -1002})
    await house.give(message={**told, "chat": {**club(), "id": -1002}, "migrate_from_chat_id": CHAT})
    shown = await house.see(lambda session: session.scalars(select(ShownMessage.key)).all())
    assert shown == [f"moved:-1002:{OWNER}"]


async def test_an_admin_blacklists_by_answering_a_message_in_the_group(house: House) -> None:
    said = {"message_id": 8, "date": 1_780_000_000, "chat": club(), "from": user(BORIS), "text": "spam"}
    entity = [{"type": "bot_command", "offset": 0, "length": 10}]
    for who in (NINA, OWNER):
        message = {"message_id": 9, "date": 1_780_000_000, "chat": club(), "from": user(who)}
        text = {"text": "/blacklist spam", "entities": entity, "reply_to_message": said}
        await house.give(message={**message, **text})
    listed = await house.see(lambda session: session.scalars(select(Blacklisted)).one())
    assert (listed.user_id, listed.reason, listed.added_by) == (BORIS, "spam", OWNER)
    assert await house.calls() == ["banChatMember"]


async def test_a_member_is_blacklisted_by_the_answer_to_the_question_only(house: House) -> None:
    await house.change(lambda session: Profiles(SystemClock(), 10).arrive(session, BORIS))
    entity = [{"type": "bot_command", "offset": 0, "length": 10}]
    private = {"id": OWNER, "type": "private", "first_name": "Owner"}
    message = {"message_id": 9, "date": 1_780_000_000, "chat": private, "from": user(OWNER)}
    await house.give(message={**message, "text": f"/blacklist {BORIS} rude", "entities": entity})
    assert await house.calls() == []
    number = await house.see(
        lambda session: session.scalars(
            select(ShownMessage.id).where(ShownMessage.screen == "blacklist.question")
        ).one()
    )
    await house.press(OWNER, f"{base36(number)}.bl-yes:{BORIS}")
    listed = await house.see(lambda session: session.scalars(select(Blacklisted)).one())
    assert (listed.user_id, listed.reason) == (BORIS, "rude")
