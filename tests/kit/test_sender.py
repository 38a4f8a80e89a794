"""The sender: what people see comes to equal what they should see, whatever Telegram answers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.outbox import presses, repository
from plumbot.kit.outbox.limits import Gate
from plumbot.kit.outbox.tables import ANSWER, TIMER, ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.telegram.client import TelegramClient
from tests.support.telegram import (
    Findings,
    Post,
    TurnableClock,
    all_sent,
    calls_of,
    error,
    quick_limits,
    row_of,
    sending,
    until,
)

NINA, CLUB = 1001, -100


class Desk:
    """The outbox and all that a sender needs, with one-line verbs."""

    def __init__(
        self, sessions: SessionManager, outbox: Outbox, client: TelegramClient, clock: TurnableClock, findings: Findings
    ) -> None:
        self.sessions, self.outbox, self.client, self.clock, self.findings = sessions, outbox, client, clock, findings

    async def show(self, key: str, text: str, to: int = NINA, **more: Any) -> None:
        await self.sessions.change(self.outbox.show, key, to, "test.note", text=text, **more)

    async def send_all(self) -> None:
        async with sending(self.sessions, self.client, self.clock, self.findings):
            await all_sent(self.sessions)

    async def row(self, key: str) -> ShownMessage:
        return await self.sessions.read(row_of, key)

    async def retire(self, key: str) -> None:
        await self.sessions.change(self.outbox.retire, key)


@pytest.fixture
def desk(
    spine: SessionManager, outbox: Outbox, client: TelegramClient, clock: TurnableClock, findings: Findings
) -> Desk:
    return Desk(spine, outbox, client, clock, findings)


async def test_it_is_sent_then_edited_in_place(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    await desk.show("a", "two <&>")
    await desk.send_all()
    assert post.shown(NINA) == ["two &lt;&amp;&gt;"]
    assert [method for method, _ in post.requests] == ["sendMessage", "editMessageText"]


async def test_what_is_sent_edited_deleted_and_called_goes_through_one_gate(desk: Desk, post: Post) -> None:
    limits, loop = quick_limits(), asyncio.get_running_loop()
    limits.gate = Gate(1, seconds=0.1)
    for key in ("a", "b"):
        await desk.show(key, "one", to=1000 + ord(key))
    await desk.send_all()
    await desk.show("a", "two", to=1097)
    await desk.show("c", "one")
    await desk.retire("b")
    await desk.sessions.change(desk.outbox.call, "name", "setMyName", name="Plum")
    began = loop.time()
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings, limits=limits):
        await until(lambda: len(post.requests) == 6)
    assert loop.time() - began > 0.29
    methods = ["deleteMessage", "editMessageText", "sendMessage", "setMyName"]
    assert sorted(method for method, _ in post.requests[2:]) == methods


async def test_messages_of_a_chat_come_in_order_and_one_at_a_time(desk: Desk, post: Post) -> None:
    for n in range(12):
        await desk.show(f"k{n}", str(n))
    await desk.send_all()
    assert post.shown(NINA) == [str(n) for n in range(12)]
    assert post.most_in_flight == 1


async def test_fresh_is_sent_at_the_bottom_and_the_old_one_goes(desk: Desk, post: Post) -> None:
    await desk.show("menu", "menu")
    await desk.show("other", "other")
    await desk.send_all()
    await desk.show("menu", "menu", fresh=True)
    await desk.send_all()
    assert post.shown(NINA) == ["other", "menu"]


async def test_fresh_while_a_send_is_under_way_deletes_the_older_one(desk: Desk, post: Post) -> None:
    async def meanwhile(method: str, _values: Any) -> None:
        if method == "sendMessage":
            post.meanwhile = None
            await desk.show("menu", "newer", fresh=True)

    post.meanwhile = meanwhile
    await desk.show("menu", "older")
    await desk.send_all()
    assert post.shown(NINA) == ["newer"]


async def test_shown_again_while_a_send_is_under_way_it_is_edited_afterwards(desk: Desk, post: Post) -> None:
    async def meanwhile(_method: str, _values: Any) -> None:
        post.meanwhile = None
        await desk.show("a", "two")

    post.meanwhile = meanwhile
    await desk.show("a", "one")
    await desk.send_all()
    assert post.shown(NINA) == ["two"]
    assert len(post.made("sendMessage")) == 1


async def test_a_duplicate_that_is_pressed_while_the_message_is_sent_anew_goes(desk: Desk, post: Post) -> None:
    await desk.show("a", "twice")
    await desk.send_all()
    [(_, duplicate)] = post.messages

    async def meanwhile(method: str, _values: Any) -> None:
        if method == "sendMessage":
            post.meanwhile = None
            row = await desk.row("a")
            bound = (desk.outbox, row.id, NINA, duplicate, desk.clock.now())
            assert await desk.sessions.change(presses.bind, *bound) == "a"

    await desk.sessions.change(repository.start_anew, await desk.row("a"), desk.clock.now(), delete=False)
    post.meanwhile = meanwhile
    await desk.send_all()
    assert post.shown(NINA) == ["twice"]
    assert post.messages.keys() == {(NINA, (await desk.row("a")).message_id)}


async def test_retired_while_a_send_is_under_way_it_is_gone_afterwards(desk: Desk, post: Post) -> None:
    async def meanwhile(_method: str, _values: Any) -> None:
        post.meanwhile = None
        await desk.retire("a")

    post.meanwhile = meanwhile
    await desk.show("a", "one")
    await desk.send_all()
    assert post.shown(NINA) == []


@pytest.mark.parametrize("fault", ["html", "drop", error(500, "Internal")])
async def test_what_was_not_taken_is_sent_again_and_once(desk: Desk, post: Post, fault: Any) -> None:
    post.plan(fault, fault)
    await desk.show("a", "one")
    await desk.send_all()
    assert post.shown(NINA) == ["one"]


async def test_a_429_pauses_its_chat_only_and_what_was_replaced_meanwhile_is_sent(desk: Desk, post: Post) -> None:
    post.plan(error(429, "Too Many Requests: retry after 1", retry_after=1))
    await desk.show("a", "old")
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await until(lambda: not post.faults)
        await desk.show("a", "new")
        await desk.show("b", "elsewhere", to=1002)
        await until(lambda: post.shown(1002) == ["elsewhere"])
        assert post.shown(NINA) == []
        await all_sent(desk.sessions)
    assert post.shown(NINA) == ["new"]


async def test_an_answer_lost_on_its_way_leaves_at_most_one_duplicate(desk: Desk, post: Post) -> None:
    post.plan("drop_after")
    await desk.show("a", "one")
    await desk.send_all()
    await desk.show("a", "two")
    await desk.send_all()
    assert post.shown(NINA) == ["one", "two"]


async def test_what_may_be_said_at_most_once_is_not_said_again_after_a_lost_answer(desk: Desk, post: Post) -> None:
    post.plan("drop_after")
    await desk.show("digest", "news", at_most_once=True)
    await desk.send_all()
    assert post.shown(NINA) == ["news"]


@pytest.mark.parametrize(
    "refused", [error(429, "Too Many", retry_after=1), error(400, "upgraded to a supergroup", migrate_to_chat_id=-200)]
)
async def test_what_may_be_said_at_most_once_is_said_after_a_refusal_that_did_nothing(
    desk: Desk, post: Post, refused: Any
) -> None:
    post.plan(refused)
    await desk.show("digest", "news", to=CLUB, at_most_once=True)
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await until(lambda: post.shown(CLUB) + post.shown(-200) == ["news"])
    assert len(post.made("sendMessage")) == 1


async def test_a_message_that_is_gone_is_sent_anew(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    post.messages.clear()
    await desk.show("a", "two")
    await desk.send_all()
    assert post.shown(NINA) == ["two"]


async def test_a_message_that_cannot_be_edited_is_replaced(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    post.plan(error(400, "Bad Request: message can't be edited"), method="editMessageText")
    await desk.show("a", "two")
    await desk.send_all()
    assert post.shown(NINA) == ["two"]


async def test_text_becomes_a_picture_by_a_new_message(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    await desk.show("a", "two", picture=True)
    await desk.send_all()
    await desk.show("b", "three", picture=True)
    await desk.send_all()
    assert post.shown(NINA) == ["two", "three"]
    pictures = [values.get("photo") for values in post.made("sendPhoto")]
    assert pictures[0] != "F1"
    assert pictures[1:] == ["F1"] or len(pictures) == 2  # a second sender has not seen the first upload


async def test_another_picture_takes_the_place_of_the_first_in_the_same_message(desk: Desk, post: Post) -> None:
    await desk.show("a", "menu", picture="menu")
    await desk.send_all()
    await desk.show("a", "page", picture="menu")
    await desk.send_all()
    await desk.show("a", "card", picture="card", button="back")
    await desk.send_all()
    await desk.show("a", "menu", picture="menu")
    await desk.send_all()
    made = [method for method, _ in post.requests]
    assert made == ["sendPhoto", "editMessageCaption", "editMessageMedia", "editMessageMedia"]
    assert post.shown(NINA) == ["menu"]
    card = post.made("editMessageMedia")[0]
    assert "attach://picture" in card["media"]
    assert "back" in card["reply_markup"]
    assert (await desk.sessions.read(row_of, "a")).photo_key == "menu"


async def test_a_picture_that_telegram_has_is_not_sent_again(desk: Desk, post: Post) -> None:
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        for key in ("menu", "card", "menu"):
            await desk.show("a", f"with {key}", picture=key)
            await all_sent(desk.sessions)
    back = post.made("editMessageMedia")[1]["media"]
    assert back == {"type": "photo", "media": "F1", "caption": "with menu", "parse_mode": "HTML"}


async def test_not_modified_is_success(desk: Desk, post: Post, findings: Findings) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    post.plan(error(400, "Bad Request: message is not modified: …"))
    await desk.show("a", "one ")
    await desk.send_all()
    assert findings.lost == []
    assert (await desk.sessions.read(row_of, "a")).sent_rev == 2


@pytest.mark.parametrize(
    "refused", [error(403, "Forbidden: bot was blocked"), error(400, "Bad Request: chat not found")]
)
async def test_who_cannot_be_reached_closes_the_message_and_blocks_nobody(
    desk: Desk, post: Post, findings: Findings, refused: Any
) -> None:
    post.plan(refused)
    await desk.show("a", "one")
    await desk.show("b", "two", to=1002)
    await desk.send_all()
    closed = [key for key in ("a", "b") if (await desk.sessions.read(row_of, key)).closed]
    assert (len(closed), len(findings.unreachable), findings.lost) == (1, 1, [])


async def test_any_other_400_closes_the_message_with_one_alert_and_the_chat_goes_on(
    desk: Desk, post: Post, findings: Findings
) -> None:
    post.plan(error(400, "Bad Request: can't parse entities"))
    await desk.show("a", "one")
    await desk.show("b", "two")
    await desk.send_all()
    assert (findings.lost, post.shown(NINA)) == (["a"], ["two"])


async def test_a_screen_that_cannot_be_drawn_is_closed_with_one_alert(
    desk: Desk, post: Post, outbox: Outbox, findings: Findings
) -> None:
    await desk.sessions.change(outbox.show, "a", NINA, "test.broken")
    await desk.sessions.change(outbox.show, "c", NINA, "test.unknown")
    await desk.show("b", "two")
    await desk.send_all()
    assert (findings.lost, post.shown(NINA)) == (["a", "c"], ["two"])


async def test_a_closed_message_that_is_shown_again_is_sent(desk: Desk, post: Post) -> None:
    post.plan(error(403, "Forbidden: bot was blocked by the user"))
    await desk.show("a", "one")
    await desk.send_all()
    await desk.show("a", "one")
    await desk.send_all()
    assert post.shown(NINA) == ["one"]


async def test_a_group_that_moved_is_followed(desk: Desk, post: Post, findings: Findings) -> None:
    post.plan(error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-200))
    await desk.show("a", "one", to=CLUB)
    await desk.show("b", "two", to=CLUB)
    await desk.send_all()
    assert (post.shown(CLUB), post.shown(-200), findings.migrated) == ([], ["one", "two"], [(CLUB, -200)])


async def test_calls_follow_a_group_that_moved_and_those_to_others_stay(desk: Desk, outbox: Outbox) -> None:
    def ask(session: Session) -> list[int]:
        outbox.call(session, "there", "getChat", chat_id=CLUB)
        outbox.call(session, "elsewhere", "getChat", chat_id=NINA)
        repository.follow_migration(session, CLUB, -200)
        return [call.values["chat_id"] for call in calls_of(session)]

    assert await desk.sessions.change(ask) == [-200, NINA]


async def test_a_retired_message_is_deleted(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.show("b", "never sent")
    await desk.retire("b")
    await desk.send_all()
    await desk.retire("a")
    await desk.send_all()
    assert post.shown(NINA) == []
    assert len(post.made("sendMessage")) == 1


async def test_after_48_hours_a_retired_message_is_closed_without_buttons(
    desk: Desk, post: Post, clock: TurnableClock
) -> None:
    await desk.show("a", "one", button="x")
    await desk.send_all()
    clock.ahead = timedelta(hours=49)
    await desk.retire("a")
    await desk.send_all()
    assert post.shown(NINA) == ["This message is no longer in use."]
    assert post.made("editMessageText")[0]["reply_markup"] == {"inline_keyboard": []}
    assert post.made("deleteMessage") == []


@pytest.mark.parametrize("fault", ["html", error(429, "Too Many", retry_after=1)])
async def test_a_retirement_that_failed_is_tried_again(desk: Desk, post: Post, fault: Any) -> None:
    await desk.show("a", "one")
    await desk.send_all()
    post.plan(error(400, "Bad Request: message can't be deleted for everyone"), fault)
    await desk.retire("a")
    await desk.send_all()
    assert post.shown(NINA) == []


async def test_shown_again_while_its_deletion_is_under_way_it_is_there_in_the_end(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    await desk.send_all()

    async def meanwhile(method: str, _values: Any) -> None:
        if method == "deleteMessage":
            post.meanwhile = None
            await desk.show("a", "back")

    post.meanwhile = meanwhile
    await desk.retire("a")
    await desk.send_all()
    assert post.shown(NINA) == ["back"]


async def test_an_answer_does_not_wait_behind_a_digest(desk: Desk, post: Post) -> None:
    await asyncio.gather(
        *(desk.show(f"d{n}", "digest", to=5000 + n, urgency=TIMER, at_most_once=True) for n in range(60))
    )

    async def meanwhile(_method: str, _values: Any) -> None:
        await asyncio.sleep(0.02)

    post.meanwhile = meanwhile
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await until(lambda: len(post.requests) > 5)
        await desk.show("answer", "yes", urgency=ANSWER)
        await until(lambda: post.shown(NINA) == ["yes"])
        assert len(post.requests) < 50
        await all_sent(desk.sessions)


async def test_many_messages_of_one_paused_chat_hide_no_other_chat(desk: Desk, post: Post) -> None:
    post.plan(error(429, "Too Many", retry_after=30))

    def many(session: Session) -> None:
        for n in range(300):
            desk.outbox.show(session, f"k{n}", CLUB, "test.note", text=str(n))

    await desk.sessions.change(many)
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await until(lambda: not post.faults)
        await desk.show("a", "one", urgency=TIMER)
        await until(lambda: post.shown(NINA) == ["one"])


async def test_a_wrong_token_loses_nothing(desk: Desk, post: Post) -> None:
    post.plan(error(401, "Unauthorized"))
    await desk.show("a", "one")
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await until(lambda: not post.faults)
    assert (await desk.sessions.read(row_of, "a")).dirty
    await desk.send_all()
    assert post.shown(NINA) == ["one"]


async def test_only_who_holds_the_lease_sends(desk: Desk, post: Post) -> None:
    more = (desk.sessions, desk.client, desk.clock, desk.findings)
    async with sending(*more, holder="elsewhere:1"):
        await desk.show("a", "one")
        await all_sent(desk.sessions)
        async with sending(*more, holder="elsewhere:2"):
            for n in range(10):
                await desk.show(f"k{n}", str(n), to=2000 + n)
            await all_sent(desk.sessions)
    assert len(post.made("sendMessage")) == 11


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
async def test_a_mark_that_the_database_refuses_is_repeated_and_the_message_is_not(desk: Desk, post: Post) -> None:
    await desk.show("a", "one")
    faults = 3

    def fail(connection: Any, *_: Any) -> None:
        nonlocal faults
        if post.requests and faults:
            faults -= 1
            connection.connection.rollback()
            connection.exec_driver_sql("SELECT 1")  # the transaction is gone, as SQLite does when the disk is full

    engine = desk.sessions._write_engine  # type: ignore[attr-defined]  # a test reaches into the engine
    event.listen(engine, "before_cursor_execute", fail)
    await desk.send_all()
    event.remove(engine, "before_cursor_execute", fail)
    assert faults == 0
    assert len(post.made("sendMessage")) == 1


async def test_what_differs_is_asked_for_only_the_head_of_each_chat(desk: Desk) -> None:
    for n in range(3):
        await desk.show(f"n{n}", "x")
        await desk.show(f"m{n}", "x", to=1002)
    heads = await desk.sessions.read(repository.due_messages, [1002], desk.clock.now(), 10)
    assert [row.key for row in heads] == ["n0"]
