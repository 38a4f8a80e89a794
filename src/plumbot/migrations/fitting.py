"""Whether the old tables can hold a row on PostgreSQL, which enforces the types that the old bot's files did not."""

from typing import Any

from sqlalchemy import BigInteger, Column, Float, Integer, Table

from plumbot.migrations.moving import Row
from plumbot.migrations.values import number, whole


def fits(row: Row, table: Table) -> bool:
    return all(row[one.name] is None or holds(one, row[one.name]) for one in table.columns)


def holds(column: Column[Any], value: Any) -> bool:
    if isinstance(column.type, BigInteger):
        return whole(value) is not None
    if isinstance(column.type, Integer):
        return whole(value, 32) is not None
    if isinstance(column.type, Float):
        return number(value) is not None
    return isinstance(value, str) and "\0" not in value
