"""Which column of an old file, under any of its names, is which column of revision 0001."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Table

from plumbot.migrations.old_schema import LEFTOVERS, OLD

NUMBER = re.compile(r"\s*[+-]?\d{1,19}\s*")
LARGEST = 2**63 - 1
LARGEST_ID = 2**62  # there must be room to count on behind it

MESSAGE, AUTHOR = ("msg_id", "message_id"), ("user_id", "author_id")
OTHER_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "karma_events": {"msg_id": MESSAGE},
    "message_authors": {"msg_id": MESSAGE, "author_id": AUTHOR[::-1]},
    "msg_authors": {"msg_id": MESSAGE, "user_id": AUTHOR},
    "messages_index": {"message_id": MESSAGE[::-1], "user_id": AUTHOR},
}


def old_table(name: str) -> Table | None:
    """SQLite's names know no case."""
    found = OLD.tables.get(name.lower())
    return None if found is LEFTOVERS else found


@dataclass(frozen=True)
class Shape:
    """How a table of the file is read: for each column of 0001 the places where it may stand, and what is left."""

    places: dict[str, tuple[int, ...]]
    whole_numbers: frozenset[str]
    left: dict[str, int]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, given: Sequence[str]) -> "Shape":
        where = {name.lower(): at for at, name in reversed(list(enumerate(given)))}
        other = OTHER_NAMES.get(table.name, {})
        places = {
            one.name: tuple(where[name] for name in other.get(one.name, (one.name,)) if name in where)
            for one in table.columns
        }
        used = {at for several in places.values() for at in several}
        return cls(
            places,
            frozenset(one.name for one in table.columns if isinstance(one.type, Integer)),
            {name: at for at, name in enumerate(given) if at not in used},
            tuple(name for name, several in places.items() if not several),
        )

    def read(self, row: tuple[Any, ...]) -> dict[str, Any]:
        """In the columns of 0001; numbers written as text become numbers, as the column would make them anyway."""
        values = {}
        for name, several in self.places.items():
            value = next((row[at] for at in several if row[at] is not None), None)
            values[name] = as_number(value) if name in self.whole_numbers else value
        return values

    def unplaced(self, row: tuple[Any, ...]) -> list[str]:
        """Names of columns that say something and have no place, or contradict another column of the same meaning."""
        said = [name for name, at in self.left.items() if row[at] is not None]
        for name, several in self.places.items():
            if len(several) > 1 and len({row[at] for at in several if row[at] is not None}) > 1:
                said.append(name)
        return said


def as_number(value: Any) -> Any:
    if isinstance(value, str) and NUMBER.fullmatch(value) and abs(int(value)) <= LARGEST:
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        return int(value)
    return value


def as_id(value: Any) -> int | None:
    """A number that can stay a row's number."""
    return value if isinstance(value, int) and abs(value) <= LARGEST_ID else None
