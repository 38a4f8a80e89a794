"""Silero's small network tells speech from music and noise; it comes with faster-whisper."""

from typing import TYPE_CHECKING

from faster_whisper.vad import VadOptions, get_speech_timestamps

from plumbot.features.transcription.pieces import Speech

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

OPTIONS = VadOptions(
    threshold=0.5, min_speech_duration_ms=150, min_silence_duration_ms=200, speech_pad_ms=50
)  # pauses between words too: a long recording is cut there


class SileroEars:
    """Some hundredths of a second for a piece of half a minute."""

    def speech(self, samples: "Samples") -> list[Speech]:
        if not len(samples):
            return []
        return [Speech(int(found["start"]), int(found["end"])) for found in get_speech_timestamps(samples, OPTIONS)]
