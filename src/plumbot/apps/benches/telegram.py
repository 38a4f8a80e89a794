"""A Telegram for one bot, without people: it hands over what it is given, and takes what it is told as strictly.

`shown` is what each chat was told last, `files` what workers may fetch.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from aiohttp import web

from plumbot.apps.benches.traffic import Json

A_SECOND = 30
IN_A_CHAT, CHAT_SECONDS = 6, 3.0  # one a second, and a burst of three
AT_ONCE = 100
SAYS = "send", "edit", "copy", "forward"


class Window:
    """No more than so many in any so many seconds, from wherever one counts."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._last: deque[float] = deque(maxlen=most)

    def has_room(self, now: float) -> bool:
        return len(self._last) != self._last.maxlen or now - self._last[0] >= self._seconds

    def take(self, now: float) -> None:
        self._last.append(now)


class Telegram:
    """`strict`: 429 above 30 sends in any second, or six in any three of one chat. `taken` has each one's moment."""

    def __init__(self, *, strict: bool = False) -> None:
        self.url = ""
        self.taken: list[tuple[float, int]] = []
        self.refused = 0
        self.asked: dict[str, int] = {}
        self.shown: dict[int, Json] = {}
        self.files: dict[str, bytes] = {}
        self._strict = strict
        self._everywhere, self._chats = Window(A_SECOND, 1.0), dict[int, Window]()
        self._waiting: deque[Json] = deque()
        self._come = asyncio.Event()
        self._updates, self._messages = itertools.count(1), itertools.count(1)

    def hand_over(self, contents: Iterable[Json]) -> None:
        self._waiting.extend({"update_id": next(self._updates), **content} for content in contents)
        self._come.set()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked[method] = self.asked.get(method, 0) + 1
        values = await _values(request)
        if method == "getUpdates":
            return _ok(await self._updates_for(values))
        if method == "getMe":
            return _ok({"id": 7_000_000_001, "is_bot": True, "first_name": "Plum", "username": "plum_bench_bot"})
        if method == "getFile":
            name = values["file_id"]
            return _ok({"file_id": name, "file_unique_id": name, "file_path": name})
        if not method.startswith(SAYS):
            return _ok(True)
        return self._said(values)

    async def file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    def _said(self, values: Json) -> web.Response:
        now, chat = monotonic(), int(values["chat_id"])
        here = self._chats.setdefault(chat, Window(IN_A_CHAT, CHAT_SECONDS))
        if self._strict and not (self._everywhere.has_room(now) and here.has_room(now)):
            self.refused += 1
            retry = {"retry_after": 1}
            said = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
            return web.json_response(said | {"parameters": retry}, status=429)
        self._everywhere.take(now)
        here.take(now)
        self.taken.append((now, chat))
        self.shown[chat] = values
        place = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
        return _ok({"message_id": next(self._messages), "date": 1, "chat": place, "text": str(values.get("text", ""))})

    async def _updates_for(self, values: Json) -> list[Json]:
        """What is confirmed is forgotten; an empty answer comes after a while."""
        while self._waiting and self._waiting[0]["update_id"] < int(values.get("offset", 0)):
            self._waiting.popleft()
        if not self._waiting:
            self._come.clear()
            try:
                await asyncio.wait_for(self._come.wait(), float(values.get("timeout", 0)))
            except TimeoutError:
                return []
        return [*itertools.islice(self._waiting, AT_ONCE)]


async def _values(request: web.Request) -> Json:
    if request.content_type == "application/json":
        values: Json = await request.json()
        return values
    return dict(await request.post())


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


@asynccontextmanager
async def telegram(*, strict: bool = False) -> AsyncIterator[Telegram]:
    """On a free port of this machine alone."""
    it = Telegram(strict=strict)
    application = web.Application()
    application.router.add_post("/bot{token}/{method}", it.answer)
    application.router.add_get("/file/bot{token}/{name}", it.file)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield it
    finally:
        await runner.cleanup()
