"""Two databases of either kind, row by row: what one has and the other has not, or has otherwise."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, String, Table, collate, select

from plumbot.vault.databases import reading, tables_of
from plumbot.vault.transfer import BATCH

Key = tuple[Any, ...]
Values = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """`says` is worded from the second database's side."""

    table: str
    key: Key
    says: str

    def __str__(self) -> str:
        return f"{self.table} {', '.join(map(str, self.key))}: {self.says}"


def differences(first: str, second: str, ignoring: Collection[str] = ()) -> Iterator[Difference]:
    """Table by table, by primary key; tables of this kind only are ignored."""
    with reading(first) as here, reading(second) as there:
        others = {one.name: one for one in tables_of(there)}
        for one in tables_of(here):
            if one.name in ignoring:
                continue
            if one.name not in others:
                yield Difference(one.name, (), "the whole table is missing")
                continue
            yield from _of_table(one.name, _rows(here, one), _rows(there, others[one.name]))


def _of_table(
    name: str, first: Iterator[tuple[Key, Values]], second: Iterator[tuple[Key, Values]]
) -> Iterator[Difference]:
    one, other = next(first, None), next(second, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            yield Difference(name, one[0] if one else (), "the row is missing")
            one = next(first, None)
        elif one is None or other[0] < one[0]:
            yield Difference(name, other[0], "the row should not be there")
            other = next(second, None)
        else:
            if one[1] != other[1]:
                yield Difference(name, one[0], _unlike(one[1], other[1]))
            one, other = next(first, None), next(second, None)


def _unlike(one: Values, other: Values) -> str:
    names = [name for name in one if one[name] != other.get(name)]
    return "; ".join(f"{name} is {other.get(name)!r}, not {one[name]!r}"[:200] for name in names[:3])


def _rows(connection: Connection, one: Table) -> Iterator[tuple[Key, Values]]:
    """In the order of the key's bytes, which both databases can keep."""
    keys = list(one.primary_key)
    on_server = connection.dialect.name == "postgresql"
    order = [collate(key, "C") if on_server and isinstance(key.type, String) else key for key in keys]
    names = [key.name for key in keys]
    for row in connection.execute(select(one).order_by(*order), execution_options={"yield_per": BATCH}).mappings():
        values = {name: _alike(value) for name, value in row.items()}
        yield tuple(values[name] for name in names), values


def _alike(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
