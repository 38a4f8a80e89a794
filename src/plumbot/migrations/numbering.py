"""The numbers that old tables gave to people. Ours are keyed by Telegram id; the numbers are kept for the way back."""

from sqlalchemy import BigInteger, Connection, String, Table, column, select, table

from plumbot.migrations.moving import rows_of
from plumbot.migrations.values import whole

NUMBERS = table(
    "legacy_numbers", column("source_table", String), column("user_id", BigInteger), column("number", BigInteger)
)


def keep_numbers(bind: Connection, old: Table) -> dict[int, int]:
    """Before the table is carried."""
    given = {row["user_id"]: row["id"] for row in rows_of(bind, old, raw=True) if whole(row["user_id"])}
    kept = [{"source_table": old.name, "user_id": who, "number": number} for who, number in given.items()]
    if kept:
        bind.execute(NUMBERS.insert(), kept)
    return given


class Numbered(dict[int, int]):
    """On the way back: the number that was given; whoever came later gets the next one."""

    def __init__(self, bind: Connection, old: Table) -> None:
        kept = select(NUMBERS.c.user_id, NUMBERS.c.number).where(NUMBERS.c.source_table == old.name)
        super().__init__({row.user_id: row.number for row in bind.execute(kept)})
        self._next = max(self.values(), default=0)

    def __missing__(self, user_id: int) -> int:
        self._next += 1
        return self._next


def drop_numbers(bind: Connection, old: Table) -> None:
    bind.execute(NUMBERS.delete().where(NUMBERS.c.source_table == old.name))
