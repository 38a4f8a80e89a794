"""Real engines on real speech: the words come back, and nothing is invented where nobody speaks."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jiwer
import numpy as np
import pytest

from plumbot.apps.speech import recognisers
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import SAMPLE_RATE, Cancelled, NothingRecognised
from plumbot.features.transcription.recognition import Recogniser
from tests.features.transcription.conftest import Clip, written

# One process loads the models, whatever the number of workers.
pytestmark = pytest.mark.xdist_group("speech models")


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("ё", "е")))


def wrong(said: str, heard: str) -> float:
    return float(jiwer.wer(plain(said), plain(heard)))


def test_english_and_russian_are_told_apart_and_understood(
    listener: Recogniser, beckett: Clip, russian: list[Clip]
) -> None:
    heard = listener.recognise(beckett.path)
    assert (heard.language, heard.model, wrong(beckett.text, heard.text)) == ("en", "base", 0)
    for clip in russian[1:3]:
        heard = listener.recognise(clip.path)
        assert heard.language == "ru"
        assert wrong(clip.text, heard.text) <= 0.15


def test_the_long_recording_is_understood_and_its_times_grow(listener: Recogniser, dickens: Clip) -> None:
    heard = listener.recognise(dickens.path)
    assert wrong(dickens.text, heard.text) <= 0.15
    starts = [segment.start for segment in heard.segments]
    assert starts == sorted(starts)
    assert 40 <= heard.segments[-1].end <= heard.seconds


def test_the_smallest_model_serves_who_asks_for_it(listener: Recogniser, beckett: Clip) -> None:
    heard = listener.recognise(beckett.path, language="en", model="tiny.en")
    assert (heard.model, wrong(beckett.text, heard.text)) == ("tiny.en", 0)


def test_pocketsphinx_understands_some_english(listener: Recogniser, beckett: Clip) -> None:
    heard = listener.recognise(beckett.path, model="sphinx/en-us")
    assert "try again fail again" in heard.text


def test_two_at_once_share_a_model_and_mix_nothing_up(
    tmp_path: Path, listener: Recogniser, beckett: Clip, russian: list[Clip]
) -> None:
    clips = [beckett, russian[1], beckett, russian[2]]
    alone = [listener.recognise(clip.path).text for clip in clips]
    pair = recognisers(SpeechOptions(models=tmp_path, at_once=2))
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(lambda ears, mine: [ears.recognise(clip.path).text for clip in mine], pair, (clips, clips))
        assert list(halves) == [alone, alone]
    for ears in pair:
        ears.close()


def nothing(seconds: int) -> np.ndarray:
    return np.zeros(seconds * SAMPLE_RATE)


def hiss(seconds: int) -> np.ndarray:
    return np.random.default_rng(7).normal(0, 0.1, seconds * SAMPLE_RATE)


def hum(seconds: int) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * 50 * np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE)


def clicks(seconds: int) -> np.ndarray:
    samples = np.zeros(seconds * SAMPLE_RATE)
    samples[:: SAMPLE_RATE // 2] = 0.9
    return samples


@pytest.mark.parametrize("noise", [nothing, hiss, hum, clicks])
@pytest.mark.parametrize("seconds", [5, 40])
def test_no_text_is_invented(
    listener: Recogniser, noise: Callable[[int], np.ndarray], seconds: int, tmp_path: Path
) -> None:
    with pytest.raises(NothingRecognised):
        listener.recognise(written(tmp_path / "noise.wav", noise(seconds)))


def test_cancel_is_heard_within_a_piece(listener: Recogniser, dickens: Clip) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        listener.recognise(dickens.path, model="sphinx/en-us", cancelled=cancelled)


def test_the_defaults_serve_the_demo() -> None:
    assert SpeechOptions().engine == "auto"
