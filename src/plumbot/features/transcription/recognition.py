"""From a file to its words: decode, cut into pieces, let an engine hear each. No Telegram, no database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from plumbot.features.transcription.decoding import Decoder
from plumbot.features.transcription.pieces import Ears, Piece, pieces_of
from plumbot.features.transcription.ports import (
    Cancelled,
    Heard,
    IsCancelled,
    NothingRecognised,
    OnProgress,
    Progress,
    Segment,
    SpeechEngine,
    Transcript,
    ignore_progress,
    joined,
    never_cancelled,
)
from plumbot.features.transcription.recording import Recording

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples


ROUTING_SECONDS = 15.0  # of the recording, for guessing its language


class Engines(Protocol):
    """Loads engines and keeps them."""

    def engine(self, language: str | None, model: str | None) -> SpeechEngine:
        """The best one for this language, or the one of this name; raises EngineMissing."""

    def ears(self) -> Ears:
        """What tells speech from noise here."""

    def route(self, piece: "Samples") -> str | None:
        """The language of a recording that begins like this, where that decides which engine is best; else None."""


class Recogniser:
    """The one door to recognition. It blocks: run it in a thread. One recording at a time; models stay loaded."""

    def __init__(self, engines: Engines, decoder: Decoder) -> None:
        self._engines = engines
        self._decoder = decoder

    def recognise(
        self,
        path: Path,
        *,
        language: str | None = None,
        model: str | None = None,
        on_progress: OnProgress = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> Transcript:
        """What is said in the file. Raises a SpeechFault (Cancelled, TooLong, NothingRecognised …) otherwise.

        `language` is "ru", "en" …; None: the engine guesses. `model` is a name from the catalogue; None: the best one.
        """
        with self._decoder.decode(path, cancelled) as recording:
            on_progress(Progress(0.0, recording.seconds))
            if language is None and model is None:
                language = self._routed(recording)
            engine = self._engines.engine(language, model)
            listening = Listening(engine, recording, language, on_progress, cancelled)
            for piece in pieces_of(recording, self._engines.ears(), engine.longest_seconds):
                listening.hear(piece)
            return listening.transcript()

    def prepare(self, language: str | None = None, model: str | None = None) -> None:
        """Load what the first recording would wait for: the model, the ears, the decoder's process."""
        self._decoder.prepare()
        self._engines.ears()
        self._engines.engine(language, model)

    def _routed(self, recording: Recording) -> str | None:
        first = next(iter(pieces_of(recording, self._engines.ears(), ROUTING_SECONDS)), None)
        return self._engines.route(first.samples) if first else None

    def close(self) -> None:
        """End the decoder's process."""
        self._decoder.close()


@dataclass
class Listening:
    """One recording on its way."""

    engine: SpeechEngine
    recording: Recording
    language: str | None
    on_progress: OnProgress
    cancelled: IsCancelled

    def __post_init__(self) -> None:
        self._segments: list[Segment] = []
        self._guess: Heard | None = None

    def hear(self, piece: Piece) -> None:
        """The first piece with words settles the language for all that follow."""
        if self.cancelled():
            raise Cancelled
        language = self.language or (self._guess.language if self._guess else None)
        heard = self.engine.hear(piece.samples, language, self.cancelled)
        if heard.segments and self._guess is None:
            self._guess = heard
        self._segments += shifted(heard.segments, piece.start_seconds)
        self.on_progress(Progress(piece.stop_seconds, self.recording.seconds, joined(self._segments)))

    def transcript(self) -> Transcript:
        if not joined(self._segments) or self._guess is None:
            raise NothingRecognised
        return Transcript(
            segments=tuple(self._segments),
            seconds=self.recording.seconds,
            engine=self.engine.name,
            model=self.engine.model,
            language=self.language or self._guess.language,
            language_probability=None if self.language else self._guess.language_probability,
        )


def shifted(segments: tuple[Segment, ...], by_seconds: float) -> Iterator[Segment]:
    for segment in segments:
        yield replace(segment, start=segment.start + by_seconds, end=segment.end + by_seconds)
