"""Connections for work on whole databases: one transaction, and tables as the database itself describes them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, event, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from plumbot.kit.leases import is_gone
from plumbot.migrations import DatabaseUnreachable, DriverMissing
from plumbot.migrations.addresses import is_sqlite, sync_address
from plumbot.vault.faults import Refused

NOT_ROWS = ("alembic_version",)
NOT_OURS = "procrastinate_"  # the worker's queue: nudges only, made anew from our own rows
BUSY_SECONDS = 60
LEDGER = """
SELECT COUNT(*) FROM profiles AS p
LEFT JOIN (SELECT user_id, SUM(delta) AS total FROM karma_events GROUP BY user_id) AS e ON e.user_id = p.user_id
WHERE p.karma <> p.karma_start + COALESCE(e.total, 0)
"""
LIVE_LEASES = "SELECT holder FROM leases WHERE until > {now}"


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """One look at everything, as it is at one moment."""
    with _connected(url, "BEGIN", {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}) as connection:
        yield connection


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """All or nothing: kept when the block ends, undone when it raises."""
    with _connected(url, "BEGIN IMMEDIATE", {}) as connection:
        yield connection


@contextmanager
def _connected(url: str, begin: str, options: dict[str, Any]) -> Iterator[Connection]:
    try:
        arguments = _sqlite_arguments() if is_sqlite(url) else {"options": "-c timezone=UTC", "connect_timeout": 10}
        engine = create_engine(sync_address(url), connect_args=arguments)
    except ModuleNotFoundError as missing:
        raise DriverMissing from missing
    if engine.dialect.name == "sqlite":
        options = {}

        @event.listens_for(engine, "begin")
        def begin_it(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    except OperationalError as fault:
        raise DatabaseUnreachable(f"The database does not answer or cannot be written: {fault.orig}") from fault
    finally:
        engine.dispose()


def _sqlite_arguments() -> dict[str, Any]:
    return {"isolation_level": None, "timeout": BUSY_SECONDS}


def tables_of(connection: Connection) -> Sequence[Table]:
    """All tables with rows of ours; those that others point to come first."""
    found = MetaData()
    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name not in NOT_ROWS and not one.name.startswith(NOT_OURS)]


def counts_of(connection: Connection, tables: Sequence[Table] | None = None) -> dict[str, int]:
    known = tables_of(connection) if tables is None else tables
    return {one.name: connection.execute(select(func.count()).select_from(one)).scalar_one() for one in known}


def wrong_ledgers(connection: Connection) -> int:
    """People whose karma is not its start and the sum of the ledger."""
    return int(connection.execute(text(LEDGER)).scalar_one())


def require_nobody_at_work(connection: Connection) -> None:
    """A bot that runs goes on writing to the database that is left behind."""
    if not inspect(connection).has_table("leases"):  # an older revision
        return
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')" if connection.dialect.name == "sqlite" else "now()"
    live = connection.execute(text(LIVE_LEASES.format(now=now))).scalars()
    held = [holder for holder in live if not is_gone(holder)]
    if held:
        raise Refused(f"The bot is running with this database ({held[0]}): stop it first.")
