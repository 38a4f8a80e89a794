"""Carries the rows of one table from one shape to another so that nothing is lost, and back again.

Going up, what `back` would make of the new row is compared with the old one. Where they differ the old row is
kept in legacy_leftovers as a note beside the new one; a row that has no place at all is set aside there. Going
down, notes undo exactly what going up changed and nobody has changed since, and rows set aside return.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, text

from plumbot.migrations.moving import Batch, Row, count_on, move_out, remove, rows_of, untyped
from plumbot.migrations.shelf import Notes, Shelf, unplain

Forward = Callable[[Row], tuple[Row | None, str | None]]
Back = Callable[[Row], Row | None]


@dataclass(frozen=True)
class ShortWay:
    """For tables with millions of rows: on SQLite the rows that meet `condition` are carried by SQLite itself.

    `values`, an expression for each new column, gives what `forward` would; of such a row there is nothing to note.
    """

    condition: str
    values: dict[str, str]


def carry_up(
    bind: Connection,
    old: Table,
    new: Table,
    forward: Forward,
    back: Callable[[Row], Row],
    short: ShortWay | None = None,
) -> None:
    """Replace `old` by `new` with its rows. `forward` gives the new row (None: no place) and what to say of it."""
    moving = move_out(bind, old)
    new.create(bind)
    if short is not None and bind.dialect.name == "sqlite":
        _take_short_way(bind, moving, new, short)
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


def _take_short_way(bind: Connection, moving: str, new: Table, short: ShortWay) -> None:
    columns, values = ", ".join(short.values), ", ".join(short.values.values())
    taken = f'FROM "{moving}" WHERE {short.condition}'
    bind.execute(text(f"INSERT INTO {new.name} ({columns}) SELECT {values} {taken}"))  # our own words
    bind.execute(text(f"DELETE {taken}"))


def differs(made: Row, found: Row) -> bool:
    """1 and 1.0 are equal in Python and are not the same in a file."""
    return made != found or any(type(made[name]) is not type(found[name]) for name in found)


def unlike(made: Row, found: Row) -> str:
    columns = [name for name in found if differs({name: made[name]}, {name: found[name]})]
    return f"not kept to the letter: {', '.join(columns)}"


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
