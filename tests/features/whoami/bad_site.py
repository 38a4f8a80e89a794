"""A site that misbehaves: each page or answer is a function from the request to what is written to the connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "t0ken-of-the-page"
PAGE = f'<html><head><meta name="csrf-token" content="{TOKEN}"></head><body>hello</body></html>'
NINA: dict[str, Any] = {"id": 1001, "username": "Nina", "firstName": "Nina", "lastName": "N."}

HANGS_SECONDS = 30

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(
    text: str | bytes, content_type: str = "application/json", status: int = 200, headers: dict[str, str] | None = None
) -> Behaviour:
    body = text.encode() if isinstance(text, str) else text

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=content_type, headers=headers)

    return answer


def page(text: str | bytes, status: int = 200, headers: dict[str, str] | None = None) -> Behaviour:
    return says(text, "text/html", status, headers)


def knows(**changed: Any) -> Behaviour:
    """The usual answer with these fields; `...` leaves one out."""
    return says(json.dumps({name: value for name, value in {**NINA, **changed}.items() if value is not ...}))


async def hangs(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(HANGS_SECONDS)
    return web.Response()


async def drips(request: web.Request) -> web.StreamResponse:
    """A byte now and then: no single wait is long, the whole is."""
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    for _ in range(300):
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


async def pours(request: web.Request) -> web.StreamResponse:
    """Without end, and without a length in its header."""
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65536)


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """Promises more than it sends."""
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b"<html>")
    assert request.transport is not None
    request.transport.abort()
    return response


async def babbles(request: web.Request) -> web.StreamResponse:
    """What comes is not HTTP."""
    assert request.transport is not None
    request.transport.write(b"HELO not http at all\r\n\r\n")
    request.transport.close()
    return web.Response()


@dataclass
class BadSite:
    """As it stands it behaves; a test changes `page` or `answer`."""

    url: str = ""
    page: Behaviour = field(default_factory=lambda: page(PAGE, headers={"Set-Cookie": "session=abc; Path=/; HttpOnly"}))
    answer: Behaviour = field(default_factory=knows)
    requests: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    faults: list[Behaviour] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.requests.append((request.method, request.path, dict(request.headers), body))
        if self.faults:
            return await self.faults.pop(0)(request)
        return await (self.page if request.method == "GET" else self.answer)(request)


@asynccontextmanager
async def bad_site() -> AsyncIterator[BadSite]:
    site = BadSite()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0)
    await place.start()
    assert place._server is not None
    port = place._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    site.url = f"http://127.0.0.1:{port}"
    try:
        yield site
    finally:
        await runner.cleanup()
