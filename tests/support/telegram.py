"""What tests of the spine share: a database at head, a clock to turn, and a Telegram that misbehaves on demand."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.kit import logging
from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.findings import SenderHooks
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.sender import Sender
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.screens import Button, Message, Photo, screen
from plumbot.kit.signals import Signals
from plumbot.kit.telegram.client import TelegramClient
from plumbot.kit.texts import Texts
from tests.support.databases import migrated

BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:CANARY-TOKEN-OF-THE-TESTS-0123456789"
PATIENCE_SECONDS = 8.0

Json = dict[str, Any]
Fault = str | Json


@dataclass
class TurnableClock:
    """The time of the machine, moved on as a test likes."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[SessionManager]:
    logging.configure("ERROR", "json")  # as in production; structlog's own default draws tracebacks for a second each
    sessions = open_database(migrated(folder), Signals())
    try:
        yield sessions
    finally:
        await sessions.close()


@screen("test.note")
def note(t: Texts, *, text: str, button: str | None = None, picture: bool | str = False) -> Message:
    """A screen for tests: a text, perhaps a button with data, perhaps a picture, of that key or of a usual one."""
    photo = Photo(picture if isinstance(picture, str) else "test", lambda: b"\x89PNG not really") if picture else None
    return Message(t("{text}", text=text), ((Button("Press", button),),) if button else (), photo)


@screen("test.broken")
def broken(t: Texts) -> Message:
    raise LookupError("this screen cannot be drawn")


@dataclass
class Post:
    """A Bot API server of a few methods. `faults` are used up one a request of the method they name ("" is any).

    A fault is an API error as JSON, or: `drop` (not taken), `drop_after` (taken, then silence), `html` (a 502).
    """

    url: str = ""
    requests: list[tuple[str, Json]] = field(default_factory=list)
    messages: dict[tuple[int, int], str] = field(default_factory=dict)
    faults: deque[tuple[str, Fault]] = field(default_factory=deque)
    results: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[str, Json], Any] | None = None
    in_flight: dict[int, int] = field(default_factory=dict)
    most_in_flight: int = 0
    last_id: int = 100

    def plan(self, *faults: Fault, method: str = "") -> None:
        self.faults.extend((method, fault) for fault in faults)

    def made(self, *methods: str) -> list[Json]:
        """The values of all requests of these methods."""
        return [values for method, values in self.requests if method in methods]

    def shown(self, chat_id: int) -> list[str]:
        """What can be seen in a chat, in its order."""
        return [text for (chat, _), text in sorted(self.messages.items()) if chat == chat_id]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            values = await request.json()
        else:
            values = {name: str(value) for name, value in (await request.post()).items()}
        chat = int(values.get("chat_id") or 0)
        self.in_flight[chat] = self.in_flight.get(chat, 0) + 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight[chat] if chat else 0)
        try:
            return await self._answer(request, method, values)
        finally:
            self.in_flight[chat] -= 1

    async def _answer(self, request: web.Request, method: str, values: Json) -> web.StreamResponse:
        fault = self._fault(method)
        if self.meanwhile is not None:
            await self.meanwhile(method, values)
        if fault == "drop":
            return _hang_up(request)
        if fault == "html":
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        if isinstance(fault, dict):
            return web.json_response({"ok": False, **fault}, status=int(fault["error_code"]))
        self.requests.append((method, values))
        result = self._carry_out(method, values)
        if fault == "drop_after":
            return _hang_up(request)
        if isinstance(result, web.Response):
            return result
        return web.json_response({"ok": True, "result": result})

    def _fault(self, method: str) -> Fault | None:
        for planned in self.faults:
            if planned[0] in ("", method):
                self.faults.remove(planned)
                return planned[1]
        return None

    def _carry_out(self, method: str, values: Json) -> Any:
        place = (int(values.get("chat_id") or 0), int(values.get("message_id") or 0))
        if method in ("sendMessage", "sendPhoto"):
            self.last_id += 1
            self.messages[place[0], self.last_id] = values.get("text") or values.get("caption") or ""
            return {"message_id": self.last_id, "photo": [{"file_id": "F1"}]}
        if method in self.results:
            return self.results[method]
        if method.startswith("edit"):
            if place not in self.messages:
                return refusal(400, "Bad Request: message to edit not found")
            if method != "editMessageReplyMarkup":
                self.messages[place] = (
                    _media_of(values).get("caption") or values.get("text") or values.get("caption") or ""
                )
            return {"message_id": place[1], "photo": [{"file_id": f"F{len(self.requests)}"}]}
        if method == "deleteMessage" and self.messages.pop(place, None) is None:
            return refusal(400, "Bad Request: message to delete not found")
        return True


