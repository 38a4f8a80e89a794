"""The bot and its worker as child processes: started, stopped and killed from the page, never by themselves."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbot.sandbox.errors import Refused
from plumbot.sandbox.records import Json

STOP_SECONDS = 15
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SSL_CERT_FILE")


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a child may see: the few variables any program needs and what the caller says. No PLUM_* leaks."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | dict(extra)


@dataclass
class Child:
    """One program: how it is started, and how it fares."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path | None = None
    process: asyncio.subprocess.Process | None = None
    started_at: float = 0
    status: str = "stopped"
    watch: asyncio.Task[None] | None = None

    def view(self) -> Json:
        running = self.process is not None and self.status != "stopped"
        pid = self.process.pid if running and self.process else None
        return {
            "name": self.name,
            "status": self.status,
            "pid": pid,
            "started_at": self.started_at or None,
            "exit_code": None if running or self.process is None else self.process.returncode,
        }


class Supervisor:
    """Runs the children it was given; says so after each change. Logs go to DIR/NAME.log."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: dict[str, Child] = {}
        self.changed: Callable[[], None] = lambda: None
        self.on_kill: Callable[[str], None] = lambda _: None
        self.on_start: Callable[[str], None] = lambda _: None

    def add(self, name: str, argv: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> None:
        """Make a program known; `env` is its whole environment (see `clean_environment`)."""
        self._children[name] = Child(name, argv, env, cwd)
        self.changed()

    def view(self) -> list[Json]:
        return [child.view() for child in self._children.values()]

    def log_file(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _child(self, name: str) -> Child:
        found = self._children.get(name)
        if found is None:
            raise Refused(f"There is no process named {name!r}.")
        return found

    def _set(self, child: Child, status: str) -> None:
        child.status = status
        self.changed()

    async def start(self, name: str) -> None:
        """Start it if it does not run."""
        child = self._child(name)
        if child.status != "stopped":
            return
        self._set(child, "starting")
        self._logs.mkdir(parents=True, exist_ok=True)
        try:
            with self.log_file(name).open("ab") as output:
                child.process = await asyncio.create_subprocess_exec(
                    *child.argv,
                    env=dict(child.env),
                    cwd=child.cwd,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # Ctrl-C at the terminal is ours to pass on
                )
        except OSError as error:
            self._set(child, "stopped")
            raise Refused(f"{name} cannot be started: {error}.") from error
        child.started_at = time.time()
        child.watch = asyncio.create_task(self._wait(child, child.process))
        self._set(child, "running")
        self.on_start(name)

    async def _wait(self, child: Child, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        if child.process is process:
            self._set(child, "stopped")

    async def stop(self, name: str) -> None:
        """SIGTERM, and SIGKILL for who does not listen in time."""
        child = self._child(name)
        if _signal(child, signal.SIGTERM) and child.watch:
            done, _ = await asyncio.wait([child.watch], timeout=STOP_SECONDS)
            if not done:
                await self.kill(name)

    async def kill(self, name: str) -> None:
        """SIGKILL: no goodbye."""
        child = self._child(name)
        if _signal(child, signal.SIGKILL) and child.watch:
            await asyncio.wait([child.watch])
            self.on_kill(name)

    async def act(self, name: str, verb: str) -> None:
        deeds = {"start": self.start, "stop": self.stop, "kill": self.kill}
        if verb not in deeds:
            raise Refused(f"A process can be started, stopped or killed, not {verb!r}.")
        await deeds[verb](name)

    def running(self) -> list[str]:
        return [child.name for child in self._children.values() if child.status != "stopped"]

    async def close(self) -> None:
        """Stop everything, all at once."""
        await asyncio.gather(*(self.stop(name) for name in self._children))


def _signal(child: Child, number: signal.Signals) -> bool:
    if child.process is None or child.status == "stopped" or child.process.returncode is not None:
        return False
    child.process.send_signal(number)
    return True
