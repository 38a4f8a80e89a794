"""The webhook: only Telegram is heard, 200 means committed, and a change of mode loses and doubles nothing."""

import asyncio
import json
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from plumbot.apps import bot
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.inbox.webhook import LARGEST_BODY_BYTES, SECRET_HEADER, Address, Webhook
from plumbot.kit.settings import Settings, SettingsProblem
from tests.support.club import Club, club
from tests.support.phones import Phone
from tests.support.processes import BotProcess, fork_server
from tests.support.telegram import BOT_ID, Post, TurnableClock, client_of, database, post_office, until

SECRET = "a-secret_of-more-than-thirty-two-characters"
ALLOWED = ["chat_member", "message"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Hook:
    """A webhook at work, before an empty database and a Telegram of our own."""

    url: str
    sessions: SessionManager
    post: Post
    webhook: Webhook
    http: aiohttp.ClientSession

    async def post_json(self, body: bytes, **headers: str) -> int:
        sent = {SECRET_HEADER: SECRET, "Content-Type": "application/json"} | headers
        async with self.http.post(self.url, data=body, headers=sent) as answer:
            return answer.status

    async def says(self, head: str, body: bytes = b"") -> int:
        """The status that answers these bytes; whatever the head promises, no more is sent than this."""
        port = int(self.url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}\r\nHost: x\r\n\r\n".encode() + body)
        status = int((await asyncio.wait_for(reader.readline(), 5)).split()[1])
        writer.close()
        return status

    async def rows(self) -> list[tuple[int, str, str]]:
        rows = await self.sessions.read(lambda session: session.scalars(select(InboxRow).order_by(InboxRow.seq)).all())
        return [(row.update_id, row.status, row.body) for row in rows]


@asynccontextmanager
async def hooked(folder: Path, *, port: int | None = None) -> AsyncIterator[Hook]:
    url = f"http://127.0.0.1:{port or free_port()}/tele/gram"
    async with database(folder) as sessions, post_office() as post, client_of(post.url) as client:
        intake = Intake(sessions, TurnableClock(), BOT_ID, GroupInterest((), ()))
        address = Address(url, SECRET, "127.0.0.1", int(url.split(":")[2].split("/")[0]))
        webhook = Webhook(client, intake, address, ALLOWED)
        task = asyncio.create_task(webhook.run())
        try:
            await until(lambda: webhook.is_up)
            async with aiohttp.ClientSession() as http:
                yield Hook(url, sessions, post, webhook, http)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def update(number: int, text: str = "hello") -> bytes:
    person = {"id": 1001, "is_bot": False, "first_name": "Nina"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


async def test_telegram_is_told_where_we_are_and_nothing_that_waits_is_dropped(tmp_path: Path) -> None:
    async with hooked(tmp_path) as hook:
        (told,) = hook.post.made("setWebhook")
        assert told == {"url": hook.url, "secret_token": SECRET, "allowed_updates": ALLOWED, "max_connections": 40}


async def test_an_update_that_was_answered_with_200_is_in_the_database_once(tmp_path: Path) -> None:
    async with hooked(tmp_path) as hook:
        statuses = await asyncio.gather(*(hook.post_json(update(n)) for n in [*range(1, 41), *range(1, 41)]))
        assert set(statuses) == {200}
        assert sorted(number for number, _, _ in await hook.rows()) == [*range(1, 41)]


HEAD = "POST /tele/gram HTTP/1.1"
RIGHT = f"{SECRET_HEADER}: {SECRET}\r\nContent-Type: application/json"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"{HEAD}\r\nContent-Type: application/json\r\nContent-Length: 100", 401),
        (f"{HEAD}\r\n{SECRET_HEADER}: {SECRET}x\r\nContent-Type: application/json\r\nContent-Length: 100", 401),
        (f"{HEAD}\r\n{SECRET_HEADER}: \xe9\xff\r\nContent-Type: application/json\r\nContent-Length: 100", 401),
        (f"{HEAD}\r\n{SECRET_HEADER}: \r\nTransfer-Encoding: chunked", 401),
        (f"GET /tele/gram HTTP/1.1\r\n{RIGHT}", 405),
        (f"PUT /tele/gram HTTP/1.1\r\n{RIGHT}\r\nContent-Length: 100", 405),
        (f"POST /other HTTP/1.1\r\n{RIGHT}\r\nContent-Length: 100", 404),
        (f"{HEAD}\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Type: text/plain\r\nContent-Length: 100", 415),
        (f"{HEAD}\r\n{RIGHT}\r\nContent-Encoding: gzip\r\nContent-Length: 100", 415),
        (f"{HEAD}\r\n{RIGHT}\r\nContent-Length: {LARGEST_BODY_BYTES + 1}", 413),
    ],
)
async def test_what_is_wrong_is_answered_before_the_body_is_there(tmp_path: Path, head: str, status: int) -> None:
    async with hooked(tmp_path) as hook:
        assert await hook.says(head) == status
        assert await hook.rows() == []


