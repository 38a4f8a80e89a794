"""The old bot's file as it is: its tables, columns and rows, of any type and in any shape."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from plumbot.vault.faults import Refused

Row = dict[str, Any]

BUSY_SECONDS = 5
OURS = "SELECT version_num FROM alembic_version"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """For looking only. Text that is no UTF-8 comes with its odd bytes escaped."""
    if not path.is_file():
        raise Refused(f"There is no file {path}: name the old bot's database.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as found:
            found.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            found.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            yield found
    except sqlite3.DatabaseError as fault:
        raise Refused(
            f"{path} cannot be read as a database ({fault}): stop the old bot, and name its file or a whole copy of it."
        ) from fault


def copy(path: Path, target: Path) -> None:
    """A copy as of one moment, even while somebody writes, whatever lies in a journal beside the file."""
    with opened(path) as source:
        damage = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise Refused(f"{path} is damaged ({damage}): try `sqlite3 {path} .recover`, or an older copy.")
        with closing(sqlite3.connect(target)) as made:
            source.backup(made)


def revision_of_ours(path: Path) -> str | None:
    """Which of our revisions the file has; None when it is the old bot's."""
    from plumbot.migrations import revisions

    with opened(path) as found:
        if "alembic_version" not in tables(found):
            return None
        row = found.execute(OURS).fetchone()
    return str(row[0]) if row and row[0] in revisions() else None


def tables(found: sqlite3.Connection) -> list[str]:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
    return [str(row[0]) for row in found.execute(named)]


def columns(found: sqlite3.Connection, name: str) -> list[str]:
    look = f"SELECT * FROM {quoted(name)} LIMIT 0"  # noqa: S608  # quoted
    return [str(row[0]) for row in found.execute(look).description]


def count(found: sqlite3.Connection, name: str) -> int:
    return int(found.execute(f"SELECT COUNT(*) FROM {quoted(name)}").fetchone()[0])  # noqa: S608  # quoted


def rows(found: sqlite3.Connection, name: str, where: str = "1") -> Iterator[tuple[int | None, tuple[Any, ...]]]:
    """Each row with its place in the file, in the order in which the old bot found them."""
    of_these = f"FROM {quoted(name)} WHERE {where}"
    if has_rowid(found, name):
        yield from ((row[0], row[1:]) for row in found.execute(f"SELECT rowid, * {of_these} ORDER BY rowid"))
    else:
        yield from ((None, row) for row in found.execute(f"SELECT * {of_these}"))  # quoted


def has_rowid(found: sqlite3.Connection, name: str) -> bool:
    try:
        found.execute(f"SELECT rowid FROM {quoted(name)} LIMIT 0")  # noqa: S608  # quoted
    except sqlite3.OperationalError:
        return False
    return True


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
