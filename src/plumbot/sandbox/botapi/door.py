"""Where calls come in: token, faults, the method itself, the answer, and a line in the pane of calls."""

import asyncio
import logging
from typing import Any

from aiohttp import web

from plumbot.sandbox import files, views
from plumbot.sandbox.botapi import params as reading
from plumbot.sandbox.botapi.methods import METHODS, SPELLED
from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.botapi.receiving import Poller
from plumbot.sandbox.errors import ApiError
from plumbot.sandbox.limits import too_many
from plumbot.sandbox.records import Call
from plumbot.sandbox.world import World

log = logging.getLogger(__name__)

CALLS_KEPT = 2_000
LARGEST_BODY = 60 * 1024 * 1024
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Door:
    def __init__(self, world: World) -> None:
        self.world = world
        self.poller = Poller()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self.call)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)
        app.router.add_route("*", "/{rest:.*}", _nothing_here)
        return app

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call from the bot."""
        name = request.match_info["method"]
        try:
            _check_token(request, self.world)
            if name.lower() not in SPELLED:
                raise ApiError(404, "Not Found")
            given = await reading.read(request)
        except ApiError as error:
            return _answer(error)
        except web.HTTPRequestEntityTooLarge:
            return _answer(ApiError(413, "Request Entity Too Large"))
        return await self._with_fault(request, SPELLED[name.lower()], given)

    async def _with_fault(self, request: web.Request, name: str, given: Params) -> web.StreamResponse:
        fault = self.world.faults.strike(name)
        if fault == "429":
            seconds = self.world.options.chance.randint(1, 3)
            return _answer(self._logged(name, given, too_many(seconds)))
        if fault == "502":
            self._logged(name, given, ApiError(502, "Bad Gateway (a fault on purpose)"))
            return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
        if fault == "drop":
            self._logged(name, given, ApiError(0, "Connection dropped (a fault on purpose)"))
            return hang_up(request)
        if fault == "slow":
            await asyncio.sleep(self.world.options.chance.uniform(*self.world.options.slow_seconds))
        answer = await self._carry_out(name, given)
        if fault == "timeout_after":
            await asyncio.sleep(self.world.options.hang_seconds)
            return hang_up(request)
        return _answer(answer)

    async def _carry_out(self, name: str, given: Params) -> Any:
        if name == "getUpdates":
            return await self._poll(given)
        world = self.world
        call = self._begin(name, given)
        world.call_id = call.id
        started = asyncio.get_running_loop().time()
        answer = self._attempt(name, given)
        call.ms = round((asyncio.get_running_loop().time() - started) * 1000)
        world.call_id = 0
        self._end(call, answer)
        return answer

    def _attempt(self, name: str, given: Params) -> Any:
        try:
            return METHODS[name.lower()](self.world, given)
        except ApiError as error:
            return error
        except (TypeError, ValueError, KeyError, AttributeError):
            log.exception("A call of %s held something of the wrong type", name)
            return ApiError(400, "Bad Request: wrong type of a parameter")

    async def _poll(self, given: Params) -> Any:
        """Polls fill no lines of the pane, unless they are refused."""
        try:
            return await self.poller.get_updates(self.world, given)
        except ApiError as error:
            return self._logged("getUpdates", given, error)

    def _logged(self, name: str, given: Params, answer: ApiError) -> ApiError:
        self._end(self._begin(name, given), answer)
        return answer

    def _begin(self, name: str, given: Params) -> Call:
        world = self.world
        call = Call(world.count("call"), world.clock(), name, given.shown())
        call.chat_id = given.integer("chat_id")
        call.message_id = given.integer("message_id")
        call.user_id = given.integer("user_id") or max(call.chat_id, 0)
        press = world.presses.get(given.text("callback_query_id"))
        if press:
            call.chat_id, call.message_id, call.user_id = press.chat_id, press.message_id, press.user_id
        return call

    def _end(self, call: Call, answer: Any) -> None:
        if isinstance(answer, ApiError):
            call.ok, call.error_code, call.description = False, answer.code, answer.description
        elif isinstance(answer, dict) and "message_id" in answer:
            call.message_id = answer["message_id"]
        calls = self.world.calls
        calls.put(call)
        if len(calls) > CALLS_KEPT + CALLS_KEPT // 10:
            calls.drop(calls.all()[:-CALLS_KEPT])
        self.world.events.emit("call", call=views.call(call))
        self.world.commit()

    async def download(self, request: web.Request) -> web.StreamResponse:
        try:
            _check_token(request, self.world)
        except ApiError as error:
            return _answer(error)
        fault = self.world.faults.strike("download")
        if fault in ("drop", "timeout_after"):
            return hang_up(request)
        if fault in ("502", "429"):
            return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
        if fault == "slow":
            await asyncio.sleep(self.world.options.chance.uniform(*self.world.options.slow_seconds))
        found = files.by_path(self.world, request.match_info["path"])
        if found is None or found.size > files.DOWNLOAD_LIMIT:
            return _answer(ApiError(404, "Not Found"))
        return web.FileResponse(files.content(self.world, found))


async def _nothing_here(_request: web.Request) -> web.Response:
    return _answer(ApiError(404, "Not Found"))


def _check_token(request: web.Request, world: World) -> None:
    token = request.match_info["token"]
    if token == world.options.token:
        return
    if ":" in token and token.partition(":")[0].isdigit():
        raise ApiError(401, "Unauthorized")
    raise ApiError(404, "Not Found")


def _answer(answer: Any) -> web.Response:
    if not isinstance(answer, ApiError):
        return web.json_response({"ok": True, "result": answer})
    body: dict[str, Any] = {"ok": False, "error_code": answer.code, "description": answer.description}
    if answer.parameters:
        body["parameters"] = answer.parameters
    headers = {"Retry-After": str(answer.parameters["retry_after"])} if answer.code == 429 else None
    return web.json_response(body, status=answer.code, headers=headers)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