async def test_a_body_without_a_length_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    async with hooked(tmp_path) as hook:
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        status = await hook.says(f"{HEAD}\r\n{RIGHT}\r\nTransfer-Encoding: chunked", piece * 17)
        assert status == 413
        assert await hook.post_json(update(1, "x" * (LARGEST_BODY_BYTES - 1_000))) == 200
        assert [number for number, _, _ in await hook.rows()] == [1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 10_000 + b"}",
        b"[]",
        b"null",
        b'"a\\u0000"',
    ],
)
async def test_what_cannot_be_decoded_is_set_aside_and_does_not_stop_the_others(tmp_path: Path, body: bytes) -> None:
    async with hooked(tmp_path) as hook:
        assert [await hook.post_json(one) for one in (update(1), body, body, update(2))] == [200] * 4
        rows = await hook.rows()
        assert [status for _, status, _ in rows] == ["new", "dead", "new"]
        assert rows[1][0] < 0


async def test_a_port_that_is_taken_is_named_in_one_sentence(tmp_path: Path) -> None:
    async with hooked(tmp_path) as hook:
        port = int(hook.url.split(":")[2].split("/")[0])
        intake = Intake(hook.sessions, TurnableClock(), BOT_ID, GroupInterest((), ()))
        async with client_of(hook.post.url) as client:
            second = Webhook(client, intake, Address(hook.url, SECRET, "127.0.0.1", port), ALLOWED)
            with pytest.raises(
                SettingsProblem, match=f"cannot listen on 127.0.0.1:{port} .*PLUM_TELEGRAM__WEBHOOK_PORT"
            ):
                await second.run()


@pytest.mark.parametrize(("secret", "says"), [(None, "WEBHOOK_SECRET is not set"), ("x" * 31, "must be 32 to 256")])
async def test_without_a_good_secret_nothing_starts(secret: str | None, says: str) -> None:
    settings = {"PLUM_TELEGRAM__TOKEN": "1:x", "PLUM_TELEGRAM__MODE": "webhook"}
    settings["PLUM_TELEGRAM__WEBHOOK_URL"] = "https://plum.example/hook"
    if secret is not None:
        settings["PLUM_TELEGRAM__WEBHOOK_SECRET"] = secret
    with pytest.raises(SettingsProblem, match=says):
        await bot.serve(Settings(settings), asyncio.Event())


# The whole house behind the webhook


def behind_webhook(port: int) -> dict[str, str]:
    return {
        "PLUM_TELEGRAM__MODE": "webhook",
        "PLUM_TELEGRAM__WEBHOOK_URL": f"http://127.0.0.1:{port}/plum",
        "PLUM_TELEGRAM__WEBHOOK_SECRET": SECRET,
        "PLUM_TELEGRAM__WEBHOOK_PORT": str(port),
    }


@asynccontextmanager
async def as_process(folder: Path) -> AsyncIterator[tuple[Club, BotProcess]]:
    async with club(folder, started=False) as it:
        it.sandbox.world.options.webhook_pause_seconds = 0.05
        process = BotProcess(fork_server(), it.variables(), folder)
        try:
            yield it, process
        finally:
            await process.kill()


async def newcomers(it: Club, count: int) -> list[Phone]:
    return [await it.people.newcomer(f"Guest{n}") for n in range(count)]


