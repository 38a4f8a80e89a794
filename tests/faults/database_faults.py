"""Faults of a database as it says them itself: on PostgreSQL the server raises them, on SQLite they are made alike."""

import sqlite3

from sqlalchemy import Connection

ON_SQLITE = {"locked": sqlite3.SQLITE_BUSY, "I/O error": sqlite3.SQLITE_IOERR, "disk full": sqlite3.SQLITE_FULL}
ON_POSTGRES = {"serialization": "40001", "deadlock": "40P01", "disk full": "53100", "connection lost": ""}


def kinds(dialect: str) -> list[str]:
    return list(ON_SQLITE if dialect == "sqlite" else ON_POSTGRES)


def fail(connection: Connection, kind: str) -> None:
    """Raises, in the middle of whatever the connection was about to do."""
    if connection.dialect.name == "sqlite":
        _fail_on_sqlite(connection, kind)
    elif code := ON_POSTGRES[kind]:
        raising = f"RAISE EXCEPTION 'a fault on purpose' USING ERRCODE = '{code}'"
        connection.exec_driver_sql(f"DO $$ BEGIN {raising}; END $$")
    else:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def _fail_on_sqlite(connection: Connection, kind: str) -> None:
    if kind == "disk full":  # SQLite drops the transaction by itself
        connection.connection.rollback()
    fault = sqlite3.OperationalError(f"a fault on purpose ({kind})")
    fault.sqlite_errorcode = ON_SQLITE[kind]
    raise fault
