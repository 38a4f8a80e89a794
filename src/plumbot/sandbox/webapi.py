"""The page and what it asks for: snapshots, a stream of events, and deeds of people."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from plumbot.sandbox import acts, clips, files, guide, messages, people, seed, uploads, views
from plumbot.sandbox.errors import Refused
from plumbot.sandbox.guard import HEADERS, Handler, guard
from plumbot.sandbox.processes import Supervisor
from plumbot.sandbox.records import Json
from plumbot.sandbox.world import World

PAGES = Path(__file__).parent / "web"
BEAT_SECONDS = 15
LARGEST_UPLOAD = 100 * 1024 * 1024


class WebApi:
    def __init__(self, world: World, supervisor: Supervisor, on_reset: Callable[[], Awaitable[None]]) -> None:
        self.world = world
        self.supervisor = supervisor
        self.speech: Json = {"state": "off", "detail": ""}
        self._on_reset = on_reset

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_UPLOAD, middlewares=[guard, _sentences])
        app.router.add_get("/", self.page)
        app.router.add_get("/web/{file:.+}", self.asset)
        app.router.add_get("/api/state", self.state)
        app.router.add_get("/api/messages", self.messages)
        app.router.add_get("/api/events", self.events)
        app.router.add_get("/api/calls", self.calls)
        app.router.add_get("/api/file/{file_id}", self.file)
        app.router.add_post("/api/act", self.act)
        app.router.add_post("/api/upload", self.upload)
        app.router.add_post("/api/process", self.process)
        app.router.add_post("/api/faults", self.faults)
        app.router.add_post("/api/reset", self.reset)
        return app

    async def page(self, request: web.Request) -> web.StreamResponse:
        return _static("index.html")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        return _static(request.match_info["file"])

    async def state(self, request: web.Request) -> web.Response:
        world = self.world
        return web.json_response(
            {
                "seq": world.events.seq,
                "bot": views.bot(world),
                "people": views.people(world),
                "chats": views.chats(world),
                "processes": self.supervisor.view(),
                "requests": views.requests(world),
                "waiting": views.waiting(world),
                "faults": world.faults.view(),
                "guide": guide.view(world),
                "admission": world.options.admission,
                "speech": self.speech,
                "clips": clips.view(),
            }
        )

    async def messages(self, request: web.Request) -> web.Response:
        person = people.somebody(self.world, _number(request, "as"))
        chat = people.chat_of(self.world, person, _number(request, "chat"))
        limit = min(max(_number(request, "limit", 50), 1), 200)
        found = messages.listed(self.world, chat.id, _number(request, "before", 0), limit)
        return web.json_response({"messages": [views.message(self.world, m) for m in found]})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events from `after` or the browser's own Last-Event-ID on."""
        last = request.headers.get("Last-Event-ID", "")
        after = int(last) if last.isdigit() else _number(request, "after", self.world.events.seq)
        headers = {**HEADERS, "Content-Type": "text/event-stream"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        try:
            await response.write(b": hello\n\n")
            async for event in self.world.events.follow(after, BEAT_SECONDS):
                await response.write(_framed(event))
        except ConnectionError:
            pass  # the page has been closed
        return response

    async def calls(self, request: web.Request) -> web.Response:
        after = _number(request, "after", 0)
        limit = min(max(_number(request, "limit", 200), 1), 2000)
        found = self.world.calls.where(lambda c: c.id > after)[-limit:]
        return web.json_response({"calls": [views.call(c) for c in found]})

    async def file(self, request: web.Request) -> web.StreamResponse:
        found = self.world.files.get(request.match_info["file_id"])
        if found is None:
            raise web.HTTPNotFound
        # What was uploaded must not run as a page of ours.
        kind = found.mime_type if found.mime_type.startswith(("image/", "audio/", "video/")) else ""
        headers = {"Content-Type": kind if kind and "svg" not in kind else "application/octet-stream"}
        if not kind:
            headers["Content-Disposition"] = "attachment"
        return web.FileResponse(files.content(self.world, found), headers=headers)

    async def act(self, request: web.Request) -> web.Response:
        body = await _body(request)
        try:
            return web.json_response(acts.perform(self.world, body))
        finally:
            self.world.commit()

    async def upload(self, request: web.Request) -> web.Response:
        wish = await uploads.read(request)
        try:
            return web.json_response({"ok": True, "message": uploads.perform(self.world, wish)})
        finally:
            self.world.commit()

    async def process(self, request: web.Request) -> web.Response:
        body = await _body(request)
        await self.supervisor.act(str(body.get("name")), str(body.get("do")))
        return web.json_response({"ok": True, "processes": self.supervisor.view()})

    async def faults(self, request: web.Request) -> web.Response:
        body = await _body(request)
        rate = body.get("rate", 0)
        if not isinstance(rate, int):
            raise Refused("The rate is a percentage: give a number from 0 to 100.")
        self.world.faults.set(str(body.get("mode")), rate)
        self.world.events.emit("faults", faults=self.world.faults.view())
        return web.json_response({"ok": True, "faults": self.world.faults.view()})

    async def reset(self, request: web.Request) -> web.Response:
        """The children are stopped meanwhile: nobody may write old answers into the new world."""
        running = self.supervisor.running()
        await self.supervisor.close()
        seed.reset(self.world)
        await self._on_reset()
        for name in running:
            await self.supervisor.start(name)
        return web.json_response({"ok": True})

    def set_speech(self, state: str, detail: str = "") -> None:
        """Show how far speech is: off, installing or on."""
        self.speech = {"state": state, "detail": detail}
        self.world.events.emit("speech", speech=self.speech)


@web.middleware
async def _sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refusal:
        return web.json_response({"ok": False, "error": str(refusal)}, status=400)
    except web.HTTPRequestEntityTooLarge:
        return web.json_response({"ok": False, "error": "This file is too large: 100 MB at most."}, status=413)


def _static(name: str) -> web.StreamResponse:
    place = (PAGES / name).resolve()
    if not place.is_relative_to(PAGES.resolve()) or not place.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(place)


def _number(request: web.Request, name: str, otherwise: int | None = None) -> int:
    given = request.query.get(name)
    if given is None and otherwise is not None:
        return otherwise
    try:
        return int(given or "")
    except ValueError:
        raise Refused(f"“{name}” must be a number.") from None


async def _body(request: web.Request) -> Json:
    try:
        body: Any = json.loads(await request.read())
    except ValueError:
        raise Refused("The request must be JSON.") from None
    if not isinstance(body, dict):
        raise Refused("The request must be a JSON object.")
    return body


def _framed(event: Json | None) -> bytes:
    if event is None:
        return b": still here\n\n"
    return f"id: {event['seq']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
