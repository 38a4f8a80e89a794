"""A machine of an operator: a folder with the bot's settings, a pretend Telegram, a shell that runs commands."""

import asyncio
import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from plumbot.sandbox.options import CLUB_ID, TOKEN, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve
from tests.operations.forked import begun
from tests.support.house import ROOT

COMMAND_SECONDS = 100
STOP_SECONDS = 30
PLAIN = re.compile(r"^(PLUM_\w+=\S+ )*(\.venv/bin/)?plumbot [^|&;<>$]*$")
# A bot's word, or a worker's; one without a model waits for it.
STARTED = re.compile(r'"event": "(started|listening|nothing_listens)"')
PLUMBOT = '#!/bin/sh\nexec "{python}" -m plumbot "$@"\n'
# Of curl what the pages use; it is not on every machine.
CURL = """#!{python}
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[2]).read().decode())
except urllib.error.HTTPError as answer:
    print(answer.read().decode())
"""
# systemd keeps what a service says.
JOURNALCTL = """#!/bin/sh
for name; do
    [ ! -f "$name.log" ] || cat "$name.log"
done
"""

Said = tuple[int, str]
Program = Callable[[list[str]], Awaitable[Said]]


@dataclass
class Machine:
    """`names` stand in the pages for what is called otherwise here; `programs` are stood in for by functions."""

    folder: Path
    home: Path
    sandbox: RunningSandbox
    names: dict[str, str] = field(default_factory=dict)
    seconds: int = COMMAND_SECONDS
    exported: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    services: dict[str, ForkServerProcess] = field(default_factory=dict)

    def settings(self) -> str:
        return "".join(f"{name}={value}\n" for name, value in {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_TELEGRAM__API_URL": self.sandbox.api_url,
            "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
            "PLUM_CLUB__OWNER_ID": "1004",
            "PLUM_DATABASE__URL": "sqlite:///./data/plum.db",
            "PLUM_HTTP__PORT": "0",
            "PLUM_LOG__FORMAT": "json",
            "PLUM_BACKUP__DAILY": "off",
        }.items())  # fmt: skip

    async def run(self, line: str) -> Said:
        """Exit code, and what was said."""
        for name, here in self.names.items():
            line = line.replace(name, here)
        said = ""
        for part in line.split(" && "):
            code, told = await self._run(part)
            said += told
            if code:
                return code, said
        return 0, said

    async def _run(self, line: str) -> Said:
        words = shlex.split(line, comments=True)
        if words[0] == "export":
            self.exported |= dict([words[1].split("=", 1)])
            return 0, ""
        if program := self.programs.get(words[0]):
            return await program(words[1:])
        if PLAIN.match(line):
            return await self.plumbot(words)
        for word in words:  # whatever a document comes to name: nothing of the machine that tests run on
            inside = Path(word).is_relative_to(self.home) or word == sys.executable
            assert inside or not word.startswith(("/", "~")), f"{line}: say in `names` what {word} is here"
        process = await asyncio.create_subprocess_exec(
            "bash", "-c", line, cwd=self.folder, env=self.environment(), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        told, _ = await asyncio.wait_for(process.communicate(), self.seconds)
        return process.returncode or 0, told.decode()

    async def plumbot(self, words: list[str], given: dict[str, str] | None = None) -> Said:
        """The same as the shell would do with `NAME=VALUE plumbot …`."""
        at = next(place for place, word in enumerate(words) if word.endswith("plumbot"))
        own = dict(word.split("=", 1) for word in words[:at])
        assert words[at] == "plumbot" or (self.folder / words[at]).exists()
        child = begun(["plumbot", *words[at + 1 :]], self.folder, self.environment() | (given or {}) | own, self._said)
        await asyncio.to_thread(child.join, self.seconds)
        assert child.exitcode is not None, f"{words} does not end"
        return child.exitcode, self._said.read_text(encoding="utf-8")

    @property
    def _said(self) -> Path:
        return self.home / "said"

    async def systemctl(self, words: list[str]) -> Said:
        """What systemd does: stop and start one process, and say that it is up when it is."""
        verb, name = words
        if name != "plum":
            return 5, f"Unit {name}.service not found."
        if verb in ("stop", "restart"):
            await self.stop(name)
        if verb in ("start", "restart"):
            return await self.start(name, ["run"])
        running = name in self.services and self.services[name].is_alive()
        return {"stop": 0, "status": 0 if running else 3}[verb], ""

    async def start(self, name: str, words: list[str], given: dict[str, str] | None = None) -> Said:
        """A process that stays; its log is beside the settings."""
        log = self.folder / f"{name}.log"
        log.unlink(missing_ok=True)
        child = self.services[name] = begun(["plumbot", *words], self.folder, self.environment() | (given or {}), log)
        until = time.monotonic() + COMMAND_SECONDS
        while child.is_alive() and time.monotonic() < until:
            if log.exists() and STARTED.search(log.read_text(encoding="utf-8")):
                return 0, ""
            await asyncio.sleep(0.02)
        return 1, log.read_text(encoding="utf-8")

    async def stop(self, name: str) -> None:
        if child := self.services.pop(name, None):
            child.terminate()
            await asyncio.to_thread(child.join, STOP_SECONDS)
            assert child.exitcode == 0, f"{name} ended with {child.exitcode}"

    def environment(self) -> dict[str, str]:
        """Ours, but for the settings of a bot and for what the `make` that runs the tests was told."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PLUM_", "MAKE"))}
        return ours | {"PATH": f"{self.home / 'bin'}:{os.environ['PATH']}"} | self.exported


def put_program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(0o755)


@asynccontextmanager
async def machine(home: Path) -> AsyncIterator[Machine]:
    """Nothing is left running."""
    put_program(home / "bin", "plumbot", PLUMBOT.format(python=sys.executable))
    put_program(home / "bin", "curl", CURL.format(python=sys.executable))
    put_program(home / "bin", "journalctl", JOURNALCTL)
    (home / "plum").mkdir()
    shutil.copy(ROOT / ".env.example", home / "example.env")
    sandbox = await serve(SandboxOptions(state=home / "telegram", web_port=0))
    it = Machine(home / "plum", home, sandbox, {"/opt/plum/.env.example": str(home / "example.env")})
    it.programs["systemctl"] = it.systemctl
    try:
        yield it
    finally:
        for child in it.services.values():
            child.kill()
        await sandbox.close()
