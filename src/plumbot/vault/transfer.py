"""Moves everything from one database to another of either kind: all rows or none, counted on both sides."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, column, func, select, table, text
from sqlalchemy.exc import DBAPIError

from plumbot import migrations
from plumbot.vault.databases import (
    counts_of,
    reading,
    require_nobody_at_work,
    tables_of,
    writing,
    wrong_ledgers,
)
from plumbot.vault.faults import Refused

BATCH = 5_000
OF_A_PROCESS = "leases"  # who moves holds none

Reached = Callable[[str], None]


def move(source: str, target: str, reached: Reached = lambda _: None) -> dict[str, int]:
    """The rows that were moved, table by table. The target is new or empty; a move that was killed is begun again."""
    if problem := migrations.check(source):
        raise Refused(f"What is to be moved is not ready. {problem}")
    require_empty(target)
    migrations.upgrade(target, reached=reached)
    with reading(source) as here, writing(target) as there:
        require_nobody_at_work(here)
        moved = _move_rows(here, there, reached)
        reached("rows before commit")
    reached("rows committed")
    return moved


def require_empty(target: str) -> None:
    """A database with rows is somebody's."""
    if migrations.current(target) is None:
        return
    with reading(target) as there:
        found = {name: count for name, count in counts_of(there).items() if count}
    if found:
        held = ", ".join(f"{name} {count}" for name, count in list(found.items())[:4])
        raise Refused(f"The target holds rows already ({held}): name a new or an empty database.")


def _move_rows(here: Connection, there: Connection, reached: Reached) -> dict[str, int]:
    sources, targets = tables_of(here), {one.name: one for one in tables_of(there)}
    for source in sources:
        if source.name != OF_A_PROCESS:
            _copy(here, source, there, targets[source.name], reached)
    _number_on(here, there, list(targets.values()))
    before, after = counts_of(here, sources), counts_of(there, list(targets.values()))
    before[OF_A_PROCESS] = after.get(OF_A_PROCESS, 0)
    wrong = [name for name, count in before.items() if after.get(name) != count]
    if wrong or wrong_ledgers(there) != wrong_ledgers(here):
        raise Refused(f"The move did not come out even ({', '.join(wrong) or 'the ledger'}); nothing was kept.")
    return after


def _copy(here: Connection, source: Table, there: Connection, target: Table, reached: Reached) -> None:
    write = _copied_in if there.dialect.name == "postgresql" else _inserted
    rows, done = _rows(here, source, raw=here.dialect.name == "sqlite"), 0
    try:
        while batch := list(islice(rows, BATCH)):
            write(there, target, source.columns.keys(), batch, here.dialect.name == there.dialect.name)
            done += len(batch)
            reached(f"{target.name} {done} rows")
    except DBAPIError as fault:
        reason = str(fault.orig).strip().partition("\n")[0]
        raise Refused(f"A row of {target.name} does not fit ({reason}); nothing was moved.") from fault


def _rows(here: Connection, source: Table, *, raw: bool) -> Iterator[Sequence[Any]]:
    """SQLite's own values as they are, from its driver; text and 0 or 1 are what PostgreSQL reads as well."""
    if raw:
        driver: Any = here.connection.driver_connection
        names = ", ".join(f'"{one.name}"' for one in source.columns)
        yield from driver.execute(f'SELECT {names} FROM "{source.name}"')  # noqa: S608  # our own names
    else:
        yield from here.execute(select(source), execution_options={"yield_per": BATCH})


def _inserted(there: Connection, target: Table, names: Sequence[str], batch: list[Sequence[Any]], alike: bool) -> None:
    if alike:
        driver: Any = there.connection.driver_connection
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        driver.executemany(f'INSERT INTO "{target.name}" ({columns}) VALUES ({marks})', batch)  # noqa: S608
    else:
        there.execute(target.insert(), [dict(zip(names, row, strict=True)) for row in batch])


def _copied_in(
    there: Connection, target: Table, names: Sequence[str], batch: list[Sequence[Any]], _alike: bool
) -> None:
    """COPY: several times as fast as INSERT."""
    import psycopg
    from psycopg import sql

    driver: Any = there.connection.driver_connection
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(target.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            for row in batch:
                copy.write_row(row)
    except psycopg.Error as fault:
        reason = str(fault).strip().partition("\n")[0]
        raise Refused(f"A row of {target.name} does not fit ({reason}); nothing was moved.") from fault


def _number_on(here: Connection, there: Connection, targets: Sequence[Table]) -> None:
    """New rows get numbers that no row ever had, pruned ones included."""
    used = _highest_used(here)
    for target in targets:
        key = next(iter(target.primary_key), None)
        if key is None or target.name not in used:
            continue
        if there.dialect.name == "sqlite":
            known = text("UPDATE sqlite_sequence SET seq = :seq WHERE name = :name AND seq < :seq")
            new = text("INSERT INTO sqlite_sequence (name, seq) SELECT :name, :seq WHERE NOT EXISTS"
                       " (SELECT 1 FROM sqlite_sequence WHERE name = :name)")  # fmt: skip
            for statement in (known, new) if _is_counted(there, target.name) else ():
                there.execute(statement, {"name": target.name, "seq": used[target.name]})
        else:
            counter = func.pg_get_serial_sequence(target.name, key.name)
            there.execute(select(func.setval(counter, used[target.name])))


def _highest_used(here: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for source in tables_of(here):
        key = next(iter(source.primary_key), None)
        if key is None or len(source.primary_key) > 1 or not _is_numbered(here, source):
            continue
        highest = here.execute(select(func.max(column(key.name))).select_from(table(source.name))).scalar()
        found[source.name] = max(int(highest or 0), _counter(here, source.name, key.name))
    return {name: number for name, number in found.items() if number > 0}


def _is_numbered(here: Connection, source: Table) -> bool:
    """Whether the database gives the numbers: on PostgreSQL a sequence does."""
    key = next(iter(source.primary_key))
    if here.dialect.name == "postgresql":
        return here.execute(select(func.pg_get_serial_sequence(source.name, key.name))).scalar() is not None
    return key.name in ("id", "seq")


def _counter(here: Connection, name: str, key: str) -> int:
    if here.dialect.name == "postgresql":
        counter = here.execute(select(func.pg_get_serial_sequence(name, key))).scalar_one()
        found = here.execute(text(f"SELECT last_value, is_called FROM {counter}")).one()  # noqa: S608  # its own name
        return int(found.last_value) if found.is_called else 0
    if not _is_counted(here, name):
        return 0
    kept = here.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name}).scalar()
    return int(kept or 0)


def _is_counted(connection: Connection, name: str) -> bool:
    """Whether SQLite remembers numbers of rows that are gone."""
    made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}).scalar()
    return "AUTOINCREMENT" in str(made).upper()
