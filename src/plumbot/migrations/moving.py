"""Rows on the move: out of a table, in batches, and into another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alembic import context
from sqlalchemy import Connection, Table, TableClause, column, func, select, table, text

Row = dict[str, Any]

BATCH = 5_000


def now() -> datetime:
    """The time of this migration, for rows that say none."""
    moment: datetime = context.config.attributes["now"]
    return moment


def reached(point: str) -> None:
    """Tell whoever watches (a progress line, a test that kills)."""
    context.config.attributes["reached"](point)


@dataclass
class Batch:
    """Rows on their way into a table."""

    bind: Connection
    target: TableClause
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        if len(self.rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            self.bind.execute(self.target.insert(), self.rows)
            self.rows = []
            reached(f"{self.target.name} batch")


def untyped(of: Table) -> TableClause:
    """For old rows, which are written as they were, of any type."""
    return table(of.name, *(column(one.name) for one in of.columns))


def move_out(bind: Connection, source: Table) -> str:
    """Put the rows under another name and free the table's own, with its indexes and constraints."""
    name = f"moving_{source.name}"
    bind.execute(text(f'CREATE TABLE "{name}" AS SELECT * FROM "{source.name}"'))  # noqa: S608  # our own names
    source.drop(bind)
    return name


def remove(bind: Connection, name: str) -> None:
    bind.execute(text(f'DROP TABLE "{name}"'))


def rows_of(bind: Connection, source: Table, name: str | None = None, *, raw: bool = False) -> Iterator[Row]:
    """All rows, oldest first, a batch at a time; `raw`: as the file holds them, of any type."""
    columns: list[Any] = [column(one.name, None if raw else one.type) for one in source.columns]
    place = table(name or source.name, *columns)
    query = select(place).order_by(*(place.c[key.name] for key in source.primary_key))
    for row in bind.execute(query, execution_options={"yield_per": BATCH}).mappings():
        yield dict(row)


def count_on(bind: Connection, target: Table) -> None:
    """PostgreSQL counts its ids apart from the rows: let it go on behind the highest."""
    if bind.dialect.name != "postgresql":
        return
    key = next(iter(target.primary_key))
    highest = bind.execute(select(func.max(key))).scalar()
    if highest is not None:
        sequence = func.pg_get_serial_sequence(target.name, key.name)
        bind.execute(select(func.setval(sequence, highest)))
