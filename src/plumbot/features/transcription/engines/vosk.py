"""vosk: Kaldi models for one language each, light and quick; words come without capitals and full stops."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vosk

from plumbot.features.transcription.ports import SAMPLE_RATE, Cancelled, EngineMissing, Heard, IsCancelled, Segment
from plumbot.kit.foreign import ForeignFault, asked_of

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

STEP = SAMPLE_RATE // 2  # samples between two looks at the cancel button
NEEDED = ("am", "conf")


class VoskEngine:
    """A model in a folder, as unpacked from its archive."""

    name = "vosk"
    longest_seconds = 30.0

    def __init__(self, folder: Path, model: str, language: str | None) -> None:
        self.model = model
        self._language = language
        missing = [name for name in NEEDED if not (folder / name).is_dir()]
        if missing:  # the library itself says less
            raise EngineMissing(f"{folder} is no model for vosk: it has no folder {', '.join(missing)}.")
        vosk.SetLogLevel(-1)
        self._vosk = loaded(folder)

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        recogniser = vosk.KaldiRecognizer(self._vosk, SAMPLE_RATE)
        recogniser.SetWords(True)
        audio = (piece * 32767).astype("int16")
        segments = []
        for place in range(0, len(audio), STEP):
            if cancelled():
                raise Cancelled
            if recogniser.AcceptWaveform(audio[place : place + STEP].tobytes()):
                segments += spoken(json.loads(recogniser.Result()))
        segments += spoken(json.loads(recogniser.FinalResult()))
        return Heard(tuple(segments), language or self._language)


def loaded(folder: Path) -> Any:
    try:
        return asked_of("vosk", lambda: vosk.Model(str(folder)))
    except ForeignFault as fault:
        raise EngineMissing(f"The model in {folder} cannot be loaded: {fault}") from None


def spoken(result: dict[str, Any]) -> list[Segment]:
    words = result.get("result") or []
    if not words:
        return []
    return [Segment(result["text"], float(words[0]["start"]), float(words[-1]["end"]))]
