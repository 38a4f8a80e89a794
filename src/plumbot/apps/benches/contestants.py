"""One way to recognise, in a process of its own: `python -m plumbot.apps.benches.contestants`, JSON in and out.

Three ways: *naive* loads a model for each clip, as bots often do; *resident* is faster-whisper's own `transcribe` with
a model that stays; *ours* is the recogniser of the bot, with its decoder's process and its guards.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from plumbot.apps.speech import recogniser
from plumbot.features.transcription.models import WhisperFiles, whisper_models
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import NothingRecognised

NAIVE_BEAM, RESIDENT_BEAM = 5, 1  # one is what ours takes
Listen = Callable[[Path, str | None], str]


@dataclass
class Measured:
    """Of one run: seconds for each clip on the clock and of CPU, what was heard, load seconds, peak of memory."""

    load_seconds: float = 0.0
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    peak_mib: float = 0.0


def loaded(files: WhisperFiles, threads: int) -> Any:
    from faster_whisper import WhisperModel

    contents = files.contents()
    return WhisperModel(files.place, files=contents, device="cpu", compute_type="int8", cpu_threads=threads)


def transcribed(model: Any, path: Path, language: str | None, beam: int) -> str:
    segments, _ = model.transcribe(str(path), language=language, beam_size=beam)
    return " ".join(segment.text.strip() for segment in segments)


def packaged(options: SpeechOptions) -> WhisperFiles:
    return whisper_models(options.models, None)[options.model]


def naive(options: SpeechOptions) -> Listen:
    files = packaged(options)
    return lambda path, language: transcribed(loaded(files, options.threads), path, language, NAIVE_BEAM)


def resident(options: SpeechOptions) -> Listen:
    model = loaded(packaged(options), options.threads)
    return lambda path, language: transcribed(model, path, language, RESIDENT_BEAM)


def ours(options: SpeechOptions) -> Listen:
    ears = recogniser(options)
    ears.prepare(None, options.model)

    def listen(path: Path, language: str | None) -> str:
        try:
            return ears.recognise(path, language=language, model=options.model).text
        except NothingRecognised:
            return ""

    return listen


CONTESTANTS = {"naive": naive, "resident": resident, "ours": ours}


def cpu_seconds() -> float:
    """Of this process and of the children that it has: the decoder's is counted when it ends."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def measure(request: dict[str, Any]) -> Measured:
    places = {name: Path(place) for name, place in request["places"].items()}
    told: dict[str, Any] = {name: request[name] for name in ("engine", "model", "threads")} | places
    options = SpeechOptions(**told)
    result = Measured()
    start = perf_counter()
    listen = CONTESTANTS[request["contestant"]](options)
    result.load_seconds = perf_counter() - start
    for path, language in request["clips"]:
        start, spent = perf_counter(), cpu_seconds()
        result.texts.append(listen(Path(path), language))
        result.seconds.append(perf_counter() - start)
        result.cpu_seconds.append(cpu_seconds() - spent)
    result.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


if __name__ == "__main__":
    json.dump(asdict(measure(json.load(sys.stdin))), sys.stdout)
