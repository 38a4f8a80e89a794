"""`plumbot sandbox`: a local Telegram in the browser, and the very same bot against it as a child process."""

import asyncio
import os
import shutil
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import typer

from plumbot import migrations
from plumbot.apps import sandbox_club, speech_engines
from plumbot.apps.sandbox_speech import Speech
from plumbot.kit.settings import Settings
from plumbot.sandbox.options import CLUB_ID, TOKEN, WEB_PORT, SandboxOptions
from plumbot.sandbox.processes import Supervisor, clean_environment
from plumbot.sandbox.seed import ADA, OLEG
from plumbot.sandbox.server import RunningSandbox, serve

STATE = Path(".sandbox")
FOR_COMMANDS = (
    "PLUM_TELEGRAM__API_URL", "PLUM_TELEGRAM__TOKEN", "PLUM_CLUB__CHAT_ID", "PLUM_CLUB__OWNER_ID",
    "PLUM_CLUB__RULES_URL",
)  # fmt: skip


class Admission(StrEnum):
    """How people get in."""

    request = "request"
    link = "link"


def run(
    port: Annotated[int, typer.Option(help="Port of the page; a busy one makes it take the next.")] = WEB_PORT,
    state: Annotated[Path, typer.Option(help="Folder that keeps everything.")] = STATE,
    admission: Annotated[Admission, typer.Option(help="How people get in.")] = Admission.request,
    speech_by: Annotated[str, typer.Option(help="Command that installs speech recognition, if it is missing.")] = "",
) -> None:
    """A local Telegram in the browser, with the bot in it. Settings of a real bot are ignored."""
    asyncio.run(_until_signal(Sandbox(state.absolute(), port, admission, speech_by)))


async def _until_signal(sandbox: "Sandbox") -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await sandbox.start()
    typer.echo(
        f"\n  Plum's sandbox is ready: open {sandbox.web_url}\n"
        f"  Stop it with Ctrl-C. Its state is in {sandbox.state}.\n\n"
        f"{sandbox.for_commands()}"
    )
    await stop.wait()
    typer.echo("Stopping …")
    await sandbox.close()


def local_zone() -> str:
    """The zone of the page's clock, so that the bot and the bubbles tell the same time; UTC where it has no name."""
    named = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return named if named in available_timezones() else "UTC"


class Sandbox:
    """The local Telegram with its children."""

    def __init__(self, state: Path, port: int, admission: str = "request", speech_by: str = "") -> None:
        self.state = state
        self._port = port
        self._admission = admission
        self._server: RunningSandbox | None = None
        self._speech = Speech(self._why_nobody_listens, self._say_of_speech, speech_by)
        self._bringing: asyncio.Task[None] | None = None

    @property
    def web_url(self) -> str:
        return self._running.web_url

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self._bot_folder / 'plum.db'}"

    @property
    def _bot_folder(self) -> Path:
        return self.state / "bot"

    @property
    def _running(self) -> RunningSandbox:
        if self._server is None:
            raise RuntimeError("The sandbox has not been started.")
        return self._server

    async def start(self) -> None:
        options = SandboxOptions(state=self.state, web_port=self._port, admission=self._admission, say=typer.echo)
        supervisor = Supervisor(self.state / "logs")
        self._server = await serve(options, supervisor, self._begin_anew)
        await self._prepare_club()
        argv = [sys.executable, "-m", "plumbot", "run"]
        supervisor.add("bot", argv, clean_environment(self.bot_settings()), cwd=self._bot_folder)
        await supervisor.start("bot")
        self._bringing = asyncio.create_task(self._bring_speech(supervisor), name="speech")

    async def _bring_speech(self, supervisor: Supervisor) -> None:
        """The page answers already; the worker joins it when there is something that listens."""
        if await self._speech.bring():
            argv = [sys.executable, "-m", "plumbot", "worker"]
            supervisor.add("worker", argv, clean_environment(self.worker_settings()), cwd=self._bot_folder)
            await supervisor.start("worker")

    def _why_nobody_listens(self) -> str | None:
        return speech_engines.installed(Settings(self.worker_settings()))[1]

    def _say_of_speech(self, state: str, detail: str) -> None:
        self._running.set_speech(state, detail)

    def worker_settings(self) -> dict[str, str]:
        """The same as the bot's, but for the port of its health."""
        return self.bot_settings() | {"PLUM_HTTP__PORT": str(self._api_port + 2)}

    @property
    def _api_port(self) -> int:
        return urlsplit(self._running.api_url).port or 0

    def bot_settings(self) -> dict[str, str]:
        """All that the bot is told; only the address of the Bot API makes this a sandbox."""
        return {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_TELEGRAM__API_URL": self._running.api_url,
            "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
            "PLUM_CLUB__OWNER_ID": str(OLEG),
            "PLUM_CLUB__ADMIN_IDS": str(ADA),
            "PLUM_CLUB__NAME": "Plum Club",
            "PLUM_CLUB__LANGUAGE": "en",
            "PLUM_CLUB__TIMEZONE": local_zone(),
            "PLUM_CLUB__RULES_URL": f"{self._running.web_url}/web/rules.html",
            "PLUM_CLUB__ADMISSION": self._admission,
            "PLUM_DATABASE__URL": self.database_url,
            "PLUM_HTTP__PORT": str(self._api_port + 1),
            "PLUM_LOG__FORMAT": "console",
            "PLUM_BACKUP__DAILY": "off",
            "PLUM_WORKER__EMBEDDED": "off",  # it is a child of the sandbox, to be killed and started like the bot
            "PLUM_TRANSCRIPTION__GROUP": "reply",
        }

    def for_commands(self) -> str:
        """What to set in another terminal, so that the real commands meet this Telegram."""
        told = self.bot_settings()
        lines = "".join(f"    {name}={told[name]}\n" for name in FOR_COMMANDS)
        return (
            f"  The real commands work against it too, each setting in the environment (see docs/sandbox.md):\n{lines}"
        )

    async def _prepare_club(self) -> None:
        """A club with members is there from the first start; what is there already stays."""
        self._bot_folder.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(migrations.upgrade, self.database_url)
        await sandbox_club.fill(self.database_url, self._running.world)

    async def _begin_anew(self) -> None:
        """Reset: the bot forgets as well."""
        supervisor = self._running.supervisor
        await supervisor.stop("bot")
        await asyncio.to_thread(shutil.rmtree, self._bot_folder, ignore_errors=True)
        await self._prepare_club()
        await supervisor.start("bot")  # the worker, which ran before, is started by whoever resets

    async def close(self) -> None:
        if self._bringing is not None:
            await self._speech.close()
            self._bringing.cancel()
            await asyncio.gather(self._bringing, return_exceptions=True)
        await self._running.close()
