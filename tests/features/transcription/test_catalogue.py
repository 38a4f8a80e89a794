"""Which engine serves whom: one table, and what is there."""

from pathlib import Path

import pytest

from plumbot.features.transcription.catalogue import ALL, Catalogue, Choice, look
from plumbot.features.transcription.loading import LoadedEngines
from plumbot.features.transcription.options import SpeechOptions
from plumbot.features.transcription.ports import EngineMissing

EVERY, EN, RU = frozenset({ALL}), frozenset({"en"}), frozenset({"ru"})
TINY = Choice("faster-whisper", "tiny.en", EN)
BASE = Choice("faster-whisper", "base", EVERY)
SMALL = Choice("faster-whisper", "small", EVERY)
GIGAAM = Choice("onnx", "gigaam-v3-e2e-rnnt", RU)
SPHINX = Choice("sphinx", "en-us", EN)
VOSK = Choice("vosk", "vosk-model-small-ru-0.22", RU)


@pytest.mark.parametrize(
    ("language", "there", "best"),
    [
        ("ru", (TINY, BASE, GIGAAM, SPHINX), GIGAAM),
        ("ru", (TINY, BASE, VOSK), BASE),
        ("ru", (TINY, VOSK), VOSK),
        ("ru", (TINY, SPHINX), None),
        ("en", (SPHINX, TINY), TINY),
        ("en", (BASE, SMALL, TINY, GIGAAM), SMALL),
        ("de", (GIGAAM, BASE), BASE),
        (None, (GIGAAM, TINY, BASE), BASE),
        (None, (GIGAAM, TINY), None),
    ],
)
def test_each_language_gets_the_best_that_knows_it(
    language: str | None, there: tuple[Choice, ...], best: Choice | None
) -> None:
    assert Catalogue(there).best(language) == best


def test_the_operators_model_goes_before_bigger_ones() -> None:
    assert Catalogue((SMALL, BASE), preferred="base").best("en") == BASE


def test_a_better_model_is_the_next_one_up() -> None:
    there = Catalogue((TINY, BASE, SMALL, GIGAAM), preferred="base")
    assert there.better(BASE.name, "en") == SMALL
    assert there.better(TINY.name, "en") == BASE
    assert there.better(SMALL.name, "en") is None
    assert there.better(SMALL.name, "ru") == GIGAAM


def test_only_languages_that_something_knows_are_offered() -> None:
    assert Catalogue((TINY,)).languages() == ["en"]
    assert Catalogue((BASE,)).languages() == ["ru", "en"]
    assert Catalogue().languages() == []


def test_models_are_found_by_folder_and_by_name(tmp_path: Path) -> None:
    for name in ("small", "gigaam-v3-e2e-ctc"):
        (tmp_path / name).mkdir()
    (tmp_path / "small" / "model.bin").write_bytes(b"x")
    named = tmp_path / "vosk-model-small-ru-0.22"
    named.mkdir()
    there = look(SpeechOptions(models=tmp_path, vosk_model_path=named))
    assert {"faster-whisper/small", "onnx/gigaam-v3-e2e-ctc", "vosk/vosk-model-small-ru-0.22"} <= {
        choice.name for choice in there.choices
    }
    assert there.best("ru") == there.named("gigaam-v3-e2e-ctc")


def test_packaged_models_are_there_without_a_word(tmp_path: Path) -> None:
    there = look(SpeechOptions(models=tmp_path))
    assert [choice.name for choice in there.ranked("en")] == [
        "faster-whisper/base",
        "faster-whisper/tiny.en",
        "sphinx/en-us",
    ]


def test_another_engine_than_the_one_that_was_named_is_never_used(tmp_path: Path) -> None:
    there = look(SpeechOptions(engine="vosk", models=tmp_path))
    assert there.choices == ()
    assert "PLUM_TRANSCRIPTION__VOSK_MODEL_PATH" in there.missing[0]
    with pytest.raises(EngineMissing, match="VOSK_MODEL_PATH"):
        LoadedEngines(SpeechOptions(engine="vosk", models=tmp_path)).engine("ru", None)


def test_a_model_that_is_not_there_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="large-v3"):
        LoadedEngines(SpeechOptions(models=tmp_path)).engine(None, "large-v3")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["no config", "not json", "not a model"])
def test_a_damaged_model_is_one_sentence(broken: str, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"nothing")
    if broken != "no config":
        (folder / "config.json").write_text("{" if broken == "not json" else "{}")
        (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(EngineMissing, match=str(folder)):
        LoadedEngines(SpeechOptions(models=tmp_path)).engine(None, "small")
