"""How long commands take, and a worker until it listens, beyond the start of Python itself."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from plumbot.apps import speech_engines
from plumbot.apps.benches.children import running
from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.scratch import settings_for, sqlite_in
from plumbot.features.transcription.hearing import Hearing
from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.settings import Settings
from plumbot.kit.signals import Signals

STARTS = (  # with the seconds that each may take more than Python itself
    ("plumbot --help", ("-m", "plumbot", "--help"), 0.7),
    ("plumbot doctor", ("-m", "plumbot", "doctor"), 2.0),
)
NOBODY = "http://127.0.0.1:9"  # nobody answers there, and says so at once
LIMIT_SECONDS, PATIENCE_SECONDS, LOOK_SECONDS = 2.0, 60.0, 0.01
SMALL_MODEL = {"PLUM_TRANSCRIPTION__MODEL": "tiny.en"}


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
    """Till it has said that it listens; nothing where the model is not installed."""
    settings = Settings(settings_for(sqlite_in(folder)).variables | SMALL_MODEL)
    if speech_engines.installed(settings)[1] is not None:
        return []
    runs = [asyncio.run(_listening(folder)) - seconds_of(("-c", "pass"), {}, folder) for _ in range(rounds)]
    limit = Spread.of([LIMIT_SECONDS])
    return [Figure("plumbot worker ready, beyond Python's start", "s", Spread.of(runs), "limit", limit, 1.0, "less")]


async def _listening(folder: Path) -> float:
    url = sqlite_in(folder)
    hearing, sessions = Hearing(SystemClock()), open_database(url, Signals())
    try:
        began = perf_counter()
        async with asyncio.timeout(PATIENCE_SECONDS), running("worker", url, NOBODY, folder, **SMALL_MODEL):
            while await sessions.read(hearing.why_not) is not None:  # noqa: ASYNC110  # another process sets no event
                await asyncio.sleep(LOOK_SECONDS)
            return perf_counter() - began
    finally:
        await sessions.close()
