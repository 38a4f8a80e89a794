"""The short way for rows that are as they should be: millions of events are copied by SQLite itself.

What is even: whole numbers are whole numbers, nothing stands in a column without a place, no key stands twice.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from sqlalchemy import Table

from plumbot.legacy.old_file import has_rowid, quoted
from plumbot.legacy.shapes import LARGEST_ID, Shape

ALL_ARE_ODD = "1"

Key = tuple[str, ...]


def attach(target: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """So that both can be named in one statement."""
    file = source.execute("PRAGMA database_list").fetchone()[2]
    target.execute("ATTACH ? AS old", (file,))


def lay_the_even_ones(target: sqlite3.Connection, table: Table, name: str, given: Sequence[str]) -> str:
    """Copy the even rows of the attached file into `table`; the condition that the odd ones meet there."""
    shape = Shape.of(table, given)
    keys = [key for key in unique_columns(table) if key != ("id",) or shape.places["id"]]
    if not all(shape.places[column] for key in keys for column in key):
        return ALL_ARE_ODD
    source, columns = f"old.{quoted(name)}", Columns(shape, given)
    if any(_stands_oddly(target, source, columns, column) for key in keys for column in key):
        return ALL_ARE_ODD
    written = [column for column in shape.places if column != "id" or shape.places[column]]
    values = ", ".join(map(columns.value, written))
    order = "ORDER BY rowid" if has_rowid(target, name) else ""
    target.execute(
        f"INSERT INTO main.{table.name} ({', '.join(written)})"  # noqa: S608  # quoted
        f" SELECT {values} FROM {source} WHERE {columns.evenness(source, keys)} {order}"
    )
    return f"({columns.evenness(quoted(name), keys)}) IS NOT 1"


def unique_columns(table: Table) -> Iterator[Key]:
    """What may stand once only."""
    yield tuple(one.name for one in table.primary_key)
    for one in table.columns:
        if one.unique:
            yield (one.name,)


def _stands_oddly(target: sqlite3.Connection, source: str, columns: "Columns", column: str) -> bool:
    """A key of another type may equal one of the right type, and then the first of them has to stand."""
    odd = f"SELECT 1 FROM {source} WHERE NOT {columns.right_type(column)} LIMIT 1"  # noqa: S608  # quoted
    return target.execute(odd).fetchone() is not None


class Columns:
    """The columns of 0001 as expressions over the file's own."""

    def __init__(self, shape: Shape, given: Sequence[str]) -> None:
        self._shape = shape
        self._given = given

    def value(self, column: str) -> str:
        """A column that the file has not is NULL, whatever default 0001 has for it."""
        places = [quoted(self._given[at]) for at in self._shape.places[column]]
        if not places:
            return "NULL"
        return places[0] if len(places) == 1 else f"COALESCE({', '.join(places)})"

    def right_type(self, column: str) -> str:
        kind = "integer" if column in self._shape.whole_numbers else "text"
        return f"(typeof({self.value(column)}) IN ('{kind}', 'null'))"

    def evenness(self, source: str, keys: Sequence[Key]) -> str:
        return " AND ".join([*self._of_values(), *(self._once(source, key) for key in keys)])

    def _of_values(self) -> Iterator[str]:
        for column, places in self._shape.places.items():
            if places and column in self._shape.whole_numbers:
                yield self.right_type(column)
            if len(places) > 1:
                one, other = (quoted(self._given[at]) for at in places)
                yield f"({one} IS NULL OR {other} IS NULL OR {one} = {other})"
        for at in self._shape.left.values():
            yield f"{quoted(self._given[at])} IS NULL"
        if self._shape.places.get("id"):
            yield f"{self.value('id')} BETWEEN -{LARGEST_ID} AND {LARGEST_ID}"

    def _once(self, source: str, key: Key) -> str:
        values = ", ".join(map(self.value, key))
        known = " AND ".join(f"{self.value(column)} IS NOT NULL" for column in key)
        twice = f"SELECT {values} FROM {source} GROUP BY {values} HAVING COUNT(*) > 1"  # noqa: S608  # quoted
        return f"{known} AND ({values}) NOT IN ({twice})"
