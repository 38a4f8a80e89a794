"""Starts the sandbox: one process, a port for the page and a port for the Bot API, both on 127.0.0.1 only."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from plumbot.sandbox import acts, guide, seed
from plumbot.sandbox.botapi.door import Door
from plumbot.sandbox.errors import Refused
from plumbot.sandbox.folder import Folder
from plumbot.sandbox.options import PORTS_TO_TRY, SandboxOptions
from plumbot.sandbox.processes import Supervisor
from plumbot.sandbox.records import Json
from plumbot.sandbox.webapi import WebApi
from plumbot.sandbox.webhook import Webhook
from plumbot.sandbox.world import World

HOST = "127.0.0.1"


async def _nothing_more() -> None:
    return


@dataclass
class RunningSandbox:
    """What is running, where, and the ways in for tests and for the command line."""

    world: World
    web_url: str
    api_url: str
    webapi: WebApi
    supervisor: Supervisor
    webhook: Webhook
    runners: list[web.AppRunner]
    folder: Folder

    @property
    def token(self) -> str:
        return self.world.options.token

    @property
    def bot_url(self) -> str:
        return f"{self.api_url}/bot{self.token}"

    def act(self, person_id: int, do: str, **wish: Any) -> Json:
        """The same as POST /api/act, without HTTP; raises Refused."""
        try:
            return acts.perform(self.world, {"as": person_id, "do": do, **wish})
        finally:
            self.world.commit()

    def set_speech(self, state: str, detail: str = "") -> None:
        self.webapi.set_speech(state, detail)

    async def close(self) -> None:
        """Children first, so that nobody calls a server that has gone."""
        await self.supervisor.close()
        await self.webhook.close()
        for runner in self.runners:
            await runner.cleanup()
        self.world.store.close()
        self.folder.close()


def open_world(options: SandboxOptions) -> World:
    world = World(options)
    if not len(world.people):
        seed.fill(world)
    return world


async def serve(
    options: SandboxOptions,
    supervisor: Supervisor | None = None,
    on_reset: Callable[[], Awaitable[None]] = _nothing_more,
) -> RunningSandbox:
    """Start everything but the children.

    `on_reset` runs at the page's Reset, with the world fresh again and the children stopped; those that ran
    before are started when it has ended. Raises Refused where the folder or every port is taken.
    """
    folder = Folder(options.state)
    world = open_world(options)
    supervisor = supervisor or Supervisor(options.state / "logs")
    _connect(world, supervisor)
    webapi = WebApi(world, supervisor, on_reset)
    web_socket = listen(options.web_port, options.say, "The page")
    web_port = web_socket.getsockname()[1]
    wanted = options.api_port
    if wanted is None:
        wanted = web_port + 1 if options.web_port else 0
    api_socket = listen(wanted, options.say, "The Bot API")
    runners = [
        await _run(webapi.app(), web_socket),
        await _run(Door(world).app(), api_socket),
    ]
    webhook = Webhook(world)
    webhook.start()
    return RunningSandbox(
        world=world,
        web_url=f"http://{HOST}:{web_port}",
        api_url=f"http://{HOST}:{api_socket.getsockname()[1]}",
        webapi=webapi,
        supervisor=supervisor,
        webhook=webhook,
        runners=runners,
        folder=folder,
    )


def _connect(world: World, supervisor: Supervisor) -> None:
    """Pages see the processes; the guide sees a kill and a start of the bot."""

    def killed(name: str) -> None:
        if name == "bot":
            guide.killed(world)
            world.commit()

    def started(name: str) -> None:
        if name == "bot":
            guide.started(world)
            world.commit()

    supervisor.on_kill = killed
    supervisor.on_start = started
    supervisor.changed = lambda: world.events.emit("process", processes=supervisor.view())


def listen(port: int, say: Callable[[str], None], what: str) -> socket.socket:
    """A socket on this port, or on the next free one, saying so; 0 takes any."""
    for candidate in range(port, port + PORTS_TO_TRY) if port else (0,):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, candidate))
            sock.listen(128)
        except OSError:
            sock.close()
            continue
        if candidate != port:
            say(f"{what}: port {port} is busy, taking {candidate} instead.")
        return sock
    raise Refused(f"No free port from {port} to {port + PORTS_TO_TRY - 1}: stop something or choose another port.")


async def _run(app: web.Application, sock: socket.socket) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    return runner
