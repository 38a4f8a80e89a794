"""One way to recognise, in a process of its own: `python -m plumbot.apps.benches.contestants`, JSON in and out.

Three ways: *naive* loads a model for each clip, as bots often do; *resident* is faster-whisper's own `transcribe` with
a model that stays; *ours* are the recognisers of the bot, with their decoder's processes and their guards. A way that
hears several clips at once (`at_once`) shares the model among them.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from multiprocessing.pool import ThreadPool
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import Any

from plumbot.apps.speech import recognisers
from plumbot.features.transcription.models import WhisperFiles, whisper_models
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import NothingRecognised
from plumbot.features.transcription.recognition import Recogniser

NAIVE_BEAM, RESIDENT_BEAM = 5, 1  # one is what ours takes
Listen = Callable[[Path, str | None], str]


@dataclass
class Measured:
    """Of one run: till all is heard and for each clip, CPU, what was heard, load seconds, peak of memory."""

    load_seconds: float = 0.0
    all_seconds: float = 0.0
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    texts: list[str] = field(default_factory=list)
    peak_mib: float = 0.0


def loaded(files: WhisperFiles, options: SpeechOptions) -> Any:
    from faster_whisper import WhisperModel

    contents = files.contents()
    return WhisperModel(
        files.place, files=contents, device="cpu", compute_type="int8",
        cpu_threads=options.threads, num_workers=options.at_once,
    )  # fmt: skip


def transcribed(model: Any, path: Path, language: str | None, beam: int) -> str:
    segments, _ = model.transcribe(str(path), language=language, beam_size=beam)
    return " ".join(segment.text.strip() for segment in segments)


def packaged(options: SpeechOptions) -> WhisperFiles:
    return whisper_models(options.models, None)[options.model]


def naive(options: SpeechOptions) -> Listen:
    files = packaged(options)
    return lambda path, language: transcribed(loaded(files, options), path, language, NAIVE_BEAM)


def resident(options: SpeechOptions) -> Listen:
    model = loaded(packaged(options), options)
    return lambda path, language: transcribed(model, path, language, RESIDENT_BEAM)


def ours(options: SpeechOptions) -> Listen:
    free: SimpleQueue[Recogniser] = SimpleQueue()
    for ears in recognisers(options):
        ears.prepare(None, options.model)
        free.put(ears)

    def listen(path: Path, language: str | None) -> str:
        ears = free.get()
        try:
            return ears.recognise(path, language=language, model=options.model).text
        except NothingRecognised:
            return ""
        finally:
            free.put(ears)

    return listen


CONTESTANTS = {"naive": naive, "resident": resident, "ours": ours}


def cpu_seconds() -> float:
    """Of this process and of the children that it has: the decoder's is counted when it ends."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def measure(request: dict[str, Any]) -> Measured:
    places = {name: Path(place) for name, place in request["places"].items()}
    told: dict[str, Any] = {name: request[name] for name in ("engine", "model", "threads", "at_once")} | places
    options = SpeechOptions(**told)
    result = Measured()
    start = perf_counter()
    listen = CONTESTANTS[request["contestant"]](options)
    result.load_seconds = perf_counter() - start

    def timed(clip: tuple[str, str | None]) -> tuple[float, str]:
        began = perf_counter()
        text = listen(Path(clip[0]), clip[1])
        return perf_counter() - began, text

    start, spent = perf_counter(), cpu_seconds()
    with ThreadPool(options.at_once) as pool:
        heard = pool.map(timed, request["clips"], chunksize=1)
    result.all_seconds, result.cpu_seconds = perf_counter() - start, cpu_seconds() - spent
    result.seconds, result.texts = [seconds for seconds, _ in heard], [text for _, text in heard]
    result.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


if __name__ == "__main__":
    json.dump(asdict(measure(json.load(sys.stdin))), sys.stdout)
