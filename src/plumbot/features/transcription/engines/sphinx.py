"""pocketsphinx: small, light and old; English only, with a model in its package. Better than nothing."""

from threading import Lock
from typing import TYPE_CHECKING

from pocketsphinx import Decoder

from plumbot.features.transcription.ports import SAMPLE_RATE, Cancelled, Heard, IsCancelled, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from plumbot.features.transcription.ports import Samples

STEP = SAMPLE_RATE // 2  # samples between two looks at the cancel button
FRAMES_A_SECOND = 100
FILLERS = ("<", "[", "+")
LANGUAGE = "en"


class SphinxEngine:
    """Its words come without capitals and full stops."""

    name = "sphinx"
    model = "en-us"
    longest_seconds = 20.0

    def __init__(self) -> None:
        self._decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
        self._one_at_a_time = Lock()  # the decoder holds the state of its utterance

    def hear(self, piece: "Samples", language: str | None, cancelled: IsCancelled) -> Heard:
        with self._one_at_a_time:
            return self._heard((piece * 32767).astype("int16"), cancelled)

    def _heard(self, audio: "NDArray[np.int16]", cancelled: IsCancelled) -> Heard:
        self._decoder.start_utt()
        try:
            for place in range(0, len(audio), STEP):
                if cancelled():
                    raise Cancelled
                self._decoder.process_raw(audio[place : place + STEP].tobytes(), no_search=False)
        finally:
            self._decoder.end_utt()
        words = [word for word in self._decoder.seg() or () if not word.word.startswith(FILLERS)]
        if not words:
            return Heard()
        text = " ".join(word.word.partition("(")[0] for word in words)
        segment = Segment(text, words[0].start_frame / FRAMES_A_SECOND, words[-1].end_frame / FRAMES_A_SECOND)
        return Heard((segment,), LANGUAGE)
