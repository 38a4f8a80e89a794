"""Samples as a WAV file."""

import wave
from typing import IO, TYPE_CHECKING

from plumbot.features.transcription.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples


def write(target: str | IO[bytes], samples: "Samples") -> None:
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
