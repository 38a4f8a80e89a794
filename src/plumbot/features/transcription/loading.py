"""Engines by choice, each loaded at its first use and kept."""

from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Protocol, cast

from plumbot.features.transcription.catalogue import (
    ONNX_LANGUAGES,
    WHISPER,
    Catalogue,
    Choice,
    look,
)
from plumbot.features.transcription.ears import LoudnessEars
from plumbot.features.transcription.models import WhisperFiles, whisper_models
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.pieces import Ears
from plumbot.features.transcription.ports import EngineMissing, SpeechEngine

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples


class TellsLanguages(Protocol):
    """An engine that can say which language it hears."""

    def language_of(self, piece: "Samples") -> tuple[str, float]: ...


class LoadedEngines:
    """What the catalogue offers, alive. Several threads may ask: each model is loaded once."""

    def __init__(self, options: SpeechOptions) -> None:
        self.options = options
        self.catalogue: Catalogue = look(options)
        self._kept: dict[str, SpeechEngine] = {}
        self._ears: Ears | None = None
        self._loading = Lock()

    def ears(self) -> Ears:
        with self._loading:
            if self._ears is None:
                self._ears = best_ears()
            return self._ears

    def engine(self, language: str | None, model: str | None) -> SpeechEngine:
        return self.loaded(self._choice(language, model))

    def route(self, piece: "Samples") -> str | None:
        """The language of this piece where another engine would serve it better; None: let the engine find out."""
        teller = next((choice for choice in self.catalogue.ranked(None) if choice.engine == WHISPER), None)
        if teller is None:
            return self.options.club_language if self.catalogue.best(None) is None else None
        if not self.catalogue.differs(teller):
            return None
        return cast("TellsLanguages", self.loaded(teller)).language_of(piece)[0]

    def loaded(self, choice: Choice) -> SpeechEngine:
        with self._loading:
            if choice.name not in self._kept:
                self._kept[choice.name] = load(choice, self.options)
            return self._kept[choice.name]

    def _choice(self, language: str | None, model: str | None) -> Choice:
        if model is not None:
            choice = self.catalogue.named(model)
            wanted = f"the model {model}"
        else:
            choice = self.catalogue.best(language) or self.catalogue.best(self.options.club_language)
            choice = choice or next(iter(self.catalogue.choices), None)
            wanted = f"anything for {language or 'any language'}"
        if choice is None:
            raise EngineMissing(f"There is no {wanted}. {' '.join(self.catalogue.missing)}")
        return choice


def best_ears() -> Ears:
    """Silero's network comes with faster-whisper."""
    if find_spec("faster_whisper") is None:
        return LoudnessEars()
    from plumbot.features.transcription.engines.silero import SileroEars

    return SileroEars()


def load(choice: Choice, options: SpeechOptions) -> SpeechEngine:
    """Imports the engine's library: seconds and hundreds of megabytes."""
    match choice.engine:
        case "faster-whisper":
            return _whisper(choice, options)
        case "sphinx":
            from plumbot.features.transcription.engines.sphinx import SphinxEngine

            return SphinxEngine()
        case "onnx" if choice.place is not None:
            from plumbot.features.transcription.engines.onnx import OnnxEngine

            known, only = choice.model in ONNX_LANGUAGES, one_language(choice)
            return OnnxEngine(choice.place, choice.model, options.threads, by_name=known, language=only)
        case "vosk" if choice.place is not None:
            from plumbot.features.transcription.engines.vosk import VoskEngine

            return VoskEngine(choice.place, choice.model, one_language(choice))
    raise EngineMissing(f"There is no engine {choice.engine}.")


def one_language(choice: Choice) -> str | None:
    """Of a model that knows only one."""
    return next(iter(choice.languages)) if len(choice.languages) == 1 else None


def _whisper(choice: Choice, options: SpeechOptions) -> SpeechEngine:
    from plumbot.features.transcription.engines.whisper import WhisperEngine

    files: WhisperFiles = whisper_models(options.models, options.model_path)[choice.model].checked()
    try:
        return WhisperEngine(files, choice.model, options.threads, options.at_once)
    except (RuntimeError, ValueError, OSError) as error:  # of CTranslate2 and tokenizers: a damaged or other model
        raise EngineMissing(f"The model in {files.folder} cannot be loaded: {error}") from None
