"""Adoption leaves nothing to chance: who is in the way, what lies beside, what is no old file."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plumbot import migrations
from plumbot.legacy.adopting import KEPT, REPORT, adopt, beside
from plumbot.legacy.bringing import url_of
from plumbot.vault.faults import Refused
from tests.legacy.old_files import NOW
from tests.migrations.old_bot import ask

HOLDS = """
import sqlite3, sys
found = sqlite3.connect(sys.argv[1])
found.execute("SELECT 1 FROM roster").fetchone()
print("x", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def old_bot_at_work(november: Path) -> Iterator[Path]:
    """Another process has the file open."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(november)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    yield november
    holder.communicate()


def test_an_old_bot_that_still_runs_is_named(old_bot_at_work: Path) -> None:
    with pytest.raises(Refused, match=r"Process \d+ has .* open: stop the old bot first"):
        adopt(old_bot_at_work, NOW)


def test_what_lies_in_a_write_ahead_log_comes_over_too(november: Path, tmp_path: Path) -> None:
    row = "INSERT INTO roster VALUES (5000, 'last-words', '2025-11-19 00:00:00')"
    made = f"PRAGMA journal_mode = WAL; BEGIN; {row}; COMMIT;"
    code = "import sqlite3, sys, os; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); os._exit(0)"
    subprocess.run([sys.executable, "-c", code, str(november), made], check=True)
    assert beside(november, "-wal").stat().st_size > 0
    adopt(november, NOW)
    assert ask(url_of(november), "SELECT slug FROM roster WHERE id = 5000") == [("last-words",)]
    assert not beside(november, "-wal").exists()


def test_adopting_again_changes_nothing_and_gives_the_same_report(november: Path) -> None:
    first = adopt(november, NOW)
    content = november.read_bytes()
    assert adopt(november, NOW).as_json() == first.as_json()
    assert november.read_bytes() == content


def test_only_their_owner_can_read_what_is_made(november: Path) -> None:
    adopt(november, NOW)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (november, beside(november, REPORT))] == [0o600, 0o600]


def test_a_database_of_ours_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    with pytest.raises(Refused, match="is ours already"):
        adopt(tmp_path / "plum.db", NOW)


def test_what_lies_there_from_an_earlier_adoption_is_not_overwritten(november: Path) -> None:
    beside(november, KEPT).write_text("precious")
    with pytest.raises(Refused, match="move it away first"):
        adopt(november, NOW)
    assert beside(november, KEPT).read_text() == "precious"


def test_no_file_and_no_database_are_refused_in_a_sentence(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Dear diary, " * 200)
    for path in (text, tmp_path / "none.db"):
        with pytest.raises(Refused, match=r"cannot be taken over|There is no file"):
            adopt(path, NOW)


def test_a_damaged_file_is_refused_with_what_to_try(november: Path) -> None:
    content = bytearray(november.read_bytes())
    content[8192:20480] = b"\xff" * 12288
    november.write_bytes(content)
    with pytest.raises(Refused, match=r"damaged|malformed|cannot be"):
        adopt(november, NOW)


def test_an_empty_old_file_comes_over_empty(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as found:
        found.execute("CREATE TABLE roster (id INTEGER PRIMARY KEY, slug TEXT)")
    report = adopt(tmp_path / "bot.db", NOW)
    assert (report.read, report.written, report.set_aside) == (0, 0, 0)
    assert migrations.check(url_of(tmp_path / "bot.db")) is None
