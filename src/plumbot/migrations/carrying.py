"""Carries the rows of one table from one shape to another so that nothing is lost, and back again.

Going up, what `back` would make of the new row is compared with the old one. Where they differ the old row is
kept in legacy_leftovers as a note beside the new one; a row that has no place at all is set aside there. Going
down, notes undo exactly what going up changed and nobody has changed since, and rows set aside return.
"""

import base64
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alembic import context
from sqlalchemy import Connection, Table, TableClause, column, delete, func, select, table, text

from plumbot.migrations.old_schema import LEFTOVERS

Row = dict[str, Any]
Key = tuple[Any, ...]
Forward = Callable[[Row], tuple[Row | None, str | None]]
Back = Callable[[Row], Row | None]

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


def plain(row: Row) -> Row:
    """As JSON can hold it."""
    if not any(isinstance(value, bytes) for value in row.values()):
        return row
    return {
        name: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in row.items()
    }


def unplain(row: Row) -> Row:
    return {name: _unplain(value) for name, value in row.items()}


def _unplain(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    if isinstance(value, str) and not is_unicode(value):  # what was no UTF-8 goes back as its bytes
        return value.encode("utf-8", "surrogateescape")
    return value


def is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class Shelf:
    """Notes and rows set aside, on their way into legacy_leftovers."""

    def __init__(self, bind: Connection) -> None:
        self._batch = Batch(bind, LEFTOVERS)

    def put(self, source: str, row: Row, reason: str, became: Row | None = None) -> None:
        kept = {"source_table": source, "source_row": plain(row), "reason": reason, "became": became}
        self._batch.add(kept)

    def close(self) -> None:
        self._batch.flush()


def carry_up(bind: Connection, old: Table, new: Table, forward: Forward, back: Callable[[Row], Row]) -> None:
    """Replace `old` by `new` with its rows. `forward` gives the new row (None: no place) and what to say of it."""
    moving = move_out(bind, old)
    new.create(bind)
    shelf, written = Shelf(bind), Batch(bind, new)
    for row in rows_of(bind, old, moving, raw=True):
        made, reason = forward(row)
        if made is None:
            shelf.put(old.name, row, reason or "has no place")
            continue
        written.add(made)
        returned = back(made)
        if reason is not None or differs(returned, row):
            shelf.put(old.name, row, reason or unlike(returned, row), returned)
    written.flush()
    shelf.close()
    remove(bind, moving)
    count_on(bind, new)


def differs(made: Row, found: Row) -> bool:
    """1 and 1.0 are equal in Python and are not the same in a file."""
    return made != found or any(type(made[name]) is not type(found[name]) for name in found)


def unlike(made: Row, found: Row) -> str:
    columns = [name for name in found if differs({name: made[name]}, {name: found[name]})]
    return f"not kept to the letter: {', '.join(columns)}"


def count_on(bind: Connection, target: Table) -> None:
    """PostgreSQL counts its ids apart from the rows: let it go on behind the highest."""
    if bind.dialect.name != "postgresql":
        return
    key = next(iter(target.primary_key))
    highest = bind.execute(select(func.max(key))).scalar()
    if highest is not None:
        sequence = func.pg_get_serial_sequence(target.name, key.name)
        bind.execute(select(func.setval(sequence, highest)))


class Notes:
    """What going up left on the shelf about one old table, keyed by the row that stands for it now."""

    def __init__(self, bind: Connection, old: Table, key: Sequence[str]) -> None:
        self._bind, self._old, self._key = bind, old, key
        self._changed: dict[Key, list[tuple[Row, Row]]] = defaultdict(list)
        self.set_aside: list[Row] = []
        self._read()

    def _read(self) -> None:
        ours = LEFTOVERS.c.source_table == self._old.name
        columns = {one.name for one in self._old.columns}
        for note in self._bind.execute(select(LEFTOVERS).where(ours).order_by(LEFTOVERS.c.id)).all():
            if set(note.source_row) != columns:
                continue
            if note.became is None:
                self.set_aside.append({"leftover": note.id} | note.source_row)
            else:
                self._changed[self._key_of(note.became)].append((unplain(note.source_row), note.became))

    def _key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self._key)

    def undo(self, row: Row) -> None:
        """Give the row what it had, except where somebody has changed it since."""
        for found, became in self._changed.get(self._key_of(row), ()):
            row.update({name: found[name] for name in found if row[name] == became[name]})

    def moved(self, row: Row) -> Row | None:
        """The row that this one stands for, when nobody has changed it since."""
        known = self._changed.get(self._key_of(row), ())
        return next((found for found, became in known if became == row), None)

    def close(self, returned: list[int]) -> None:
        """Take from the shelf what was undone and what has returned."""
        ours = LEFTOVERS.c.source_table == self._old.name
        self._bind.execute(delete(LEFTOVERS).where(ours, LEFTOVERS.c.became.is_not(None)))
        for start in range(0, len(returned), 500):
            self._bind.execute(delete(LEFTOVERS).where(LEFTOVERS.c.id.in_(returned[start : start + 500])))


class Room:
    """What the old table allows once only."""

    def __init__(self, old: Table) -> None:
        self._taken: dict[str, set[Any]] = {one.name: set() for one in old.columns if _once(one, old)}

    def take(self, row: Row) -> bool:
        """Take the row's places; False when one of them is taken."""
        if any(row[name] is not None and row[name] in taken for name, taken in self._taken.items()):
            return False
        for name, taken in self._taken.items():
            taken.add(row[name])
        return True

    def renumber(self, row: Row) -> None:
        """A row that returns gives way where its number is somebody else's by now."""
        if "id" in self._taken and row["id"] in self._taken["id"]:
            row["id"] = max(self._taken["id"]) + 1


def _once(one: Any, old: Table) -> bool:
    alone = one.primary_key and len(old.primary_key) == 1
    return bool(alone or one.unique)


def carry_down(bind: Connection, new: Table, old: Table, back: Back, key: Sequence[str] = ("id",)) -> None:
    """Replace `new` by `old` with its rows; `back` gives None for what the old table cannot hold."""
    moving = move_out(bind, new)
    old.create(bind)
    notes, room, written = Notes(bind, old, key), Room(old), Batch(bind, untyped(old))
    for row in rows_of(bind, new, moving):
        made = back(row)
        if made is None:
            continue
        notes.undo(made)
        if room.take(made):
            written.add(made)
    returned = []
    for kept in notes.set_aside:
        leftover, found = kept.pop("leftover"), unplain(kept)
        room.renumber(found)
        if room.take(found):
            written.add(found)
            returned.append(leftover)
    written.flush()
    notes.close(returned)
    remove(bind, moving)
    count_on(bind, old)
