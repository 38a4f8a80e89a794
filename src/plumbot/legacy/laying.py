"""Lays the rows of an old file of any shape down at revision 0001: each is written there or kept on the shelf."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from plumbot.legacy import old_file, straight
from plumbot.legacy.old_file import quoted
from plumbot.legacy.shapes import Shape, as_id, old_table
from plumbot.migrations.shelf import is_unicode
from plumbot.migrations.shelf import plain as jsonable

Values = dict[str, Any]
Reached = Callable[[str], None]

TELL_EVERY = 50_000
NO_PLACE = "a table of another feature: it has no place here yet"
ON_THE_SHELF = "INSERT INTO legacy_leftovers (source_table, source_row, reason, became) VALUES (?, ?, ?, ?)"
LONGEST_NAME = 120


@dataclass
class Laid:
    """What was found: rows of each table of the file, and remarks that no single row can tell."""

    read: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def lay_down(source: sqlite3.Connection, path: Path, reached: Reached) -> Laid:
    """Into a database at 0001, in one transaction."""
    laid = Laid()
    with closing(sqlite3.connect(path)) as target, target:
        straight.attach(target, source)
        target.execute("BEGIN IMMEDIATE")
        for name in old_file.tables(source):
            laid.read[name] = old_file.count(source, name)
            _lay_table(source, target, name, laid, reached)
            reached(f"{name} {laid.read[name]} rows read")
    return laid


def _lay_table(source: sqlite3.Connection, target: sqlite3.Connection, name: str, laid: Laid, reached: Reached) -> None:
    given, table, shelf = old_file.columns(source, name), old_table(name), Shelf(target, name)
    if table is None:
        for rowid, row in told(old_file.rows(source, name), name, reached):
            shelf.put(rowid, dict(zip(given, row, strict=True)), NO_PLACE)
        return
    place = Place(target, table, given, shelf)
    odd = straight.lay_the_even_ones(target, table, name, given)
    for rowid, row in told(old_file.rows(source, name, odd), name, reached):
        place.take(rowid, row)
    place.take_late()
    laid.remarks += place.remarks()


def told(rows: Iterator[Any], name: str, reached: Reached) -> Iterator[Any]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % TELL_EVERY == 0:
            reached(f"{name} {done} rows read so far")


class Shelf:
    """Source rows as JSON, with their place in the file, which tells them from what the migrations put there."""

    def __init__(self, target: sqlite3.Connection, name: str) -> None:
        self._target = target
        self._name = name[:LONGEST_NAME]

    def put(self, rowid: int | None, row: Values, reason: str, became: Values | None = None) -> None:
        kept = json.dumps(jsonable({"rowid": rowid, **row}), separators=(",", ":"))
        instead = None if became is None else json.dumps(jsonable(became), separators=(",", ":"))
        self._target.execute(ON_THE_SHELF, (self._name, kept, reason, instead))


class Place:
    """One table at 0001, and the rows that want to go there."""

    def __init__(self, target: sqlite3.Connection, table: Table, given: Sequence[str], shelf: Shelf) -> None:
        self._target, self._table, self._given, self._shelf = target, table, given, shelf
        self._shape = Shape.of(table, given)
        self._has_id = "id" in table.columns
        self._late: list[tuple[int | None, tuple[Any, ...], str]] = []
        self._read_as_numbers: Counter[str] = Counter()
        names = [one.name for one in table.columns]
        marks = ", ".join("?" * len(names))
        self._insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # 0001's own names

    def take(self, rowid: int | None, row: tuple[Any, ...]) -> None:
        """Write the row, or set it aside; one without a usable number waits until the others have theirs."""
        values = self._shape.read(row)
        if self._has_id and (values["id"] is None or as_id(values["id"]) is None):
            self._wait(rowid, row, f"its number ({values['id']!r}) is none")
            return
        self._write(rowid, row, values, [])

    def take_late(self) -> None:
        """Those without a number of their own are numbered behind the others."""
        for rowid, row, why in self._late:
            self._write(rowid, row, self._shape.read(row) | {"id": None}, [why] if why else [])

    def remarks(self) -> Iterator[str]:
        name = self._table.name
        if self._shape.missing:
            yield f"{name}: the file has no {', '.join(self._shape.missing)}"
        for column, times in self._read_as_numbers.items():
            yield f"{name}.{column}: {times} numbers were not written as whole numbers, and are read as such"

    def _wait(self, rowid: int | None, row: tuple[Any, ...], why: str) -> None:
        known = "id" not in self._shape.missing
        self._late.append((rowid, row, f"{why}: it was numbered anew" if known else ""))

    def _write(self, rowid: int | None, row: tuple[Any, ...], values: Values, reasons: list[str]) -> None:
        source = dict(zip(self._given, row, strict=True))
        try:
            number = self._execute(values)
        except sqlite3.IntegrityError as fault:
            self._collide(rowid, row, values, str(fault))
            return
        for column in self._shape.whole_numbers:
            if values[column] is not None and type(values[column]) is not type(source_value(self._shape, column, row)):
                self._read_as_numbers[column] += 1
        if unplaced := self._shape.unplaced(row):
            reasons = [*reasons, f"no place for: {', '.join(unplaced)}"]
        if reasons:
            became = values | ({"id": number} if self._has_id else {})
            self._shelf.put(rowid, source, "; ".join(reasons), became)

    def _execute(self, values: Values) -> int:
        try:
            return int(self._target.execute(self._insert, tuple(values.values())).lastrowid or 0)
        except UnicodeEncodeError:
            return int(self._target.execute(self._insert, [storable(one) for one in values.values()]).lastrowid or 0)

    def _collide(self, rowid: int | None, row: tuple[Any, ...], values: Values, fault: str) -> None:
        """The place is taken: by the same row, by another row with this number, or by an earlier one of this person."""
        keys = [part.strip().rpartition(".")[2] for part in fault.rpartition(":")[2].split(",")]
        source = dict(zip(self._given, row, strict=True))
        if fault.startswith("NOT NULL"):
            self._shelf.put(rowid, source, f"no {keys[0]}")
            return
        first = self._standing(keys, values)
        same = {name for name in values if first.get(name) == values[name]}
        if same >= values.keys() - {"id"} and (keys == ["id"] or self._has_id):
            self._shelf.put(rowid, source, "the same row stands twice")
        elif keys == ["id"]:
            self._wait(rowid, row, f"its number ({values['id']}) is another row's")
        else:
            known = ", ".join(f"{key} {values[key]!r}" for key in keys)
            reason = (
                "the same row stands twice"
                if same == values.keys()
                else f"a second row of {known[:200]}: the first stands"
            )
            self._shelf.put(rowid, source, reason)

    def _standing(self, keys: Sequence[str], values: Values) -> Values:
        where = " AND ".join(f"{quoted(key)} = ?" for key in keys)
        query = f"SELECT {', '.join(values)} FROM {self._table.name} WHERE {where}"  # noqa: S608  # 0001's own names
        found = self._target.execute(query, [storable(values[key]) for key in keys]).fetchone()
        return dict(zip(values, found, strict=True)) if found else {}


def storable(value: Any) -> Any:
    """Text that is no UTF-8 is kept as its bytes."""
    return value if not isinstance(value, str) or is_unicode(value) else value.encode("utf-8", "surrogateescape")


def source_value(shape: Shape, column: str, row: tuple[Any, ...]) -> Any:
    return next((row[at] for at in shape.places[column] if row[at] is not None), None)