def _media_of(values: Json) -> Json:
    media = values.get("media") or {}
    found: Json = json.loads(media) if isinstance(media, str) else media
    return found


def error(code: int, description: str, **parameters: Any) -> Json:
    return {"error_code": code, "description": description, "parameters": parameters}


def refusal(code: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description}, status=code)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def post_office() -> AsyncIterator[Post]:
    """Under an address of its own: a bot of another test, whose server had this port before, finds nothing here."""
    post, own = Post(), token_hex(4)
    app = web.Application()
    app.router.add_post(f"/{own}/bot{{token}}/{{method}}", post.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    post.url = f"http://127.0.0.1:{runner.addresses[0][1]}/{own}"
    try:
        yield post
    finally:
        await runner.cleanup()


@asynccontextmanager
async def client_of(url: str, token: str = TOKEN) -> AsyncIterator[TelegramClient]:
    async with TelegramClient(token, url) as client:
        yield client


@dataclass
class Findings:
    """What the sender told the club."""

    unreachable: list[int] = field(default_factory=list)
    migrated: list[tuple[int, int]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def hooks(self) -> SenderHooks:
        return SenderHooks(
            language_of=lambda _session, _chat: "en",
            unreachable=lambda _session, chat: self.unreachable.append(chat),
            migrated=lambda _session, old, new: self.migrated.append((old, new)),
            lost=lambda _session, key, _error: self.lost.append(key),
        )


def quick_limits() -> Limits:
    return Limits(a_second=1_000, chat_burst=1_000, group_a_minute=60_000)


@asynccontextmanager
async def sending(
    sessions: SessionManager,
    client: TelegramClient,
    clock: TurnableClock,
    findings: Findings,
    *,
    limits: Limits | None = None,
    holder: str | None = None,
) -> AsyncIterator[Sender]:
    """A sender at work, stopped at the end."""
    quick = limits or quick_limits()
    sender = Sender(
        sessions,
        client,
        clock,
        findings.hooks(),
        BOT_ID,
        holder=holder,
        first_retry_seconds=0.02,
        limits=quick,
        idle_seconds=0.05,
    )
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await task


async def until(condition: Callable[[], Any], within: float = PATIENCE_SECONDS) -> None:
    """Wait for something to become true; `condition` may be asynchronous."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError("It did not come to pass in time.")
        await asyncio.sleep(0.01)


def unfinished(session: Session) -> int:
    """Messages and calls that are still to be sent."""
    messages = select(func.count()).select_from(ShownMessage).where(ShownMessage.dirty)
    calls = select(func.count()).select_from(BotCall).where(BotCall.status == "new")
    return (session.scalar(messages) or 0) + (session.scalar(calls) or 0)


async def all_sent(sessions: SessionManager, within: float = PATIENCE_SECONDS) -> None:
    async def nothing_left() -> bool:
        with suppress(TimeoutError):
            return await sessions.read(unfinished) == 0
        return False

    await until(nothing_left, within)


def row_of(session: Session, key: str) -> ShownMessage:
    return session.scalars(select(ShownMessage).where(ShownMessage.key == key)).one()


def calls_of(session: Session) -> list[BotCall]:
    return list(session.scalars(select(BotCall).order_by(BotCall.id)))
