"""Speech recognition as the rest of the bot sees it: what goes in, what comes out, what may go wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from plumbot.kit.refusals import N_

if TYPE_CHECKING:  # numpy comes with the extras that bring an engine
    import numpy as np
    from numpy.typing import NDArray

    Samples: TypeAlias = NDArray[np.float32]

SAMPLE_RATE = 16_000  # of everything behind the decoder: one channel of float32 between -1 and 1


@dataclass(frozen=True)
class Segment:
    """A stretch of speech; times in seconds from the beginning of the recording."""

    text: str
    start: float
    end: float
    average_log: float | None = None  # mean log probability of its words, where the engine knows it
    no_speech: float | None = None  # probability that nobody speaks, where the engine knows it


@dataclass(frozen=True)
class Transcript:
    """What was said. It holds at least one word: where there is none, NothingRecognised is raised instead."""

    segments: tuple[Segment, ...]
    seconds: float  # of the recording, as decoded
    engine: str  # "faster-whisper", "onnx", "vosk", "sphinx"
    model: str  # "base", "tiny.en", "gigaam-v3-e2e-rnnt", the name of a folder
    language: str | None = None  # "ru", "en": found, or as it was asked for
    language_probability: float | None = None  # None where it was not guessed

    @property
    def text(self) -> str:
        return joined(self.segments)


@dataclass(frozen=True)
class Progress:
    """How far it is. `text` is what is known so far; it only grows."""

    done_seconds: float
    total_seconds: float
    text: str = ""

    @property
    def percent(self) -> int:
        return min(100, int(100 * self.done_seconds / self.total_seconds)) if self.total_seconds else 0


OnProgress = Callable[[Progress], None]  # called in the thread that recognises: hand it on and return
IsCancelled = Callable[[], bool]  # asked several times a second; the first True ends the work


def ignore_progress(_: Progress) -> None:
    """For those who only want the result."""


def never_cancelled() -> bool:
    return False


@dataclass(frozen=True)
class Heard:
    """What an engine made of one piece of a recording; times from the beginning of the piece."""

    segments: tuple[Segment, ...] = ()
    language: str | None = None
    language_probability: float | None = None


class SpeechEngine(Protocol):
    """A loaded model. It is kept for as long as the process lives, and several threads may use it at once."""

    name: str
    model: str
    longest_seconds: float  # a piece is never longer

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        """Recognise one piece in which somebody seems to speak. No language: guess it, if the model knows several."""


@dataclass
class PrintedEngine:
    """Says what it was given, whatever is said: for trying and for tests that need no model."""

    text: str = "printed words"
    name: str = "printed"
    model: str = "none"
    longest_seconds: float = 30.0
    heard: list[float] = field(default_factory=list)  # the length of each piece

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        seconds = len(piece) / SAMPLE_RATE
        self.heard.append(seconds)
        return Heard((Segment(self.text, 0.0, seconds),), language)


class SpeechFault(Exception):
    """Why there is no transcript. `code` is for tables and logs, `text` for the person who waits (a msgid)."""

    code: ClassVar[str]
    text: ClassVar[str]
    final: ClassVar[bool] = True  # whether trying again is useless

    def __init__(self, detail: str = "", **values: str | int) -> None:
        """`detail` is for the operator's log; it never holds anything that was said. `values` fill the text."""
        super().__init__(detail or self.text)
        self.detail = detail
        self.values = values


class NothingRecognised(SpeechFault):
    code = "nothing_recognised"
    text = N_("I heard no words in this recording.")


class DamagedMedia(SpeechFault):
    code = "damaged"
    text = N_("This file is damaged, or it is not a recording: I cannot read it.")


class UnknownMedia(SpeechFault):
    code = "unknown_kind"
    text = N_("I do not know this kind of file. Send a voice message, a video or an audio file (OGG, MP3, M4A, WAV).")


class NoSound(SpeechFault):
    code = "no_sound"
    text = N_("There is no sound in this file.")


class TooLong(SpeechFault):
    code = "too_long"
    text = N_("This recording is too long: up to {minutes} minutes are recognised.")  # values: minutes


class TooHeavy(SpeechFault):
    code = "too_heavy"
    text = N_("This file takes more work than a recording should: I gave up on it.")


class Cancelled(SpeechFault):
    code = "cancelled"
    text = N_("Cancelled.")


class EngineMissing(SpeechFault):
    """No engine, or no model for it, or not the one that was asked for. The detail says how to get it."""

    code = "engine_missing"
    text = N_("Speech recognition is not available now.")


class EngineFailed(SpeechFault):
    """The engine or the decoder's process broke down: another attempt may succeed."""

    code = "engine_failed"
    text = N_("Something broke while I listened.")
    final = False


def joined(segments: tuple[Segment, ...] | list[Segment]) -> str:
    return " ".join(filter(None, (segment.text.strip() for segment in segments)))
