"""Verification finds one row that was tampered with, wherever it is."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from plumbot import migrations
from plumbot.legacy.bringing import url_of
from plumbot.legacy.importing import import_to
from plumbot.legacy.verifying import verify
from plumbot.vault.faults import Refused
from tests.legacy.old_files import NOW
from tests.migrations.test_old_rows import run

IN_THE_NEW = [
    "UPDATE roster SET slug = 'else' WHERE id = 105",
    "UPDATE roster SET user_id = NULL WHERE id = 105",
    "DELETE FROM roster_words WHERE entry_id = 105",
    "UPDATE applications SET status = 'done' WHERE id = 204",
    "UPDATE karma_events SET actor_id = 1 WHERE id = 20",
    "UPDATE profiles SET karma = karma + 1, karma_start = karma_start + 1 WHERE user_id = 105",
    "UPDATE profiles SET joined_at = created_at WHERE user_id = 105",
    "DELETE FROM admins WHERE user_id = 801",
    "DELETE FROM legacy_leftovers WHERE became IS NULL AND source_table = 'karma_events'",
    "UPDATE invites SET user_id = 5 WHERE id = 2",
    "UPDATE a2t_jobs SET error = 'x' WHERE id = 3",
    "DELETE FROM votes WHERE message_id = (SELECT MIN(message_id) FROM votes)",
    "INSERT INTO blacklist (user_id, created_at) VALUES (5, '2025-11-20 12:00:00')",
]
IN_THE_OLD = [
    "UPDATE profiles SET karma = karma + 1 WHERE user_id = 105",
    "UPDATE karma_events SET delta = -delta WHERE id = 20",
    "DELETE FROM roster WHERE id = 110",
    "INSERT INTO admins VALUES (9, 900, '2025-11-01 00:00:00')",
]


@pytest.fixture(scope="module")
def imported(old_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("imported") / "plum.db"
    import_to(url_of(path), old_files["november"], NOW)
    return path


@pytest.mark.parametrize("statement", IN_THE_NEW)
def test_a_row_that_was_tampered_with_in_the_new_database(
    old_files: dict[str, Path], imported: Path, tmp_path: Path, statement: str
) -> None:
    url = url_of(Path(shutil.copy(imported, tmp_path / "plum.db")))
    run(url, statement)
    verdict = verify(old_files["november"], url)
    assert not verdict.holds
    assert verdict.wrong


@pytest.mark.parametrize("statement", IN_THE_OLD)
def test_a_row_that_was_tampered_with_in_the_old_file(november: Path, imported: Path, statement: str) -> None:
    with closing(sqlite3.connect(november)) as found, found:
        assert found.execute(statement).rowcount == 1
    assert not verify(november, url_of(imported)).holds


def test_changed_karma_is_named_with_the_person_and_both_values(
    old_files: dict[str, Path], imported: Path, tmp_path: Path
) -> None:
    url = url_of(Path(shutil.copy(imported, tmp_path / "plum.db")))
    run(url, "UPDATE profiles SET karma = 99 WHERE user_id = 105")
    wrong = verify(old_files["november"], url).wrong
    assert "karma of 105: was 13, is 99" in wrong
    assert "the ledger does not explain the karma of 1 people" in wrong
    assert any(one.startswith("the ranking differs from place 1 ") for one in wrong)


def test_a_database_that_was_not_made_from_an_old_file_is_refused(november: Path, sqlite_url: str) -> None:
    migrations.upgrade(sqlite_url)
    with pytest.raises(Refused, match="was not made by `plumbot legacy`"):
        verify(november, sqlite_url)
