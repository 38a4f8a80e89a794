"""`plumbot db`: sentences, JSON, exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumbot import migrations
from plumbot.apps.database import app


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    address = f"sqlite:///{tmp_path / 'plum.db'}"
    monkeypatch.setenv("PLUM_DATABASE__URL", address)
    return address


def db(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=answer)


def test_upgrade_goes_to_head_and_may_be_run_again(url: str) -> None:
    first, second = db("upgrade"), db("upgrade", "--json")
    assert first.exit_code == second.exit_code == 0
    assert migrations.head() in first.stdout
    assert json.loads(second.stdout) == {"steps": [], "current": migrations.head(), "head": migrations.head()}


def test_check_exits_with_1_and_says_what_to_do(url: str) -> None:
    result = db("check")
    assert result.exit_code == 1
    assert "plumbot db upgrade" in result.stderr
    db("upgrade")
    assert db("check").exit_code == 0


def test_check_speaks_json(url: str) -> None:
    result = db("check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False


def test_downgrade_asks_first(url: str) -> None:
    db("upgrade")
    assert db("downgrade", "0003", answer="n\n").exit_code == 1
    assert migrations.current(url) == migrations.head()
    assert db("downgrade", "0003", answer="y\n").exit_code == 0
    assert migrations.current(url) == "0003"


def test_downgrade_to_a_revision_that_does_not_exist_is_refused_before_anybody_is_asked(url: str) -> None:
    db("upgrade")
    result = db("downgrade", "9999", answer="y\n")
    assert (result.exit_code, migrations.current(url)) == (2, migrations.head())
    assert "no revision 9999" in result.stderr
    assert "backup" not in result.stderr


def test_downgrade_to_base_leaves_nothing(url: str) -> None:
    db("upgrade")
    result = db("downgrade", "base", "--yes")
    assert result.exit_code == 0
    assert migrations.current(url) is None


def test_current_names_both_revisions(url: str) -> None:
    db("upgrade", "0002")
    assert json.loads(db("current", "--json").stdout) == {"current": "0002", "head": migrations.head()}
    assert "0002" in db("current").stdout


def test_wait_gives_up_with_1(url: str) -> None:
    result = db("wait", "--seconds", "0")
    assert result.exit_code == 1
    assert "plumbot db upgrade" in result.stderr


def test_an_unknown_revision_is_wrong_use(url: str) -> None:
    result = db("upgrade", "77")
    assert result.exit_code == 2
    assert "There is no revision 77" in result.stderr


def test_a_wrong_setting_is_wrong_use_and_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUM_DATABASE__URL", "mysql://somewhere")
    result = db("check")
    assert result.exit_code == 2
    assert "PLUM_DATABASE__URL" in result.stderr


def test_a_database_in_memory_is_wrong_use(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUM_DATABASE__URL", "sqlite:///:memory:")
    for command in ("upgrade", "check", "current"):
        assert db(command).exit_code == 2


def test_a_database_that_does_not_answer_is_one_sentence(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUM_DATABASE__URL", "postgresql+psycopg://plum@127.0.0.1:9/plum")
    result = db("upgrade")
    assert result.exit_code == 1
    assert "does not answer" in result.stderr
    assert "Traceback" not in result.output
