"""A recording is cut where nobody speaks, into pieces that an engine can take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from plumbot.features.transcription.ports import SAMPLE_RATE
from plumbot.features.transcription.recording import Recording

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

AROUND_SPEECH_SECONDS = 0.2
WORTH_CUTTING_FROM = 0.7  # of the longest piece: cut at the longest pause after it


@dataclass(frozen=True)
class Speech:
    """Where somebody seems to speak, in samples."""

    start: int
    stop: int


class Ears(Protocol):
    """Tells speech from the rest."""

    def speech(self, samples: "Samples") -> list[Speech]:
        """The stretches with speech, in order, without overlaps."""


@dataclass(frozen=True)
class Piece:
    """Samples in which somebody speaks, and where they begin."""

    start_seconds: float
    samples: "Samples"

    @property
    def stop_seconds(self) -> float:
        return self.start_seconds + len(self.samples) / SAMPLE_RATE


def pieces_of(recording: Recording, ears: Ears, longest_seconds: float) -> Iterator[Piece]:
    """The pieces with speech, in order; what is silent or noise is left out."""
    longest, place, end = int(longest_seconds * SAMPLE_RATE), 0, len(recording)
    while place < end:
        window = recording.samples(place, place + longest)
        found = ears.speech(window)
        is_last = place + len(window) >= end
        cut = len(window) if is_last else cut_of(found, len(window))
        if inside := [speech for speech in found if speech.start < cut]:
            margin = int(AROUND_SPEECH_SECONDS * SAMPLE_RATE)
            start, stop = max(0, inside[0].start - margin), min(cut, inside[-1].stop + margin)
            yield Piece((place + start) / SAMPLE_RATE, window[start:stop])
        place += cut


def cut_of(found: list[Speech], length: int) -> int:
    """Where to cut a window that goes on: in the middle of the longest pause of its later part, else at its end."""
    if not found:
        return length
    earliest = int(length * WORTH_CUTTING_FROM)
    stops = [speech.stop for speech in found]
    starts = [*(speech.start for speech in found[1:]), length]
    pauses = [(start - stop, (start + stop) // 2) for stop, start in zip(stops, starts, strict=True)]
    worthy = [pause for pause in pauses if pause[0] > 0 and pause[1] >= earliest]
    return max(worthy)[1] if worthy else length
