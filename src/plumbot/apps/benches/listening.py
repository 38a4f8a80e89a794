"""A club that is heard: bot and worker, each a process of its own, and members who say clips and read their words."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from plumbot.apps import speech_engines
from plumbot.apps.benches import crowd, waves
from plumbot.apps.benches.children import Child, running, until
from plumbot.apps.benches.scratch import settings_for, sqlite_in
from plumbot.apps.benches.telegram import Telegram, telegram
from plumbot.apps.benches.traffic import Json, spoken
from plumbot.features.transcription.catalogue import WHISPER
from plumbot.features.transcription.decoding import Decoder
from plumbot.features.transcription.hearing import Hearing
from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.settings import Settings
from plumbot.kit.signals import Signals

SMALL, SMALLEST = "base", "tiny.en"
GENEROUS = {"PLUM_TRANSCRIPTION__DAILY_JOBS": "1000000", "PLUM_TRANSCRIPTION__DAILY_MINUTES": "1000000"}
NOT_YET = "⏳", "🎧"  # how the message begins that will have the words
LOOK_SECONDS, PATIENCE_SECONDS = 0.01, 120.0


@dataclass
class Club:
    """A language is named where the model cannot find it out."""

    telegram: Telegram
    url: str
    worker: Child
    language: str | None
    said: "itertools.count[int]" = field(default_factory=itertools.count)

    async def hear(self, who: Json) -> None:
        """A clip, from its voice message to its words."""
        number, shown, names = next(self.said), self.telegram.shown, list(self.telegram.files)
        shown.pop(who["id"], None)
        self.telegram.hand_over([spoken(who, number, names[number % len(names)], self.language)])
        await until(lambda: who["id"] in shown and not shown[who["id"]]["text"].startswith(NOT_YET))
        if "Delete" not in str(shown[who["id"]].get("reply_markup")):
            raise RuntimeError(f"A clip was not recognised: {shown[who['id']]['text']}")


def is_here(model: str) -> bool:
    settings = Settings(settings_for("sqlite://").variables | by(model))
    return any(one.name == f"{WHISPER}/{model}" for one in speech_engines.installed(settings)[0])


def by(model: str) -> dict[str, str]:
    return {"PLUM_TRANSCRIPTION__ENGINE": WHISPER, "PLUM_TRANSCRIPTION__MODEL": model}


@asynccontextmanager
async def club(folder: Path, members: int, model: str) -> AsyncIterator[Club]:
    url = sqlite_in(folder)
    async with telegram() as it, running("run", url, it.url, folder, **GENEROUS):
        it.files.update(await asyncio.to_thread(long_clips))
        await until(lambda: "setMyCommands" in it.asked)  # the first start tells everybody: nobody yet
        await asyncio.to_thread(crowd.fill, url, members, lambda *_: None)
        async with running("worker", url, it.url, folder, **by(model)) as worker:
            await until_somebody_listens(url)
            yield Club(it, url, worker, "en" if model.endswith(".en") else None)


def long_clips() -> dict[str, bytes]:
    """Two of some 40 seconds: each half of those that come with the bot, one behind the other."""
    import numpy as np

    clips, decoder = sorted(Path(str(files("plumbot") / "assets" / "speech")).glob("*.ogg")), Decoder()
    found: dict[str, bytes] = {}
    for half in range(2):
        heard = []
        for clip in clips[half::2]:
            with decoder.decode(clip) as recording:
                heard.append(recording.samples(0, len(recording)))
        waves.write(whole := BytesIO(), np.concatenate(heard))
        found[f"half{half}"] = whole.getvalue()
    decoder.close()
    return found


async def until_somebody_listens(url: str) -> None:
    hearing, sessions = Hearing(SystemClock()), open_database(url, Signals())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await sessions.read(hearing.why_not) is not None:  # noqa: ASYNC110  # another process sets no event
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        await sessions.close()
