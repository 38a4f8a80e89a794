"""Calls: each occasion once, and its answer comes back as a row of the inbox."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.telegram.client import TelegramClient
from tests.support.telegram import (
    Findings,
    Post,
    TurnableClock,
    all_sent,
    calls_of,
    error,
    sending,
    until,
)

Json = dict[str, Any]


class Desk:
    def __init__(self, sessions: SessionManager, outbox: Outbox, client: TelegramClient, findings: Findings) -> None:
        self.sessions, self.outbox, self.client, self.findings = sessions, outbox, client, findings
        self.clock = TurnableClock()

    async def call(self, key: str, method: str, **more: Any) -> None:
        await self.sessions.change(self.outbox.call, key, method, **more)

    async def send_all(self) -> None:
        async with sending(self.sessions, self.client, self.clock, self.findings):
            await all_sent(self.sessions)

    async def answers(self) -> list[Json]:
        rows = await self.sessions.read(lambda s: s.scalars(select(InboxRow).order_by(InboxRow.seq)).all())
        return [{"lane": row.lane, "source": row.source, **json.loads(row.body)} for row in rows]


@pytest.fixture
def desk(spine: SessionManager, outbox: Outbox, client: TelegramClient, findings: Findings) -> Desk:
    return Desk(spine, outbox, client, findings)


async def test_the_result_comes_back_as_an_inbox_row_in_the_lane_of_the_person(desk: Desk, post: Post) -> None:
    post.results["createChatInviteLink"] = {"invite_link": "https://t.me/+x"}
    await desk.call("link:1", "createChatInviteLink", chat_id=-1, then="a.made", then_values={"id": 5}, lane=7)
    await desk.send_all()
    (answer,) = await desk.answers()
    assert (answer["lane"], answer["source"], answer["then"]) == (7, "call", "a.made")
    assert answer["answer"]["result"] == {"invite_link": "https://t.me/+x"}
    assert answer["answer"]["values"] == {"id": 5}


async def test_a_refusal_is_an_answer_too(desk: Desk, post: Post, findings: Findings) -> None:
    post.plan(error(400, "Bad Request: not enough rights to manage chat invite link"))
    await desk.call("link:1", "createChatInviteLink", chat_id=-1, then="a.made", lane=7)
    await desk.send_all()
    (answer,) = await desk.answers()
    assert (answer["answer"]["ok"], answer["answer"]["error_code"]) == (False, 400)
    assert "not enough rights" in answer["answer"]["error"]
    assert findings.lost == []


async def test_a_refusal_that_nobody_takes_is_an_alert(desk: Desk, post: Post, findings: Findings) -> None:
    post.plan(error(400, "Bad Request: something"))
    await desk.call("ban:1", "banChatMember", chat_id=-1, user_id=7)
    await desk.send_all()
    assert findings.lost == ["ban:1"]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("approveChatJoinRequest", "Bad Request: USER_ALREADY_PARTICIPANT"),
        ("declineChatJoinRequest", "Bad Request: HIDE_REQUESTER_MISSING"),
        ("deleteMessage", "Bad Request: message to delete not found"),
    ],
)
async def test_what_is_so_already_is_success(desk: Desk, post: Post, method: str, words: str) -> None:
    post.plan(error(400, words))
    await desk.call("x", method, chat_id=-1, message_id=5, user_id=7, then="a.done", lane=7)
    await desk.send_all()
    (answer,) = await desk.answers()
    assert answer["answer"]["ok"] is True


@pytest.mark.parametrize("fault", ["html", "drop", error(429, "Too Many", retry_after=1)])
async def test_what_was_not_taken_is_called_again_and_answered_once(desk: Desk, post: Post, fault: Any) -> None:
    post.plan(fault)
    await desk.call("x", "banChatMember", chat_id=-1, user_id=7, then="a.done", lane=7)
    await desk.send_all()
    assert len(post.made("banChatMember")) == 1
    assert len(await desk.answers()) == 1


async def test_a_queue_is_made_in_its_order_and_others_do_not_wait_for_it(desk: Desk, post: Post) -> None:
    post.plan("html", "html", method="banChatMember")
    await desk.call("a", "banChatMember", chat_id=-1, user_id=7, order="user:7")
    await desk.call("b", "unbanChatMember", chat_id=-1, user_id=7, order="user:7")
    await desk.call("c", "setMyCommands")
    await desk.send_all()
    assert [method for method, _ in post.requests] == ["setMyCommands", "banChatMember", "unbanChatMember"]


async def test_a_call_names_a_shown_message_and_waits_until_it_is_sent(desk: Desk, post: Post, outbox: Outbox) -> None:
    post.plan("html", method="sendMessage")
    await desk.sessions.change(outbox.show, "a", 7, "test.note", text="one")
    await desk.call("pin", "pinChatMessage", message="a", then="a.pinned")
    await desk.send_all()
    assert post.made("pinChatMessage") == [{"chat_id": 7, "message_id": 101}]


async def test_a_call_whose_message_will_never_be_there_is_refused(desk: Desk) -> None:
    await desk.call("pin", "pinChatMessage", message="nobody", then="a.pinned", lane=7)
    await desk.send_all()
    (answer,) = await desk.answers()
    assert answer["answer"]["ok"] is False


async def test_many_calls_that_wait_hide_no_other(desk: Desk, post: Post) -> None:
    post.plan(*["html"] * 100, method="banChatMember")
    for n in range(100):
        await desk.call(f"b{n}", "banChatMember", chat_id=-1, user_id=n)
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await desk.call("c", "setMyCommands")
        await until(lambda: post.made("setMyCommands"))


async def test_a_group_that_moved_is_followed_by_its_calls(desk: Desk, post: Post, findings: Findings) -> None:
    post.plan(error(400, "Bad Request: upgraded", migrate_to_chat_id=-200))
    await desk.call("a", "banChatMember", chat_id=-1, user_id=7)
    await desk.send_all()
    assert post.made("banChatMember") == [{"chat_id": -200, "user_id": 7}]
    assert findings.migrated == [(-1, -200)]


async def test_what_is_too_old_to_be_deleted_loses_its_buttons(desk: Desk, post: Post, findings: Findings) -> None:
    post.messages[7, 5] = "old"
    post.plan(error(400, "Bad Request: message can't be deleted for everyone"), method="deleteMessage")
    await desk.sessions.change(desk.outbox.delete, 7, 5)
    await desk.send_all()
    assert post.made("editMessageReplyMarkup")[0]["reply_markup"] == {"inline_keyboard": []}
    assert findings.lost == []


async def test_a_wrong_token_answers_no_call(desk: Desk, post: Post) -> None:
    post.plan(error(401, "Unauthorized"))
    await desk.call("a", "banChatMember", chat_id=-1, user_id=7, then="a.done")
    async with sending(desk.sessions, desk.client, desk.clock, desk.findings):
        await until(lambda: not post.faults)
    assert [call.status for call in await desk.sessions.read(calls_of)] == ["new"]
    await desk.send_all()
    assert len(await desk.answers()) == 1