async def each_has_one_answer(it: Club, people: list[Phone]) -> None:
    for person in people:
        await person.sees("[Join the club]")
    await it.settles()
    assert it.asks("SELECT count(*) FROM inbox WHERE source <> 'call'") == [(len(people),)]
    assert it.asks("SELECT count(*) FROM inbox WHERE status <> 'done'") == [(0,)]
    shown = [len([m for m in await person.messages() if m["buttons"]]) for person in people]
    assert shown == [1] * len(people)


async def test_the_newcomer_gets_an_answer_by_webhook_and_nobody_polls(tmp_path: Path) -> None:
    async with club(tmp_path, started=True, **behind_webhook(free_port())) as it:
        await it.people.nina.start()
        await it.people.nina.press("Join the club")
        await it.people.nina.sees("How would you like to fill it in?")
        calls = (await it.people.get("/api/calls", {"limit": "2000"}))["calls"]
        assert {call["method"] for call in calls} & {"getUpdates", "deleteWebhook"} == set()
        assert it.sandbox.world.setting("allowed_updates") == [
            "callback_query", "chat_join_request", "chat_member", "edited_message", "message", "message_reaction",
            "my_chat_member",
        ]  # fmt: skip


async def test_while_the_database_is_away_telegram_hears_503_and_brings_it_again(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        await process.start(**behind_webhook(free_port()))
        await until(lambda: process.has_said("webhook_set"))
        people = await newcomers(it, 2)
        with closing(sqlite3.connect(tmp_path / "plum.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for person in people:
                await person.start()
            await until(lambda: _last_error(it), within=30)
            assert "503" in _last_error(it)
            other.execute("ROLLBACK")
        await each_has_one_answer(it, people)
        assert process.has_said("webhook_database_fault")


def _last_error(it: Club) -> str:
    hook: dict[str, Any] = it.sandbox.world.setting("webhook") or {}
    return str(hook.get("last_error_message", ""))


async def test_changes_of_mode_with_updates_in_flight_lose_and_double_nothing(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        people = await newcomers(it, 60)

        async def come_in() -> None:
            for person in people:
                await person.start()
                await asyncio.sleep(0.05)

        coming = asyncio.create_task(come_in())
        for mode in ({}, behind_webhook(free_port()), {}, behind_webhook(free_port()), {}):
            await process.start(**mode)
            await asyncio.sleep(0.7)
            await process.stop()
            assert process.exit_code == 0
        await coming
        await process.start(**behind_webhook(free_port()))
        await each_has_one_answer(it, people)


async def test_kills_behind_the_webhook_lose_nothing(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        people, port = await newcomers(it, 40), free_port()
        for first in range(0, 40, 5):
            await process.start(**behind_webhook(port))
            for person in people[first : first + 5]:
                await person.start()
            await asyncio.sleep(0.02 * first)
            await process.kill()
        await process.start(**behind_webhook(port))
        for person in people:
            await person.sees("[Join the club]")
        await it.settles()
        assert it.asks("SELECT count(*) FROM inbox WHERE source <> 'call' AND status = 'done'") == [(40,)]


async def test_health_says_that_the_webhook_is_up_and_a_taken_port_stops_nobody(tmp_path: Path) -> None:
    port, health = free_port(), free_port()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", health))
        squatter.listen()
        async with club(tmp_path, started=True, **behind_webhook(port), PLUM_HTTP__PORT=str(health)) as it:
            await it.people.nina.start()
            await it.people.nina.sees("[Join the club]")
    async with (
        club(_made(tmp_path / "second"), started=True, **behind_webhook(port), PLUM_HTTP__PORT=str(health)) as it,
        aiohttp.ClientSession() as http,
    ):
        await it.people.nina.start()
        await it.people.nina.sees("[Join the club]")
        async with http.get(f"http://127.0.0.1:{health}/health/live") as answer:
            assert (answer.status, await answer.json()) == (200, {"live": True})
        deadline = time.monotonic() + 10
        while True:
            async with http.get(f"http://127.0.0.1:{health}/health/ready") as answer:
                found = await answer.json()
            if answer.status == 200 or time.monotonic() > deadline:
                break
        assert found == {
            "ready": True,
            "checks": {"process": "ok", "database": "ok", "intake": "ok", "inbox": "ok"},
        }


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
