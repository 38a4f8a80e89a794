"""How long commands take, and a worker until it listens, beyond the start of Python itself; what it holds then."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from plumbot.apps.benches.children import running
from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.listening import SMALLEST, by, club, is_here, until_somebody_listens
from plumbot.apps.benches.scratch import settings_for, sqlite_in
from plumbot.apps.benches.traffic import person

STARTS = (  # with the seconds that each may take more than Python itself
    ("plumbot --help", ("-m", "plumbot", "--help"), 0.7),
    ("plumbot doctor", ("-m", "plumbot", "doctor"), 2.0),
)
NOBODY = "http://127.0.0.1:9"  # nobody answers there, and says so at once
LIMIT_SECONDS, HEARD_MIB = 2.0, 450.0
CLIPS = 4  # two at once


def commands(rounds: int, folder: Path) -> list[Figure]:
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


def worker(rounds: int, folder: Path) -> list[Figure]:
    """Till it has said that it listens, and its memory when it has heard; nothing where the model is not installed."""
    if not is_here(SMALLEST):
        return []
    runs = [asyncio.run(_listening(folder)) - seconds_of(("-c", "pass"), {}, folder) for _ in range(rounds)]
    limit, mib = Spread.of([LIMIT_SECONDS]), Spread.of([HEARD_MIB])
    (folder / "heard").mkdir()
    heard = Spread.of([asyncio.run(_heard(folder / "heard"))])
    what = f"memory of a worker with {SMALLEST} that has heard, its decoders added"
    return [
        Figure("plumbot worker ready, beyond Python's start", "s", Spread.of(runs), "limit", limit, 1.0, "less"),
        Figure(what, "MiB", heard, "limit", mib, 1.0, "less"),
    ]


async def _listening(folder: Path) -> float:
    url, began = sqlite_in(folder), perf_counter()
    async with running("worker", url, NOBODY, folder, **by(SMALLEST)):
        await until_somebody_listens(url)
        return perf_counter() - began


async def _heard(folder: Path) -> float:
    async with club(folder, CLIPS, SMALLEST) as it:
        async with asyncio.TaskGroup() as nursery:
            for number in range(CLIPS):
                nursery.create_task(it.hear(person(number)))
        return it.worker.family_mib()
