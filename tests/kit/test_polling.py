"""The poller: confirmed only what is stored, and it outlives whatever goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from plumbot.apps.readiness import Readiness
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.polling import STOP_THE_OTHER, Poller
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.telegram.client import TelegramClient
from plumbot.sandbox.options import SandboxOptions
from plumbot.sandbox.server import serve
from tests.support.telegram import BOT_ID, Post, TurnableClock, client_of, error, until


@asynccontextmanager
async def polling(sessions: SessionManager, client: TelegramClient, **more: Any) -> AsyncIterator[list[str]]:
    told: list[str] = []

    async def conflict() -> None:
        told.append("conflict")
        raise RuntimeError("the alert cannot be written")

    clock, readiness = more.pop("clock", TurnableClock()), more.pop("readiness", None)
    intake = Intake(sessions, clock, BOT_ID, GroupInterest((), ()), more.pop("observers", ()))
    poller = Poller(client, intake, "far:1", ["message"], conflict, pause_seconds=0.001, poll_seconds=1, **more)
    if readiness is not None:
        readiness.poller_trouble = poller.trouble
    task = asyncio.create_task(poller.run())
    try:
        yield told
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def stored(sessions: SessionManager) -> list[int]:
    return list(await sessions.read(lambda s: s.scalars(select(InboxRow.update_id).order_by(InboxRow.seq)).all()))


def message(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": 7}, "chat": {"id": 7, "type": "private"}, "text": "hi"}}


def hand_over(post: Post, *batches: Any) -> None:
    """Each request gets the next of these; then nothing more comes."""
    waiting = list(batches)

    async def meanwhile(method: str, _values: Any) -> None:
        if not waiting:
            await asyncio.sleep(0.05)
        post.results["getUpdates"] = waiting.pop(0) if waiting else []

    post.meanwhile = meanwhile


async def test_the_first_request_sends_no_offset_and_each_next_one_confirms(
    spine: SessionManager, client: TelegramClient, post: Post
) -> None:
    hand_over(post, [message(5), message(6)], [message(3), "odd"])
    async with polling(spine, client):
        await until(lambda: len(post.made("getUpdates")) >= 3)
    offsets = [values.get("offset") for values in post.made("getUpdates")]
    assert offsets[:3] == [None, 7, 4]
    assert [number for number in await stored(spine) if number > 0] == [5, 6, 3]


async def test_what_could_not_be_stored_is_not_confirmed(
    spine: SessionManager, client: TelegramClient, post: Post
) -> None:
    group = {"update_id": 9, "message": {"chat": {"id": -5, "type": "group"}, "text": "x"}}
    faults = [1, 1]

    def observe(_session: Any, _chatter: Any) -> None:
        if faults:
            faults.pop()
            raise OperationalError("the disk is full", None, TimeoutError())

    hand_over(post, [group], [group], [group])
    async with polling(spine, client, observers=(observe,)):
        await until(lambda: len(post.made("getUpdates")) >= 4)
    offsets = [values.get("offset") for values in post.made("getUpdates")]
    assert offsets[:4] == [None, None, None, 10]
    assert await stored(spine) == [9]


async def test_whatever_telegram_answers_the_poller_goes_on(
    spine: SessionManager, client: TelegramClient, post: Post
) -> None:
    post.plan("html", "drop", error(500, "x"), error(429, "Too Many", retry_after=0), error(401, "Unauthorized"))
    hand_over(post, *[[]] * 4, [], "not a list", [message(5)])
    async with polling(spine, client):
        await until(lambda: len(post.made("getUpdates")) >= 3)
    assert await stored(spine) == [5]


async def test_a_conflict_is_told_when_it_lasts_and_not_at_the_first_409(
    spine: SessionManager, client: TelegramClient, post: Post
) -> None:
    conflict = error(409, "Conflict: terminated by other getUpdates request")
    hand_over(post)
    post.plan(conflict, conflict)
    with capture_logs() as logs:
        async with polling(spine, client) as told:
            await until(lambda: post.made("getUpdates"))  # both times it was refused, a refusal is not kept there
            assert told == []
    assert {(line["event"], line["todo"]) for line in logs if "fault" in line} == {("poller_conflict", STOP_THE_OTHER)}
    async with polling(spine, client) as told:
        post.plan(conflict, conflict, conflict)
        await until(lambda: told)
        await until(lambda: len(post.made("getUpdates")) >= 3)


async def test_readiness_tells_that_telegram_has_only_refused_for_a_minute(
    spine: SessionManager, client: TelegramClient, post: Post
) -> None:
    hand_over(post)
    clock = TurnableClock()  # the poller's alone: PostgreSQL's lease goes by the server's
    readiness = Readiness(spine, TurnableClock())

    async def polls() -> bool:
        return await readiness.intake() is None

    async def is_refused() -> bool:
        return "getUpdates is refused since 6" in (await readiness.intake() or "")

    async with polling(spine, client, clock=clock, readiness=readiness):
        await until(polls)
        post.plan(*[error(409, "Conflict: terminated by other getUpdates request")] * 1_000)
        await until(lambda: len(post.faults) < 998)
        assert await polls(), "for a moment that is so whenever a process is replaced"
        clock.ahead = timedelta(seconds=61)
        await until(is_refused)
        post.faults.clear()
        await until(polls)


async def test_two_pollers_never_ask_at_once(spine: SessionManager, client: TelegramClient, post: Post) -> None:
    hand_over(post)
    async with polling(spine, client):
        await until(lambda: post.made("getUpdates"))
        intake = Intake(spine, TurnableClock(), BOT_ID, GroupInterest((), ()))

        async def nothing() -> None:
            return

        second = asyncio.create_task(Poller(client, intake, "far:2", ["second"], nothing).run())
        await asyncio.sleep(0.2)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    assert {tuple(values["allowed_updates"]) for values in post.made("getUpdates")} == {("message",)}


async def test_updates_of_a_real_bot_api_come_in_and_are_confirmed(spine: SessionManager, tmp_path: Path) -> None:
    sandbox = await serve(SandboxOptions(state=tmp_path / "s", web_port=0, api_port=0, strict_rates=False))
    try:
        sandbox.act(1001, "start")
        sandbox.act(1001, "send", chat=1001, text="hello")
        async with client_of(sandbox.api_url, sandbox.token) as client, polling(spine, client):
            await until(lambda: not len(sandbox.world.updates))
        assert len(await stored(spine)) == 2
    finally:
        await sandbox.close()
