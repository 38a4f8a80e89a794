"""What a process costs: the time until it is there, and its memory before and after much work."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.scratch import scratch, settings_for, sqlite_in
from plumbot.apps.benches.traffic import talk

MIB = 1024 * 1024
POLL = 100
IDLE_MIB = 260.0
STARTS = (  # with the seconds that each may take more than Python itself
    ("plumbot --help", ("-m", "plumbot", "--help"), 0.7),
    ("plumbot doctor", ("-m", "plumbot", "doctor"), 2.0),
)
NOBODY = "http://127.0.0.1:9"  # nobody answers there, and says so at once


def figures(rounds: int, updates: int) -> list[Figure]:
    """Seconds beyond a bare start of Python, and MiB of a bot's inner parts."""
    from plumbot.apps.benches import workers  # only here: the process whose memory is looked at loads this file, too

    with scratch() as folder:
        return [*_starts(rounds, folder), *workers.figures(rounds, folder), *_memory(updates, folder)]


def _starts(rounds: int, folder: Path) -> list[Figure]:
    environment = {"PATH": os.environ.get("PATH", ""), **settings_for(sqlite_in(folder)).variables}
    environment |= {"PLUM_TELEGRAM__API_URL": NOBODY}
    runs: dict[str, list[float]] = {name: [] for name, _, _ in STARTS}
    for _ in range(rounds):
        bare = seconds_of(("-c", "pass"), environment, folder)
        for name, arguments, _ in STARTS:
            runs[name].append(seconds_of(arguments, environment, folder) - bare)
    return [
        Figure(f"{name}, beyond Python's start", "s", Spread.of(runs[name]), "limit", Spread.of([limit]), 1.0, "less")
        for name, _, limit in STARTS
    ]


def seconds_of(arguments: Sequence[str], environment: dict[str, str], folder: Path) -> float:
    began = perf_counter()
    command = [sys.executable, *arguments]
    subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False)  # noqa: S603  # ourselves
    return perf_counter() - began


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
