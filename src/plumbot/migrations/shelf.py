"""The shelf for what has no place in ours: rows set aside, and notes beside rows that came over changed."""

import base64
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from plumbot.migrations.fitting import fits
from plumbot.migrations.moving import Batch, Row
from plumbot.migrations.old_schema import LEFTOVERS

Key = tuple[Any, ...]


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


class Notes:
    """What going up left on the shelf about one old table, keyed by the row that stands for it now."""

    def __init__(self, bind: Connection, old: Table, key: Sequence[str]) -> None:
        self._bind, self._old, self._key = bind, old, key
        self._changed: dict[Key, list[tuple[Row, Row]]] = defaultdict(list)
        self._undone: list[int] = []
        self.set_aside: list[Row] = []
        self._read()

    def _read(self) -> None:
        ours = LEFTOVERS.c.source_table == self._old.name
        columns = {one.name for one in self._old.columns}
        for note in self._bind.execute(select(LEFTOVERS).where(ours).order_by(LEFTOVERS.c.id)).all():
            if set(note.source_row) != columns or not self._can_return(note.source_row):
                continue
            if note.became is None:
                self.set_aside.append({"leftover": note.id} | note.source_row)
            else:
                self._undone.append(note.id)
                self._changed[self._key_of(note.became)].append((unplain(note.source_row), note.became))

    def _can_return(self, kept: Row) -> bool:
        """What the old table cannot hold stays on the shelf, beside what we have made of it."""
        return self._bind.dialect.name == "sqlite" or fits(unplain(kept), self._old)

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
        """Take from the shelf what was undone and what has returned; what others put there stays."""
        gone = [*self._undone, *returned]
        for start in range(0, len(gone), 500):
            self._bind.execute(delete(LEFTOVERS).where(LEFTOVERS.c.id.in_(gone[start : start + 500])))
