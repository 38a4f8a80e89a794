"""Real processes of `plumbot`, and what the system says of them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from plumbot.apps.benches.scratch import settings_for

MIB = 1024 * 1024
TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS, PATIENCE_SECONDS, LOOK_SECONDS = 20.0, 120.0, 0.05
INHERITED = "PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR"


@dataclass(frozen=True)
class Child:
    """By its number."""

    pid: int

    def resident_mib(self) -> float:
        return int(self._file("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB

    def family_mib(self) -> float:
        """With all that it has started. What they share counts for each: no less than it takes."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        children = [Child(int(pid)) for task in tasks for pid in (task / "children").read_text().split()]
        return self.resident_mib() + sum(child.family_mib() for child in children)

    def descriptors(self) -> int:
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    def cpu_seconds(self) -> float:
        """Its own, with its threads, without its children."""
        fields = self._file("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _file(self, name: str) -> str:
        return Path(f"/proc/{self.pid}/{name}").read_text()


@asynccontextmanager
async def running(command: str, url: str, api_url: str, folder: Path, **more: str) -> AsyncIterator[Child]:
    """`plumbot COMMAND` on that database against that Telegram; it is ended at the end. Its log is in the folder."""
    told = settings_for(url).variables | {
        "PLUM_TELEGRAM__API_URL": api_url, "PLUM_HTTP__PORT": "0", "PLUM_WORKER__EMBEDDED": "off",
        "PLUM_BACKUP__DAILY": "off", "PLUM_LOG__LEVEL": "WARNING", "PLUM_CLUB__TIMEZONE": "UTC",
    }  # fmt: skip
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | told | more
    with (folder / f"{command}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "plumbot", command, env=environment, cwd=folder, stdout=log, stderr=log
        )
    try:
        yield Child(process.pid)
    finally:
        await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


async def until(is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = monotonic() + seconds
    while not is_so():
        if monotonic() > deadline:
            raise TimeoutError(f"What the bench waits for has not come within {seconds:.0f} s.")
        await asyncio.sleep(LOOK_SECONDS)
