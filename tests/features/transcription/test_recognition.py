"""A recording becomes words, or a fault that says why not; what engines find keeps its place in time."""

import os
import threading
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from plumbot.features.transcription.decoding import Decoder
from plumbot.features.transcription.ears import LoudnessEars
from plumbot.features.transcription.pieces import Ears
from plumbot.features.transcription.ports import (
    SAMPLE_RATE,
    Cancelled,
    NothingRecognised,
    PrintedEngine,
    Progress,
    SpeechEngine,
)
from plumbot.features.transcription.recognition import Recogniser
from plumbot.features.transcription.tasks import NICENESS, step_back

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples


@dataclass
class OneEngine:
    """Whatever is wished for, the same engine serves it."""

    only: PrintedEngine = field(default_factory=PrintedEngine)

    def engine(self, language: str | None, model: str | None) -> SpeechEngine:
        return self.only

    def ears(self) -> Ears:
        return LoudnessEars()

    def route(self, piece: "Samples") -> str | None:
        return None


@pytest.fixture
def engines() -> OneEngine:
    return OneEngine()


@pytest.fixture
def recogniser(engines: OneEngine) -> Iterator[Recogniser]:
    recogniser = Recogniser(engines, Decoder())
    yield recogniser
    recogniser.close()


def recorded(path: Path, *parts: tuple[float, float]) -> Path:
    """A file of parts, each a pair of seconds and loudness; what is loud beats like syllables."""
    samples = []
    for seconds, loudness in parts:
        time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0, 1)
        samples.append(loudness * syllables * np.sin(2 * np.pi * 180 * time))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.concatenate(samples) * 32000).astype("<i2").tobytes())
    return path


def test_a_recording_becomes_words(recogniser: Recogniser, tmp_path: Path) -> None:
    told = recogniser.recognise(recorded(tmp_path / "clip.wav", (1, 0), (3, 0.5), (1, 0)), language="en")
    assert (told.text, told.language, told.engine, told.seconds) == ("printed words", "en", "printed", 5.0)


def test_silence_is_not_even_given_to_the_engine(recogniser: Recogniser, engines: OneEngine, tmp_path: Path) -> None:
    with pytest.raises(NothingRecognised):
        recogniser.recognise(recorded(tmp_path / "silence.wav", (5, 0)))
    assert engines.only.heard == []


def test_a_long_recording_is_cut_at_its_pauses_and_keeps_its_times(
    recogniser: Recogniser, engines: OneEngine, tmp_path: Path
) -> None:
    clip = recorded(tmp_path / "long.wav", (23, 0.5), (2, 0), (23, 0.5), (2, 0), (23, 0.5))
    told = recogniser.recognise(clip)
    assert len(engines.only.heard) == 3
    assert max(engines.only.heard) <= engines.only.longest_seconds
    assert [round(segment.start) for segment in told.segments] == [0, 25, 50]
    assert told.text == "printed words printed words printed words"


def test_progress_grows_to_the_end_with_the_text_so_far(recogniser: Recogniser, tmp_path: Path) -> None:
    seen: list[Progress] = []
    recogniser.recognise(recorded(tmp_path / "clip.wav", (25, 0.5), (2, 0), (25, 0.5)), on_progress=seen.append)
    percents = [progress.percent for progress in seen]
    assert percents == sorted(percents)
    assert percents[0] == 0
    assert percents[-1] >= 99
    assert [len(progress.text.split()) for progress in seen] == [0, 2, 4]


def test_cancel_ends_it_between_two_pieces(recogniser: Recogniser, engines: OneEngine, tmp_path: Path) -> None:
    clip = recorded(tmp_path / "clip.wav", (25, 0.5), (2, 0), (25, 0.5))
    with pytest.raises(Cancelled):
        recogniser.recognise(clip, cancelled=lambda: len(engines.only.heard) == 1)
    assert len(engines.only.heard) == 1


def test_only_the_thread_that_recognises_steps_back() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    with ThreadPoolExecutor(1, initializer=step_back) as threads:
        assert threads.submit(niceness).result() == NICENESS
    assert niceness() == before
