"""What can recognise here, and which is best for a language. Looking loads nothing: the bot's process may do it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from plumbot.features.transcription.models import package_folder, whisper_models
from plumbot.features.transcription.options import SpeechOptions

WHISPER, ONNX, VOSK, SPHINX = "faster-whisper", "onnx", "vosk", "sphinx"
PACKAGES = {WHISPER: "faster_whisper", ONNX: "onnx_asr", VOSK: "vosk", SPHINX: "pocketsphinx"}
EXTRAS = {WHISPER: "audio", ONNX: "onnx", VOSK: "vosk", SPHINX: "sphinx"}
DECODER = "av"
ALL = "*"  # a model that knows many languages and can tell which one it hears
OFFERED = ("ru", "en")

# The one table: for each language the best first. What a language does not name comes last, in the order of `ALL`.
ORDER: dict[str, tuple[str, ...]] = {
    "ru": ("onnx/gigaam-v3-e2e-rnnt", "onnx/gigaam-v3-e2e-ctc", "onnx/*", "faster-whisper/*", "vosk/*"),
    "en": ("onnx/nemo-parakeet-tdt-0.6b-v3", "onnx/*", "faster-whisper/*", "vosk/*", "sphinx/*"),
    ALL: ("faster-whisper/*", "onnx/nemo-parakeet-tdt-0.6b-v3", "onnx/*", "vosk/*", "sphinx/*"),
}
# Within faster-whisper: better first. The one that PLUM_TRANSCRIPTION__MODEL names goes before all of them.
WHISPER_ORDER = (
    "large-v3", "large-v3-turbo", "large-v2", "distil-large-v3", "large-v1", "medium", "medium.en", "small", "small.en",
    "base", "base.en", "tiny.en", "tiny",
)  # fmt: skip
ONNX_LANGUAGES = {
    "gigaam-v3-e2e-rnnt": frozenset({"ru"}),
    "gigaam-v3-e2e-ctc": frozenset({"ru"}),
    "nemo-parakeet-tdt-0.6b-v3": frozenset(
        "bg hr cs da nl en et fi fr de el hu it lv lt mt pl pt ro sk sl es sv ru uk".split()
    ),
}


@dataclass(frozen=True)
class Choice:
    """An engine with a model that is there."""

    engine: str
    model: str
    languages: frozenset[str]
    place: Path | None = None

    @property
    def name(self) -> str:
        """What `recognise(model=…)` takes."""
        return f"{self.engine}/{self.model}"

    def knows(self, language: str | None) -> bool:
        """No language: whether it can tell by itself."""
        return ALL in self.languages or language in self.languages


@dataclass(frozen=True)
class Catalogue:
    """The choices of this machine."""

    choices: tuple[Choice, ...] = ()
    preferred: str = ""  # the model that the operator named
    missing: tuple[str, ...] = field(default=())  # for the operator: why there is nothing (more)

    def ranked(self, language: str | None) -> list[Choice]:
        """Those that know the language, the best first."""
        able = [choice for choice in self.choices if choice.knows(language)]
        return sorted(able, key=lambda choice: (rank(choice, language), self._within(choice)))

    def best(self, language: str | None) -> Choice | None:
        """None: nothing here knows this language (or can tell which one it hears)."""
        return next(iter(self.ranked(language)), None)

    def better(self, than: str, language: str | None) -> Choice | None:
        """The next better one than the one of this name: for the button below a transcript."""
        better = None
        for choice in sorted(self.ranked(language), key=quality):
            if choice.name == than:
                return better
            better = choice
        return None

    def differs(self, choice: Choice) -> bool:
        """Whether one of the club's languages is served better by another engine than by this one."""
        return any(best.engine != choice.engine for language in OFFERED if (best := self.best(language)))

    def named(self, name: str) -> Choice | None:
        """By `engine/model` or by the model alone."""
        return next((choice for choice in self.choices if name in {choice.name, choice.model}), None)

    def languages(self) -> list[str]:
        """Those of the club's languages that something here knows: for the buttons."""
        return [language for language in OFFERED if self.best(language)]

    def _within(self, choice: Choice) -> tuple[bool, int]:
        return choice.model != self.preferred, quality(choice)[1]


