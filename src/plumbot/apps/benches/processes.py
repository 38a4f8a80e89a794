"""What a process costs: the time until it is there, and its memory before and after much work."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from plumbot.apps.aiogram_models import build_when_used
from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.scratch import scratch, sqlite_in
from plumbot.apps.benches.traffic import talk

MIB = 1024 * 1024
POLL = 100
IDLE_MIB = 260.0


def figures(rounds: int, updates: int) -> list[Figure]:
    """Seconds beyond a bare start of Python, and MiB of a bot's inner parts."""
    from plumbot.apps.benches import starts  # only here: the process whose memory is looked at loads this file, too

    with scratch() as folder:
        return [*starts.commands(rounds, folder), *starts.worker(rounds, folder), *_memory(updates, folder)]


def _memory(updates: int, folder: Path) -> list[Figure]:
    """In a process of its own, since this one has loaded more."""
    (folder / "memory").mkdir()
    command = [sys.executable, "-m", __name__, sqlite_in(folder / "memory"), str(updates)]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout  # noqa: S603  # ourselves
    idle, after = json.loads(said)
    return [
        Figure("memory of an idle bot", "MiB", Spread.of([idle]), "limit", Spread.of([IDLE_MIB]), 1.0, "less"),
        Figure(f"memory after {updates:,} updates", "MiB", Spread.of([after]), "idle", Spread.of([idle]), 1.1, "less"),
    ]


async def _grown(url: str, updates: int) -> tuple[float, float]:
    build_when_used()  # as the bot does
    from plumbot.apps.benches.house import house  # with aiogram, which this process needs and its parent does not

    async with house(url) as it:
        await it.handle(talk(POLL, 300))
        idle = _resident()
        for start in range(POLL, updates, POLL):
            await it.handle(talk(POLL, 300, start + 1))
        return idle, _resident()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_grown(sys.argv[1], int(sys.argv[2])))))
