"""Inserts that two processes may try at once: one of them makes the row, the other finds it, neither fails."""

from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plumbot.kit.tables import Table

T = TypeVar("T", bound=Table)


def insert_into(session: Session, table: type[Table]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT; both databases word it alike."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def put(session: Session, table: type[T], *key: str, **values: Any) -> None:
    """The row with this key holds these values from now on, whoever makes it."""
    fresh = {name: value for name, value in values.items() if name not in key}
    session.flush()
    statement = insert_into(session, table).values(values).on_conflict_do_update(index_elements=key, set_=fresh)
    session.scalar(statement.returning(table), execution_options={"populate_existing": True})


def put_if_absent(session: Session, table: type[T], *key: str, **values: Any) -> T | None:
    """The new row; None when there is one with this key, also when somebody else is committing it just now."""
    statement = insert_into(session, table).values(values).on_conflict_do_nothing(index_elements=key)
    return session.scalar(statement.returning(table))
