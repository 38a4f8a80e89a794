"""onnx-asr: GigaAM, Parakeet and their like on onnxruntime; no window is filled up, tokens come with their times."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnx_asr
import onnxruntime
from onnx_asr.utils import ModelFileNotFoundError, ModelLoadingError

from plumbot.features.transcription.engines.guards import is_loop
from plumbot.features.transcription.ports import SAMPLE_RATE, Cancelled, EngineMissing, Heard, IsCancelled, Segment

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

QUANTISED = "int8"
SENTENCE_ENDS = (".", "!", "?", "…")
PAUSE_SECONDS = 0.8
LAST_TOKEN_SECONDS = 0.2
BROKEN = (ModelLoadingError, RuntimeError, ValueError, KeyError, TypeError, AssertionError, OSError)


class OnnxEngine:
    """A model in a folder: of a name that onnx-asr knows, or of the kind that the folder's config.json names."""

    name = "onnx"
    longest_seconds = 20.0  # what these models are trained on

    def __init__(self, folder: Path, model: str, threads: int, *, by_name: bool, language: str | None) -> None:
        self.model = model
        self._language = language
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.log_severity_level = 4  # what goes wrong is raised
        try:
            self._asr = loaded(model if by_name else None, folder, settings).with_timestamps()
            self._rehearse()
        except BROKEN + runtime_faults() as error:
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            raise EngineMissing(f"The model in {folder} cannot be used: {reason}") from None

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        if cancelled():
            raise Cancelled
        told = self._asr.recognize(piece, sample_rate=SAMPLE_RATE)
        spoken = tuple(sentences(told, len(piece) / SAMPLE_RATE))
        believed = tuple(segment for segment in spoken if not is_loop(segment.text, segment.end - segment.start))
        return Heard(believed, language or self._language)

    def _rehearse(self) -> None:
        """A model of another kind, or a wrong vocabulary, shows at the first piece: better here than at somebody's."""
        import numpy as np

        noise = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
        self._asr.recognize(noise, sample_rate=SAMPLE_RATE)


def runtime_faults() -> tuple[type[Exception], ...]:
    """onnxruntime's own errors have no common parent that it shows."""
    state = onnxruntime.capi.onnxruntime_pybind11_state
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented")
    return tuple(getattr(state, name) for name in names if hasattr(state, name))


def loaded(model: str | None, folder: Path, settings: Any) -> Any:
    """The full weights where they are, else the quantised ones. Nothing is fetched: the folder is there."""
    if not folder.is_dir():
        raise EngineMissing(f"There is no folder {folder}.")
    named: Any = model  # without a name the folder's config.json tells the kind
    try:
        return onnx_asr.load_model(named, folder, sess_options=settings)
    except ModelFileNotFoundError:
        return onnx_asr.load_model(named, folder, quantization=QUANTISED, sess_options=settings)


def sentences(told: Any, seconds: float) -> Iterator[Segment]:
    """Tokens till the end of a sentence or a pause; without times, all of it at once."""
    if not told.tokens or told.timestamps is None:
        if told.text.strip():
            yield Segment(told.text.strip(), 0.0, seconds)
        return
    run: list[int] = []
    for place in range(len(told.tokens)):
        if run and is_new(told, place):
            yield spoken(told, run, seconds)
            run = []
        run.append(place)
    if run and "".join(told.tokens[place] for place in run).strip():
        yield spoken(told, run, seconds)


def is_new(told: Any, place: int) -> bool:
    """Whether something new begins with this token."""
    before = str(told.tokens[place - 1]).strip()
    begins_word = str(told.tokens[place]).startswith(" ")
    pause: float = told.timestamps[place] - told.timestamps[place - 1]
    return begins_word and (before.endswith(SENTENCE_ENDS) or pause > PAUSE_SECONDS)


def spoken(told: Any, run: list[int], seconds: float) -> Segment:
    start, end = told.timestamps[run[0]], told.timestamps[run[-1]] + LAST_TOKEN_SECONDS
    logs = [told.logprobs[place] for place in run] if told.logprobs else []
    text = "".join(told.tokens[place] for place in run).strip()
    return Segment(text, start, min(seconds, end), sum(logs) / len(logs) if logs else None)
