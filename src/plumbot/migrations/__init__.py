"""The schema's way up and down, and where it stands. Alembic is imported only to move."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType

from plumbot.migrations.addresses import WrongAddress, is_sqlite, libpq_address, sqlite_path

__all__ = [
    "DatabaseUnreachable", "DriverMissing", "MigrationRefused", "UnknownRevision", "WrongAddress",
    "check", "current", "downgrade", "head", "require_revision", "revisions", "upgrade", "wait",
]  # fmt: skip

VERSIONS = Path(__file__).parent / "versions"
UPGRADE = "run `plumbot db upgrade`"
PAUSE_SECONDS = 0.5
BASE = "base"  # no tables at all


class DatabaseUnreachable(Exception):
    """The database does not answer; the text says which and what to look at."""


class DriverMissing(Exception):
    """PLUM_DATABASE__URL names a database for which nothing is installed: no waiting helps."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL needs its driver: make install LAYERS=postgres (or pip install 'plumbot[postgres]')."
        )


class UnknownRevision(Exception):
    """There is no such revision; the text lists them."""


class MigrationRefused(Exception):
    """The schema cannot be moved as asked; the text says why and what to do."""


def revisions() -> list[str]:
    """All revisions, oldest first: files are named rNNNN_subject.py, and their history is a line."""
    return sorted(file.name[1:5] for file in VERSIONS.glob("r[0-9][0-9][0-9][0-9]_*.py"))


def head() -> str:
    return revisions()[-1]


def require_revision(revision: str, *, base: bool = True) -> None:
    """Raises for a revision that does not exist, before anybody is asked or anything is done."""
    if revision not in [*revisions(), *([BASE] if base else [])]:
        raise UnknownRevision(
            f"There is no revision {revision}; known are {', '.join(revisions())}, head, and base to go down."
        )


def current(url: str) -> str | None:
    """The database's revision; None when it is empty or not there yet."""
    try:
        return _sqlite_revision(sqlite_path(url)) if is_sqlite(url) else _postgres_revision(url)
    except sqlite3.Error as fault:
        raise DatabaseUnreachable(f"{sqlite_path(url)} cannot be read as a database ({fault}).") from fault


def _sqlite_revision(path: Path) -> str | None:
    if not path.exists():
        return None
    # For writing, since after a kill whoever opens the file first has to roll back what was half done.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=10)
    try:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    finally:
        connection.close()
    return str(row[0]) if row else None


def _postgres_revision(url: str) -> str | None:
    psycopg = _psycopg()
    try:
        with psycopg.connect(libpq_address(url), connect_timeout=5) as connection:
            there = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
            if there is None or there[0] is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.OperationalError as fault:
        reason = str(fault).strip().splitlines()[-1]
        raise DatabaseUnreachable(
            f"PostgreSQL does not answer ({reason}): look at PLUM_DATABASE__URL and at the server."
        ) from fault
    return str(row[0]) if row else None


def _psycopg() -> ModuleType:
    try:
        return import_module("psycopg")
    except ModuleNotFoundError as missing:
        raise DriverMissing from missing


def check(url: str) -> str | None:
    """None when the database is at head; otherwise one sentence saying what to do. Raises without a driver."""
    try:
        found = current(url)
    except DatabaseUnreachable as fault:
        return str(fault)
    if found == head():
        return None
    if found is None:
        return f"The database has no tables of ours yet: {UPGRADE}."
    if found in revisions():
        return f"The database is at revision {found}, this version of Plum needs {head()}: {UPGRADE}."
    return (
        f"The database is at revision {found}, which this version of Plum does not know:"
        " install the newer version, or restore a backup."
    )


def wait(url: str, seconds: float) -> str | None:
    """Until the database answers and is at head; None then, else the last sentence of `check`."""
    deadline = time.monotonic() + seconds
    while (trouble := check(url)) is not None and time.monotonic() < deadline:
        time.sleep(min(PAUSE_SECONDS, max(0.0, deadline - time.monotonic())))
    return trouble


def _ignore(_: str) -> None:
    return None


def upgrade(
    url: str, revision: str = "head", *, now: datetime | None = None, reached: Callable[[str], None] = _ignore
) -> list[str]:
    """Go up to `revision`, each step in one transaction; the revisions that were run.

    `now` stands where the old data hold no date; `reached` is told each point that is passed.
    """
    from plumbot.migrations.stepping import climb

    return climb(url, head() if revision == "head" else revision, now or datetime.now(UTC), reached)


def downgrade(
    url: str, revision: str, *, now: datetime | None = None, reached: Callable[[str], None] = _ignore
) -> list[str]:
    """Go down to `revision` ("base": no tables at all); the revisions that were undone."""
    from plumbot.migrations.stepping import descend

    return descend(url, revision, now or datetime.now(UTC), reached)
