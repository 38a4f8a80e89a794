"""A database as of one moment, as one file, while others write to it; and back from that file."""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from plumbot.migrations.addresses import is_sqlite, sqlite_path, sync_address
from plumbot.vault.databases import counts_of, reading, writing, wrong_ledgers
from plumbot.vault.faults import Refused

COMPRESSION = 6
KEPT = ".before-restore"
SAYS_MOST = 300
NO_TOOL = (
    "{name} is not there: install PostgreSQL's client programs (on Debian: postgresql-client),"
    " or name their folder in PLUM_BACKUP__PG_BIN."
)


@dataclass(frozen=True)
class Content:
    """What is in it, counted at the very moment of the snapshot."""

    revision: str
    counts: dict[str, int]
    wrong_ledgers: int


def content_of(url: str) -> Content:
    with reading(url) as found:
        return _content(found)


def _content(found: Any) -> Content:
    revision = str(found.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    return Content(revision, counts_of(found), wrong_ledgers(found))


def take(url: str, target: Path, pg_bin: Path | None) -> Content:
    return _take_sqlite(url, target) if is_sqlite(url) else _take_postgres(url, target, pg_bin)


def bring_back(snapshot: Path, url: str, pg_bin: Path | None) -> None:
    """Into an empty database."""
    if is_sqlite(url):
        _unzip(snapshot, sqlite_path(url))
    else:
        # One transaction: all of it or nothing.
        where = ["--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error", str(snapshot)]
        _run("pg_restore", where, url, pg_bin)


def clear(url: str) -> None:
    """Empty the database for good; a SQLite file is kept under another name, with what its journals still hold."""
    if is_sqlite(url):
        path = sqlite_path(url)
        aside = _free(path)
        for suffix in ("-shm", "-wal", "-journal", ""):
            kept, file = path.with_name(aside + suffix), path.with_name(path.name + suffix)
            kept.unlink(missing_ok=True)
            if file.exists():
                file.replace(kept)
        return
    with writing(url) as found:
        found.execute(text("DROP SCHEMA public CASCADE"))
        found.execute(text("CREATE SCHEMA public"))


def _take_sqlite(url: str, target: Path) -> Content:
    source, copy = sqlite_path(url), target.with_name(target.name + ".copy")
    if not source.exists():
        raise Refused(f"There is no database {source}: look at PLUM_DATABASE__URL.")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=60)) as found,
            closing(sqlite3.connect(copy)) as made,
        ):
            found.backup(made)  # in one step: the bot goes on writing to its log beside the file
            made.execute("PRAGMA journal_mode = DELETE")
            damage = made.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise Refused(f"The database is damaged ({damage}): restore an earlier backup, and look at the disk.")
        content = content_of(f"sqlite:///{copy}")
        with copy.open("rb") as plain, gzip.open(target, "wb", COMPRESSION) as zipped:
            shutil.copyfileobj(plain, zipped, 1 << 20)
        return content
    finally:
        copy.unlink(missing_ok=True)


def _unzip(snapshot: Path, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(path.name + ".restoring")
    with (
        gzip.open(snapshot, "rb") as zipped,
        os.fdopen(os.open(half, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out,
    ):
        shutil.copyfileobj(zipped, out, 1 << 20)
        os.fsync(out.fileno())
    half.replace(path)


def _take_postgres(url: str, target: Path, pg_bin: Path | None) -> Content:
    """pg_dump looks through the same snapshot in which the rows are counted."""
    program("pg_dump", pg_bin)
    with reading(url) as found:
        snapshot = found.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = ["--format=custom", "--no-owner", "--no-privileges"]
        _run("pg_dump", [*options, f"--snapshot={snapshot}", f"--file={target}"], url, pg_bin)
        return _content(found)


def _free(path: Path) -> str:
    """What an earlier restore has kept stays."""
    names = (f"{path.name}{KEPT}{'' if number == 1 else f'.{number}'}" for number in count(1))
    return next(name for name in names if not path.with_name(name).exists())


def program(name: str, pg_bin: Path | None) -> str:
    found = shutil.which(name, path=str(pg_bin)) if pg_bin else shutil.which(name)
    if found is None:
        raise Refused(NO_TOOL.format(name=name))
    return found


def _run(name: str, options: Sequence[str], url: str, pg_bin: Path | None) -> None:
    address, environment = _libpq(url)
    command = [program(name, pg_bin), f"--dbname={address}", "--no-password", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = " ".join(done.stderr.strip().splitlines())[-SAYS_MOST:] or f"exit code {done.returncode}"
        raise Refused(f"{name} failed: {said}")


def _libpq(url: str) -> tuple[str, Mapping[str, str]]:
    """The password goes by the environment: arguments of a process can be seen by everybody."""
    parts = make_url(sync_address(url))
    address = parts.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return address, os.environ | ({"PGPASSWORD": str(parts.password)} if parts.password else {})


@contextmanager
def scratch(url: str, folder: Path, name: str) -> Iterator[str]:
    """An empty database that is thrown away afterwards: a file, or one more database on the same server."""
    if is_sqlite(url):
        yield f"sqlite:///{folder.absolute() / 'scratch.db'}"
        return
    import psycopg
    from psycopg import sql

    place = make_url(sync_address(url))
    address, identifier = place.set(drivername="postgresql").render_as_string(hide_password=False), sql.Identifier(name)
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as server:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(identifier))
    except psycopg.errors.InsufficientPrivilege as fault:
        raise Refused(
            "To verify a backup a second database is made on the server for a moment, and this user may not:"
            f" `ALTER ROLE {place.username} CREATEDB`, or verify on another server."
        ) from fault
    try:
        yield place.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
