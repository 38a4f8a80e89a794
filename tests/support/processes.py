"""Bots as processes of their own, to be killed and started again."""

import asyncio
import ctypes
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).parents[2]
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def die_with_parent(how: signal.Signals = signal.SIGINT) -> None:
    """For a child's first moment: what a killed test run leaves behind would go on, and meet the next tests' ports."""
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, how)


@dataclass(frozen=True)
class ForkServer:
    """Starts bots; whoever starts one ends it. It ends itself when our end of its pipe is closed."""

    process: "subprocess.Popen[str]"
    _lock: Lock = field(default_factory=Lock)

    def fork(self, variables: dict[str, str], folder: Path, log: Path, **more: object) -> int:
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("The fork server has no pipes.")
        asked = {"variables": variables, "folder": str(folder), "log": str(log), **more}
        with self._lock:
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()
            return int(self.process.stdout.readline())


@cache
def fork_server(program: str = "tests.support.fork_server") -> ForkServer:
    """One for all tests of this process: loading the bot takes seconds.

    `program` is a module that calls its `main`, perhaps with another bot to run.
    """
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", program]
    return ForkServer(subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, text=True))


@dataclass
class BotProcess:
    """One bot that may die and be started again."""

    server: ForkServer
    variables: dict[str, str]
    folder: Path
    pid: int | None = None

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    def has_said(self, words: str) -> bool:
        return self.log.exists() and words in self.log.read_text(encoding="utf-8")

    @property
    def exit_code(self) -> int:
        """Of the one that ended last; minus the signal that killed it."""
        return int(self.log.with_name("bot.log.code").read_text(encoding="ascii"))

    async def start(self, **more: str) -> None:
        self.pid = self.server.fork(self.variables | more, self.folder, self.log)

    @property
    def runs(self) -> bool:
        if self.pid is None:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def ended(self, within: float = 20.0) -> None:
        """Waits until it has ended by itself or by a signal."""
        async with asyncio.timeout(within):
            while self.runs:  # noqa: ASYNC110  # another process sets no event of ours
                await asyncio.sleep(0.005)
        self.pid = None

    async def _end(self, number: signal.Signals) -> None:
        if self.pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
        await self.ended()