def rank(choice: Choice, language: str | None) -> int:
    """The place in the table; a language that it does not name is served like any."""
    return place_of(choice.name, language)


def place_of(name: str, language: str | None) -> int:
    """Of an engine's model, such as `vosk/small-ru`; the lower the better."""
    order = ORDER.get(language or ALL, ORDER[ALL])
    for place, pattern in enumerate(order):
        if pattern in {name, f"{name.partition('/')[0]}/*"}:
            return place
    return len(order)


def quality(choice: Choice) -> tuple[int, int]:
    """For comparing what people may ask for: engine first, then size."""
    size = WHISPER_ORDER.index(choice.model) if choice.model in WHISPER_ORDER else 0
    return [ONNX, WHISPER, VOSK, SPHINX].index(choice.engine), size


def remedy(engine: str) -> str:
    """What installs it: in a checkout, or as a package."""
    return f"make install LAYERS={EXTRAS[engine]} (or pip install 'plumbot[{EXTRAS[engine]}]')"


def look(options: SpeechOptions) -> Catalogue:
    """What is installed, has a model, and is allowed by PLUM_TRANSCRIPTION__ENGINE."""
    found: list[Choice] = []
    missing: list[str] = []
    engines = list(PACKAGES) if options.engine == "auto" else [options.engine]
    for engine in engines:
        if find_spec(PACKAGES[engine]) is None or find_spec(DECODER) is None:
            missing.append(f"{engine} is not installed: {remedy(engine)}.")
            continue
        here = list(FINDERS[engine](options))
        found += here
        if not here:
            missing.append(ADVICE[engine].format(model=options.model))
    preferred = options.model_path.name if options.model_path else options.model
    return Catalogue(tuple(found), preferred, tuple(missing))


def _whisper(options: SpeechOptions) -> Iterator[Choice]:
    for name, files in whisper_models(options.models, options.model_path).items():
        languages = frozenset({"en"}) if name.endswith(".en") else frozenset({ALL})
        yield Choice(WHISPER, name, languages, files.folder)


def _onnx(options: SpeechOptions) -> Iterator[Choice]:
    folders = [folder for name in ONNX_LANGUAGES if (folder := options.models / name).is_dir()]
    if options.onnx_model_path is not None:
        folders.insert(0, options.onnx_model_path)
    for folder in folders:
        yield Choice(ONNX, folder.name, ONNX_LANGUAGES.get(folder.name, frozenset({options.club_language})), folder)


def _vosk(options: SpeechOptions) -> Iterator[Choice]:
    if (folder := options.vosk_model_path) is not None:
        yield Choice(VOSK, folder.name, frozenset({vosk_language(folder.name) or options.club_language}), folder)


def vosk_language(name: str) -> str | None:
    """vosk-model-small-ru-0.22 is Russian."""
    parts = name.split("-")
    return next((part for part in parts if len(part) == 2 and part.isalpha()), None)


def _sphinx(_: SpeechOptions) -> Iterator[Choice]:
    if package_folder("pocketsphinx", "model/en-us"):
        yield Choice(SPHINX, "en-us", frozenset({"en"}))


FINDERS = {WHISPER: _whisper, ONNX: _onnx, VOSK: _vosk, SPHINX: _sphinx}
ADVICE = {
    WHISPER: "faster-whisper has no model: plumbot transcribe --download {model}.",
    ONNX: "onnx-asr has no model: plumbot transcribe --download gigaam-v3-e2e-rnnt (Russian).",
    VOSK: "vosk has no model: set PLUM_TRANSCRIPTION__VOSK_MODEL_PATH to an unpacked one.",
    SPHINX: "pocketsphinx came without its model: install it again.",
}
