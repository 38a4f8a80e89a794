"""Speech in the sandbox: there at once, or installed behind the page that already answers, or off with the reason."""

import asyncio
import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import invalidate_caches

import structlog

log = structlog.get_logger()

ABOUT_MEGABYTES = 250
HOW = "Not installed: `make demo` brings it, or make install LAYERS=audio and a model (see plumbot doctor)."
FAILED = "It could not be installed: {last} Run `make demo` again to try once more."
SIZE = re.compile(r"^\s*Downloading\s+(?:\S*/)?(\S+)\s+\(([\d.]+)\s*([kKMG])i?B\)")
IN_MEGABYTES = {"k": 0.001, "K": 0.001, "M": 1.0, "G": 1000.0}
LONGEST_LINE = 120


@dataclass
class Progress:
    """What an installer has said so far, line by line; uv and pip word downloads alike."""

    begun: dict[str, float] = field(default_factory=dict)
    last: str = ""

    def hear(self, line: str) -> None:
        self.last = line.strip()[:LONGEST_LINE] or self.last
        if found := SIZE.match(line):
            self.begun[found[1]] = float(found[2]) * IN_MEGABYTES[found[3]]

    @property
    def sentence(self) -> str:
        megabytes = sum(self.begun.values())
        percent = min(99, int(100 * megabytes / ABOUT_MEGABYTES))
        return f"{percent} % ({megabytes:.0f} of about {ABOUT_MEGABYTES} MB). {self.last}"


@dataclass
class Speech:
    """`why_not` looks whether anything could listen; `say(state, detail)` tells the page; `begin` starts the worker."""

    why_not: Callable[[], str | None]
    say: Callable[[str, str], None]
    installer: str = ""
    _process: asyncio.subprocess.Process | None = None

    async def bring(self) -> bool:
        """Whether there is something that listens, in the end."""
        if self.why_not() is None:
            self.say("on", "")
            return True
        if not self.installer:
            self.say("off", HOW)
            return False
        progress = Progress()
        self.say("installing", progress.sentence)
        code = await self._install(progress)
        invalidate_caches()
        reason = self.why_not()
        if code or reason:
            log.warning("speech_not_installed", code=code, why=reason, last=progress.last)
            self.say("off", FAILED.format(last=progress.last or reason))
            return False
        self.say("on", "")
        return True

    async def _install(self, progress: Progress) -> int:
        """In a group of its own, so that it can be ended with all that it has started."""
        pipe, one_stream = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
        try:
            self._process = await asyncio.create_subprocess_exec(
                *shlex.split(self.installer), stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=one_stream
            )
        except OSError as fault:
            progress.hear(f"{self.installer}: {fault.strerror}.")
            return 1
        while self._process.stdout is not None and (line := await self._process.stdout.readline()):
            progress.hear(line.decode(errors="replace"))
            self.say("installing", progress.sentence)
        return await self._process.wait()

    async def close(self) -> None:
        """The installer can be stopped at any time: the next start goes on."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
