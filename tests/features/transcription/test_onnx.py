"""onnx-asr's real loading and recognition, with a model that the test makes; what is damaged is one sentence."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plumbot.apps.speech import recogniser
from plumbot.features.transcription.catalogue import look
from plumbot.features.transcription.loading import LoadedEngines
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import SAMPLE_RATE, EngineMissing
from plumbot.features.transcription.recognition import Recogniser
from tests.features.transcription.conftest import Clip
from tests.features.transcription.tiny_models import nemo_ctc


@pytest.fixture
def options(tmp_path: Path) -> SpeechOptions:
    return SpeechOptions(engine="onnx", onnx_model_path=nemo_ctc(tmp_path / "tiny-ru"), models=tmp_path / "models")


@pytest.fixture
def ears(options: SpeechOptions) -> Iterator[Recogniser]:
    made = recogniser(options)
    yield made
    made.close()


def test_a_model_in_a_folder_hears_with_times(options: SpeechOptions) -> None:
    engine = LoadedEngines(options).engine("ru", None)
    samples = np.zeros(4 * SAMPLE_RATE, np.float32)
    for start in (0.5, 2.5):
        place = int(start * SAMPLE_RATE)
        samples[place : place + SAMPLE_RATE // 2] = np.random.default_rng(3).normal(0, 0.3, SAMPLE_RATE // 2)
    heard = engine.hear(samples, "ru", lambda: False)
    assert [segment.text for segment in heard.segments] == ["да", "да"]
    assert [round(segment.start, 1) for segment in heard.segments] == [0.5, 2.5]
    assert heard.language == "ru"


def test_the_whole_way_with_nothing_but_the_small_model(ears: Recogniser, russian: list[Clip]) -> None:
    told = ears.recognise(russian[1].path)
    assert (told.engine, told.model, told.language) == ("onnx", "tiny-ru", "ru")
    assert set(told.text.split()) == {"да"}


def test_russian_goes_to_the_russian_model_and_the_rest_to_whisper(options: SpeechOptions, tmp_path: Path) -> None:
    there = look(replace(options, engine="auto"))
    best = {language: there.ranked(language)[0].name for language in ("ru", "en", "de")}
    assert best == {"ru": "onnx/tiny-ru", "en": "faster-whisper/base", "de": "faster-whisper/base"}


def no_weights(folder: Path) -> None:
    (folder / "model.onnx").unlink()


def no_vocabulary(folder: Path) -> None:
    (folder / "vocab.txt").unlink()


def wrong_vocabulary(folder: Path) -> None:
    (folder / "vocab.txt").write_text("<blk> 0\n")


def cut_short(folder: Path) -> None:
    weights = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(weights[: len(weights) // 2])


def another_kind(folder: Path) -> None:
    nemo_ctc(folder, output="something_else")


def another_type(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "nemo-conformer-rnnt"}')


def no_type(folder: Path) -> None:
    (folder / "config.json").write_text("{")


@pytest.mark.parametrize(
    "damage", [no_weights, no_vocabulary, wrong_vocabulary, cut_short, another_kind, another_type, no_type]
)
def test_a_model_that_is_no_good_is_one_sentence(damage: Callable[[Path], None], options: SpeechOptions) -> None:
    folder = options.onnx_model_path
    assert folder is not None
    damage(folder)
    with pytest.raises(EngineMissing, match="cannot be used") as caught:
        LoadedEngines(options).engine("ru", None)
    assert str(folder) in caught.value.detail
    assert "\n" not in caught.value.detail


@pytest.mark.parametrize("missing", ["am", "everything"])
def test_a_folder_without_a_vosk_model_is_one_sentence(missing: str, tmp_path: Path) -> None:
    folder = tmp_path / "vosk-model-small-ru-0.22"
    (folder / ("conf" if missing == "am" else "other")).mkdir(parents=True)
    with pytest.raises(EngineMissing, match="no model for vosk"):
        LoadedEngines(SpeechOptions(engine="vosk", vosk_model_path=folder, models=tmp_path)).engine("ru", None)
