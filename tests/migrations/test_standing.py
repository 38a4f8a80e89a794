"""Where a database stands, said in sentences; and the cost of asking."""

import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from plumbot import migrations
from plumbot.migrations import DatabaseUnreachable, MigrationRefused, UnknownRevision, WrongAddress
from tests.migrations.old_bot import ask

NOBODY_LISTENS = "postgresql+psycopg://plum@127.0.0.1:9/plum"


def test_an_empty_database_is_told_how_to_be_upgraded(database_url: str) -> None:
    assert migrations.current(database_url) is None
    assert "run `plumbot db upgrade`" in str(migrations.check(database_url))


def test_a_database_at_head_needs_nothing(database_url: str) -> None:
    assert migrations.upgrade(database_url) == migrations.revisions()
    assert migrations.current(database_url) == migrations.head()
    assert migrations.check(database_url) is None
    assert migrations.upgrade(database_url) == []


def test_an_older_revision_is_named_with_the_command(database_url: str) -> None:
    migrations.upgrade(database_url, "0004")
    sentence = str(migrations.check(database_url))
    assert "0004" in sentence
    assert migrations.head() in sentence
    assert "run `plumbot db upgrade`" in sentence


def test_a_newer_database_is_left_alone(sqlite_url: str) -> None:
    migrations.upgrade(sqlite_url)
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "does not know" in str(migrations.check(sqlite_url))
    with pytest.raises(MigrationRefused, match="does not know"):
        migrations.upgrade(sqlite_url)
    with pytest.raises(MigrationRefused, match="does not know"):
        migrations.downgrade(sqlite_url, "0001")


def test_an_unknown_revision_is_refused_before_anything_happens(sqlite_url: str) -> None:
    with pytest.raises(UnknownRevision, match="0001"):
        migrations.upgrade(sqlite_url, "12")
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


def test_the_old_bots_own_file_is_not_touched(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    with connection:
        connection.execute("CREATE TABLE roster (id INTEGER PRIMARY KEY, slug VARCHAR)")
    connection.close()
    with pytest.raises(MigrationRefused, match="plumbot legacy adopt"):
        migrations.upgrade(sqlite_url)
    assert ask(sqlite_url, "SELECT name FROM sqlite_master") == [("roster",)]


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plum.db"
    path.write_text("these are notes, not a database, and long enough to be looked at as one" * 20)
    assert "cannot be read as a database" in str(migrations.check(f"sqlite:///{path}"))


def test_a_server_that_does_not_answer_is_said() -> None:
    assert "does not answer" in str(migrations.check(NOBODY_LISTENS))
    with pytest.raises(DatabaseUnreachable, match="does not answer"):
        migrations.upgrade(NOBODY_LISTENS)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite+aiosqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(WrongAddress, match="PLUM_DATABASE__URL"):
        migrations.upgrade(url)


def test_the_file_and_its_new_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "plum.db"
    migrations.upgrade(f"sqlite+aiosqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(DatabaseUnreachable, match="PLUM_DATABASE__URL"):
        migrations.upgrade(f"sqlite:///{tmp_path / 'data' / 'plum.db'}")


def test_waiting_ends_when_somebody_else_has_upgraded(sqlite_url: str) -> None:
    other = threading.Timer(0.2, migrations.upgrade, [sqlite_url])
    other.start()
    assert migrations.wait(sqlite_url, 20) is None
    other.join()


def test_waiting_gives_up_with_the_reason(sqlite_url: str) -> None:
    began = time.monotonic()
    assert "run `plumbot db upgrade`" in str(migrations.wait(sqlite_url, 0.2))
    assert time.monotonic() - began < 5


def test_asking_imports_neither_alembic_nor_sqlalchemy(sqlite_url: str) -> None:
    code = (
        "import sys; from plumbot import migrations;"
        f"migrations.check({sqlite_url!r});"
        "print({'alembic', 'sqlalchemy', 'aiogram'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_a_fresh_install_takes_less_than_a_second(sqlite_url: str) -> None:
    began = time.process_time()
    migrations.upgrade(sqlite_url)
    assert time.process_time() - began < 1
