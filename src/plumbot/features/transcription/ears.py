"""Who tells speech from silence where no better ears are installed: loudness against the recording's own noise."""

from typing import TYPE_CHECKING

from plumbot.features.transcription.pieces import Speech
from plumbot.features.transcription.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from plumbot.features.transcription.ports import Samples

FRAME = SAMPLE_RATE // 50  # 20 ms
FAINTEST = 10 ** (-50 / 20)  # of full scale: below this nobody is understood
ABOVE_NOISE = 3.0
SHORTEST_SPEECH_FRAMES = 5
BRIDGED_FRAMES = 15  # a pause within a word or between two
EVENNESS = 1.5  # loudest to typical: what never rises above itself is noise


class LoudnessEars:
    """Speech is what is loud now and then; a constant hum or hiss is not."""

    def speech(self, samples: "Samples") -> list[Speech]:
        import numpy as np

        count = len(samples) // FRAME
        if not count:
            return []
        frames = samples[: count * FRAME].reshape(count, FRAME)
        loudness = np.sqrt(np.mean(np.square(frames), axis=1))
        noise = float(np.percentile(loudness, 15))
        if float(np.percentile(loudness, 95)) < EVENNESS * max(noise, 1e-9):
            return []
        loud = loudness > max(FAINTEST, min(ABOVE_NOISE * noise, 0.5 * float(loudness.max())))
        return _stretches(loud.tolist(), len(samples))


def _stretches(loud: list[bool], length: int) -> list[Speech]:
    """Runs of loud frames: neighbours joined, clicks dropped."""
    runs: list[list[int]] = []
    for place in (index for index, is_loud in enumerate(loud) if is_loud):
        if runs and place - runs[-1][1] <= BRIDGED_FRAMES:
            runs[-1][1] = place + 1
        else:
            runs.append([place, place + 1])
    long_enough = [run for run in runs if run[1] - run[0] >= SHORTEST_SPEECH_FRAMES]
    return [Speech(start * FRAME, min(stop * FRAME, length)) for start, stop in long_enough]
