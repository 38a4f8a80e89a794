"""How long a worker takes until it listens."""

import asyncio
from pathlib import Path
from time import perf_counter

from plumbot.apps import speech_engines
from plumbot.apps.benches.children import running
from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.processes import NOBODY, seconds_of
from plumbot.apps.benches.scratch import settings_for, sqlite_in
from plumbot.features.transcription.hearing import Hearing
from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.settings import Settings
from plumbot.kit.signals import Signals

LIMIT_SECONDS, PATIENCE_SECONDS, LOOK_SECONDS = 2.0, 60.0, 0.01
SMALL_MODEL = {"PLUM_TRANSCRIPTION__MODEL": "tiny.en"}


def figures(rounds: int, folder: Path) -> list[Figure]:
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
