"""`plumbot transcribe`, `plumbot bench speech` and what doctor says of speech."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumbot.apps.benches.contestants import Measured
from plumbot.apps.benches.speech import Bench, Clip, row, summary, together
from plumbot.apps.benches.word_errors import word_error_percent
from plumbot.apps.cli import app
from plumbot.apps.doctor_speech import look_at_speech
from plumbot.kit.settings import Settings
from tests.features.transcription.conftest import SPEECH, recording
from tests.features.transcription.tiny_models import nemo_ctc

MODELS = pytest.mark.xdist_group("speech models")


@MODELS
def test_a_file_is_printed_and_its_subtitles_lie_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clip = tmp_path / "beckett.wav"
    clip.write_bytes(recording("beckett.wav").read_bytes())
    run = CliRunner().invoke(app, ["transcribe", str(clip), "--model", "tiny.en", "--srt"])
    assert run.exit_code == 0, run.output
    assert "no matter" in run.stdout.casefold()
    assert (tmp_path / "beckett.srt").read_text(encoding="utf-8").startswith("1\n00:00:00,")


def test_a_file_that_is_no_recording_fails_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.ogg").write_text("Dear Sir or Madam")
    run = CliRunner().invoke(app, ["transcribe", str(tmp_path / "letter.ogg"), "--json"])
    assert run.exit_code == 1
    assert json.loads(run.stdout)["error"] == "unknown_kind"


def said(**variables: str) -> dict[str, str]:
    """What doctor says of speech, and its advice."""
    findings = look_at_speech(Settings({f"PLUM_{name}": value for name, value in variables.items()}))
    return {finding.says: finding.todo for finding in findings}


def test_doctor_names_the_engine_for_each_language_and_the_way_to_a_better_one(tmp_path: Path) -> None:
    found = said(STORAGE__MEDIA_DIR=str(tmp_path), TRANSCRIPTION__MODEL="base")
    (russian,) = [says for says in found if says.startswith("Russian")]
    assert "faster-whisper/base" in russian
    assert "plumbot transcribe --download gigaam-v3-e2e-rnnt" in found[russian]


def test_doctor_misses_the_model_that_was_asked_for(tmp_path: Path) -> None:
    found = said(STORAGE__MEDIA_DIR=str(tmp_path))
    assert found["PLUM_TRANSCRIPTION__MODEL is small, which is not here."] == "plumbot transcribe --download small"


def test_doctor_says_how_to_get_an_engine_where_there_is_none(tmp_path: Path) -> None:
    found = said(STORAGE__MEDIA_DIR=str(tmp_path), TRANSCRIPTION__ENGINE="vosk")
    assert list(found) == ["Nothing recognises speech here: the menu says that it is off."]
    assert "PLUM_TRANSCRIPTION__VOSK_MODEL_PATH" in "".join(found.values())


def test_doctor_is_silent_about_speech_that_is_switched_off() -> None:
    assert said(FEATURES__TRANSCRIPTION="off") == {}


def test_word_errors_do_not_mind_case_marks_and_dots() -> None:
    assert word_error_percent([("Ещё раз, пожалуйста!", "еще раз пожалуйста")]) == 0
    assert word_error_percent([("one two three four", "one two four")]) == 25


def test_the_bench_has_a_row_for_each_other_engine_that_knows_the_language(tmp_path: Path) -> None:
    model = nemo_ctc(tmp_path / "tiny-ru")
    settings = {"PLUM_STORAGE__MEDIA_DIR": str(tmp_path), "PLUM_TRANSCRIPTION__ONNX_MODEL_PATH": str(model)}
    bench = Bench(tmp_path, Settings(settings), rounds=1, guess=False)
    bench.clips = [clip for clip in bench.clips if clip.language == "ru"][:1]
    (found,) = bench.rows_of_other_engines(lambda _: None)
    assert (found.model, found.count, found.word_error_percent) == ("onnx/tiny-ru", 1, 100)
    assert found.total_seconds > 0


def test_the_bench_compares_ways_by_their_medians() -> None:
    clips = [Clip(SPEECH / "ru01.ogg", "ru", "раз два", 6.0), Clip(SPEECH / "ru02.ogg", "ru", "три", 4.0)]
    said = ["раз два", "три"]
    naive = [Measured(1, 6, [3, 3], 8, said, 300), Measured(1, 180, [90, 90], 8, said, 310)]
    ours = [Measured(1, 1, [0.5, 0.5], 1, ["раз", "три"], 200)] * 2
    rows = [row("base", "ten", "naive", clips, [naive[0], naive[0], naive[1]]), row("base", "ten", "ours", clips, ours)]
    assert rows[1].times_real_time == 10
    assert rows[0].peak_mib == 310
    assert list(summary(rows)) == [
        "base, ten (2): ours is 6.0× as fast as naive, 8.0× by CPU, word errors +33.3 points",
    ]


def test_what_two_processes_heard_is_put_together_in_the_order_of_the_clips() -> None:
    parts = [Measured(2, 5, [1, 2, 2], 4, ["a", "c", "e"], 200), Measured(3, 4, [3, 1], 3, ["b", "d"], 100)]
    assert together(parts) == Measured(3, 5, [1, 3, 2, 1, 2], 7, ["a", "b", "c", "d", "e"], 300)
