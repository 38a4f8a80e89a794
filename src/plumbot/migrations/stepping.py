"""One revision at a time, each in its own transaction: killed anywhere, the database is old or new."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from plumbot.migrations import BASE, DatabaseUnreachable, DriverMissing, MigrationRefused, require_revision, revisions
from plumbot.migrations.addresses import is_sqlite, sqlite_path, sync_address
from plumbot.migrations.old_schema import OLD

HERE = Path(__file__).parent
UPGRADERS_QUEUE = 7_586_510  # the advisory lock's number: any, as long as all upgraders use the same
BUSY_SECONDS = 60

Reached = Callable[[str], None]


def climb(url: str, target: str, now: datetime, reached: Reached) -> list[str]:
    require_revision(target, base=False)
    done: list[str] = []
    with _engine(url) as engine:
        while (step := _step(engine, target, up=True, now=now, reached=reached)) is not None:
            done.append(step)
    return done


def descend(url: str, target: str, now: datetime, reached: Reached) -> list[str]:
    require_revision(target)
    undone: list[str] = []
    with _engine(url) as engine:
        while (step := _step(engine, target, up=False, now=now, reached=reached)) is not None:
            undone.append(step)
    return undone


def _step(engine: Engine, target: str, *, up: bool, now: datetime, reached: Reached) -> str | None:
    """Run or undo the next revision, read under the lock; None when there is nothing to do."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:queue)"), {"queue": UPGRADERS_QUEUE})
        found = _found(connection)
        moving = _next_up(found, target) if up else _next_down(found, target)
        if moving is None:
            return None
        destination = moving if up else _below(moving)
        reached(f"{moving} begun")
        _run(connection, destination or BASE, up=up, now=now, reached=reached)
        _require_whole(connection)
        reached(f"{moving} before commit")
    reached(f"{moving} committed")
    return moving


def _found(connection: Connection) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version is None or version in revisions():
            return version
        raise MigrationRefused(
            f"The database is at revision {version}, which this version of Plum does not know:"
            " install the newer version."
        )
    if tables & set(OLD.tables):
        raise MigrationRefused(
            "The database holds the old bot's tables: run `plumbot legacy adopt FILE`, which works on a copy."
        )
    return None


def _next_up(found: str | None, target: str) -> str | None:
    return next((one for one in revisions() if (found is None or one > found) and one <= target), None)


def _next_down(found: str | None, target: str) -> str | None:
    if found is None or (target != BASE and found <= target):
        return None
    return found


def _below(revision: str) -> str | None:
    return next((one for one in reversed(revisions()) if one < revision), None)


def _run(connection: Connection, destination: str, *, up: bool, now: datetime, reached: Reached) -> None:
    config, script = Config(), _script()
    config.attributes.update(connection=connection, now=now, reached=reached)

    def steps(heads: Any, _context: Any) -> Any:
        if up:
            return script._upgrade_revs(destination, heads)
        return script._downgrade_revs(destination, heads)

    with EnvironmentContext(config, script, fn=steps, destination_rev=destination):
        script.run_env()


@cache
def _script() -> ScriptDirectory:
    """The revisions, read once a process."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def _require_whole(connection: Connection) -> None:
    """Foreign keys were off while tables were rebuilt: look before the commit."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise MigrationRefused(
            f"{len(broken)} rows of {broken[0][0]} would point at nothing, so nothing was changed:"
            " restore a backup, or report this."
        )


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = _sqlite_engine(url) if is_sqlite(url) else _postgres_engine(url)
    try:
        yield engine
    except OperationalError as fault:
        raise DatabaseUnreachable(f"The database does not answer or cannot be written: {fault.orig}") from fault
    finally:
        engine.dispose()


def _postgres_engine(url: str) -> Engine:
    try:
        return create_engine(sync_address(url))
    except ModuleNotFoundError as missing:
        raise DriverMissing from missing


def _sqlite_engine(url: str) -> Engine:
    path = sqlite_path(url)
    _make_private(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None, "timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        # Inside a transaction SQLite ignores this pragma, and a rebuilt table would empty its children.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = FULL")
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _make_private(path: Path) -> None:
    """Personal data live here: a new folder is 0700, a new file 0600."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as fault:
        raise DatabaseUnreachable(
            f"{path} cannot be written ({fault.strerror}): look at PLUM_DATABASE__URL."
        ) from fault
