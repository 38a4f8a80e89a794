"""Workers as processes of their own, with an engine that needs no model; recordings that no two of are alike."""

import asyncio
import io
import math
import os
import re
import signal
import struct
import sys
import wave
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from plumbot.apps import worker
from plumbot.apps.stopping import run_until_signal
from plumbot.features.transcription.decoding import Decoder
from plumbot.features.transcription.ears import LoudnessEars
from plumbot.features.transcription.pieces import Ears
from plumbot.features.transcription.ports import (
    SAMPLE_RATE,
    Heard,
    IsCancelled,
    Segment,
    SpeechEngine,
)
from plumbot.features.transcription.recognition import Recogniser
from plumbot.features.transcription.schemas import Model
from plumbot.kit import logging
from plumbot.kit.settings import Settings, load_settings

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

ROOT = Path(__file__).parents[2]
SLOWNESS = "TEST_SECONDS_A_PIECE"


def recording(milliseconds: int) -> bytes:
    """A WAV file that beats like syllables and is so long to the sample."""
    count = SAMPLE_RATE * milliseconds // 1_000
    beats = (math.sin(2 * math.pi * 4 * n / SAMPLE_RATE) for n in range(count))
    samples = (int(20_000 * max(0.0, beat) * math.sin(0.0707 * n)) for n, beat in enumerate(beats))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


@dataclass
class MeasuringEngine:
    """Hears how long a piece is, and takes its time for it."""

    seconds_a_piece: float = 0.0
    name: str = "measuring"
    model: str = "ruler"
    longest_seconds: float = 30.0

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        sleep(self.seconds_a_piece)
        seconds = len(piece) / SAMPLE_RATE
        return Heard((Segment(f"{seconds:.2f} seconds.", 0.0, seconds),), language or "en")


@dataclass
class OneEngine:
    """Whatever is wished for, the same engine serves it."""

    only: SpeechEngine = field(default_factory=MeasuringEngine)

    def engine(self, language: str | None, model: str | None) -> SpeechEngine:
        return self.only

    def route(self, piece: "Samples") -> str | None:
        return None

    def ears(self) -> Ears:
        return LoudnessEars()


def measuring(settings: Settings) -> list[Recogniser]:
    engine = OneEngine(MeasuringEngine(float(os.environ.get(SLOWNESS, "0"))))
    return [Recogniser(engine, Decoder()) for _ in range(settings.transcription.workers)]


def ruler(_settings: Settings) -> tuple[Sequence[Model], str | None]:
    return (Model("ruler", (), 1),), None


def main() -> None:
    """A worker like any other, but for its engine."""
    settings = load_settings()
    logging.configure("INFO", "json")
    logging.hide_secrets_of(settings)
    run_until_signal(partial(worker.serve, settings, make=measuring, models=ruler, port=settings.http.port or 0))


@dataclass
class WorkerProcess:
    """One worker that may die and be started again; each life adds to the same log."""

    variables: dict[str, str]
    folder: Path
    seconds_a_piece: float = 0.0
    command: tuple[str, ...] = ("tests.support.speech",)  # a module and its arguments
    process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def kept(self) -> list[int]:
        """The jobs whose end was written, in the order of their ends."""
        ends = re.findall(r'\{[^\n]*"event": ?"speech_done"[^\n]*\}', self.said())
        return [int(re.findall(r'"job": ?(\d+)', line)[0]) for line in ends if re.search(r'"kept": ?true', line)]

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PLUM_")}
        env |= self.variables | {SLOWNESS: str(self.seconds_a_piece), "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self.command, env=env, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip

    async def listens(self, seconds: float = 120.0) -> None:
        """Waits until it has said so."""
        async with asyncio.timeout(seconds):
            while "listening" not in self.said():  # noqa: ASYNC110  # another process sets no event of ours
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        await self._end(signal.SIGTERM)
        return self.process.returncode or 0 if self.process else 0

    async def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            await self.process.wait()


if __name__ == "__main__":
    main()
