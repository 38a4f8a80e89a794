"""Between the bot and the sandbox's Bot API: hands updates over from a Stream, and spoils requests and answers."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
from aiohttp import web

from plumbot.sandbox import updates
from plumbot.sandbox.server import RunningSandbox
from tests.faults.stream import Stream
from tests.support.telegram import Json

NOT_TAKEN = ("429", "429 bare", "html", "drop")
TAKEN = ("answer lost", "answer garbled", "hangs")
WEIGHTS = {"429": 6, "429 bare": 1, "html": 6, "drop": 6, "answer lost": 6, "answer garbled": 3, "hangs": 2}
SENDING = ("sendMessage", "sendPhoto", "sendDocument")
ANYWHERE = 0
HANG_SECONDS = 1.0
HTML = "<html><head><title>502 Bad Gateway</title></head></html>"


@dataclass
class Shown:
    """A message of the bot as it lies in a chat."""

    chat_id: int
    message_id: int
    text: str
    buttons: list[tuple[str, int, int, str]]  # label, row, column, url

    def place_of(self, label: str) -> tuple[int, int] | None:
        return next(((row, col) for text, row, col, _ in self.buttons if text == label), None)


@dataclass
class Wire:
    """One road for one bot. `share` of all requests meet a fault while `troubled`."""

    sandbox: RunningSandbox
    stream: Stream
    dice: Random
    http: aiohttp.ClientSession
    share: float = 0.0
    url: str = ""
    chats: dict[int, dict[int, Shown]] = field(default_factory=lambda: defaultdict(dict))
    changed: dict[int, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    answered: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    doubts: Counter[int] = field(default_factory=Counter)
    requests: int = 0
    polls: int = 0

    # Updates

    def collect(self) -> None:
        """Whatever happened in the sandbox since is on its way."""
        world = self.sandbox.world
        fresh = world.updates.all()
        if fresh:
            world.updates.drop(fresh)
            for update in fresh:
                self.stream.push(updates.shown(update))

    async def _poll(self, values: Json) -> web.Response:
        self.polls += 1
        mine = self.polls
        if isinstance(values.get("allowed_updates"), list):
            updates.allow(self.sandbox.world, values["allowed_updates"])
        if values.get("offset"):
            self.stream.confirm(values["offset"])
            self._ring(ANYWHERE)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + values.get("timeout", 0)
        while True:
            self.collect()
            if mine != self.polls:
                return web.json_response({"ok": False, "error_code": 409, "description": "Conflict"}, status=409)
            batch = self.stream.offer(values.get("limit", 100))
            if batch or loop.time() > deadline:
                return web.json_response({"ok": True, "result": batch})
            await self.sandbox.world.arrivals.heard(0.05)

    # Everything else

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            body = await request.read()
        except ConnectionError:  # the bot was killed while it asked
            return web.Response()
        fault = self._fault(method)
        if fault in NOT_TAKEN:
            return _not_taken(request, fault)
        if method == "getUpdates":
            answer = await self._poll(await request.json())
            return _hang_up(request) if fault in TAKEN else answer
        self.requests += 1
        status, text, result = await self._forward(request, method, body)
        self._look(method, result, await request.json() if request.content_type == "application/json" else {})
        if fault in TAKEN:
            if method in SENDING and isinstance(result, dict):
                self.doubts[int(result["chat"]["id"])] += 1
            return await _spoilt(request, fault, text)
        return web.Response(status=status, text=text, content_type="application/json")

    def _fault(self, method: str) -> str:
        if self.dice.random() >= self.share or method in ("getMe", "deleteWebhook"):
            return ""
        (fault,) = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.faults[fault] += 1
        return fault

    async def _forward(self, request: web.Request, method: str, body: bytes) -> tuple[int, str, Any]:
        url = f"{self.sandbox.bot_url}/{method}"
        headers = {"Content-Type": request.headers.get("Content-Type", "application/json")}
        async with self.http.post(url, data=body, headers=headers) as answer:
            content = await answer.json()
            return answer.status, await answer.text(), content.get("result")

    def _look(self, method: str, result: Any, asked: Json) -> None:
        """Keep what people see now."""
        if method == "answerCallbackQuery":
            self._note_answer(str(asked.get("callback_query_id")))
        if method == "deleteMessage" and result is True:
            self.chats[int(asked["chat_id"])].pop(int(asked["message_id"]), None)
            self._ring(int(asked["chat_id"]))
        elif isinstance(result, dict) and "message_id" in result and "chat" in result:
            shown = _shown(result)
            self.chats[shown.chat_id][shown.message_id] = shown
            self._ring(shown.chat_id)

    def _note_answer(self, press_id: str) -> None:
        self.answered.add(press_id)
        press = self.sandbox.world.presses.get(press_id)
        if press is not None:
            self._ring(press.user_id)

    def _ring(self, chat: int) -> None:
        self.changed.pop(chat, asyncio.Event()).set()

    async def something(self, seconds: float, chat: int = ANYWHERE) -> None:
        """Until something changed in a chat (ANYWHERE: until updates were taken), or for so long."""
        event = self.changed[chat]
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return

    def of(self, chat_id: int) -> list[Shown]:
        """The bot's messages in a chat, the newest first."""
        return [shown for _, shown in sorted(self.chats[chat_id].items(), reverse=True)]


def _shown(message: Json) -> Shown:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [
        (button["text"], number, place, button.get("url", ""))
        for number, row in enumerate(rows)
        for place, button in enumerate(row)
    ]
    text = message.get("text") or message.get("caption") or ""
    return Shown(int(message["chat"]["id"]), int(message["message_id"]), text, buttons)


def _not_taken(request: web.Request, fault: str) -> web.StreamResponse:
    if fault == "drop":
        return _hang_up(request)
    if fault == "html":
        return web.Response(status=502, text=HTML, content_type="text/html")
    parameters = {"parameters": {"retry_after": 1}} if fault == "429" else {}
    refusal = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1", **parameters}
    return web.json_response(refusal, status=429)


async def _spoilt(request: web.Request, fault: str, text: str) -> web.StreamResponse:
    if fault == "answer garbled":
        return web.Response(text=text[: len(text) // 2], content_type="application/json")
    if fault == "hangs":
        await asyncio.sleep(HANG_SECONDS)
    return _hang_up(request)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def wired(sandbox: RunningSandbox, stream: Stream, dice: Random, share: float) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as http:
        wire = Wire(sandbox, stream, dice, http, share)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", wire.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        wire.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield wire
        finally:
            await runner.cleanup()
