"""Units of work on SQLite: what is kept, what is dropped, and what shares a commit."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from plumbot.kit.databases import open_database
from plumbot.kit.db import CommitLost, SessionManager, UnitMisuse, is_infrastructure
from plumbot.kit.signals import Signals, after_commit
from plumbot.kit.switches import Switch
from plumbot.kit.tables import Table

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def sessions(tmp_path: Path) -> AsyncIterator[SessionManager]:
    engine = create_engine(f"sqlite:///{tmp_path / 'plum.db'}")
    Table.metadata.tables["switches"].create(engine)
    engine.dispose()
    manager = open_database(f"sqlite:///{tmp_path / 'plum.db'}", Signals())
    yield manager
    await manager.close()


def write(session: Session, name: str) -> None:
    session.add(Switch(name=name, value=1, updated_at=NOW))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Switch)) or 0


async def test_a_unit_is_seen_after_its_end_and_not_before(sessions: SessionManager) -> None:
    async with sessions.unit() as unit:
        await unit.run(write, "a")
        assert await sessions.read(count) == 0
    assert await sessions.read(count) == 1


async def test_an_exception_drops_the_whole_unit(sessions: SessionManager) -> None:
    async def failing() -> None:
        async with sessions.unit() as unit:
            await unit.run(write, "a")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await failing()
    assert await sessions.read(count) == 0


async def test_units_that_wait_share_a_commit_and_a_failing_one_spoils_no_other(
    sessions: SessionManager,
) -> None:
    async def one(name: str) -> None:
        async with sessions.unit() as unit:
            await unit.run(write, name)
            if name.endswith("7"):
                raise RuntimeError(name)

    results = await asyncio.gather(*(one(str(n)) for n in range(40)), return_exceptions=True)
    assert [str(r) for r in results if r] == ["7", "17", "27", "37"]
    assert await sessions.read(count) == 36


async def test_a_violated_constraint_fails_its_own_unit_only(sessions: SessionManager) -> None:
    results = await asyncio.gather(
        *(sessions.change(write, name) for name in ("a", "b", "a", "c")), return_exceptions=True
    )
    assert [type(r) for r in results] == [type(None), type(None), IntegrityError, type(None)]
    assert await sessions.read(count) == 3


async def test_a_failed_commit_drops_every_unit_of_the_group_and_the_next_group_works(
    sessions: SessionManager, tmp_path: Path
) -> None:
    def break_transaction(session: Session) -> None:
        session.execute(text("ROLLBACK"))  # what SQLite does by itself when the disk is full

    started = asyncio.Event()

    async def good() -> None:
        async with sessions.unit() as unit:
            await unit.run(write, "good")
            started.set()

    async def bad() -> None:
        await started.wait()
        async with sessions.unit() as unit:
            await unit.run(write, "bad")
            await unit.run(break_transaction)

    outcomes = await asyncio.gather(good(), bad(), return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, CommitLost) for outcome in outcomes)
    assert isinstance(outcomes[1], CommitLost)
    await sessions.change(write, "after")
    assert await sessions.read(count) == (2 if outcomes[0] is None else 1)


async def test_restart_drops_what_was_written_and_keeps_the_rest(sessions: SessionManager) -> None:
    async with sessions.unit() as unit:
        await unit.run(write, "a")
        await unit.restart()
        await unit.run(write, "b")
    assert await sessions.read(lambda s: s.scalars(select(Switch.name)).all()) == ["b"]


async def test_a_second_unit_inside_one_and_a_closed_one_are_refused(sessions: SessionManager) -> None:
    async with sessions.unit() as unit:
        with pytest.raises(UnitMisuse):
            await sessions.change(write, "a")
    with pytest.raises(UnitMisuse):
        await unit.run(write, "a")


async def test_a_cancelled_unit_gives_the_writer_back(sessions: SessionManager) -> None:
    async def stuck() -> None:
        async with sessions.unit() as unit:
            await unit.run(write, "stuck")
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(stuck()) for _ in range(3)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await sessions.change(write, "after")
    assert await sessions.read(count) == 1


async def test_signals_fire_only_after_the_commit(sessions: SessionManager) -> None:
    heard: list[str] = []

    async def listen() -> None:
        await sessions.signals.wait("outbox", 5)
        heard.append("outbox")

    listening = asyncio.create_task(listen())
    async with sessions.unit() as unit:
        await unit.run(write, "a")
        await unit.run(after_commit, "outbox")
        await asyncio.sleep(0)
        assert heard == []
    await listening
    assert await sessions.read(count) == 1


async def test_a_unit_cancelled_in_the_middle_of_a_statement_leaves_nothing_to_the_group(
    sessions: SessionManager,
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        reached.set()
        go_on.wait(5)
        write(session, "cancelled")
        session.flush()

    async def one() -> None:
        async with sessions.unit() as unit:
            await unit.run(slow)

    task = asyncio.create_task(one())
    await asyncio.to_thread(reached.wait, 5)
    following = asyncio.create_task(sessions.change(write, "following"))
    task.cancel()
    await asyncio.sleep(0.01)
    go_on.set()
    await asyncio.gather(task, return_exceptions=True)
    await following
    assert await sessions.read(lambda s: s.scalars(select(Switch.name)).all()) == ["following"]


async def test_a_mistake_of_ours_is_no_fault_of_the_database(sessions: SessionManager) -> None:
    with pytest.raises(OperationalError) as caught:
        await sessions.change(lambda session: session.execute(text("SELECT * FROM no_such_table")))
    assert not is_infrastructure(caught.value)


async def test_a_locked_database_is_a_fault_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "locked.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as one, closing(sqlite3.connect(path, timeout=0)) as two:
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            two.execute("CREATE TABLE t (x)")
    assert is_infrastructure(caught.value)


async def test_what_has_happened_outside_is_noted_however_often_the_database_refuses(sessions: SessionManager) -> None:
    refusals = [CommitLost("one"), CommitLost("two")]

    def noted(session: Session) -> None:
        write(session, "noted")
        if refusals:
            raise refusals.pop()

    await sessions.insist(noted)
    assert await sessions.read(count) == 1


async def test_who_waits_when_the_database_is_closed_learns_that_nothing_was_kept(sessions: SessionManager) -> None:
    taken, release = asyncio.Event(), asyncio.Event()

    async def holder() -> None:
        async with sessions.unit() as unit:
            await unit.run(write, "holder")
            taken.set()
            await release.wait()

    holding = asyncio.create_task(holder())
    await taken.wait()
    waiting = asyncio.create_task(sessions.change(write, "waiting"))
    await asyncio.sleep(0)
    await sessions.close()
    release.set()
    outcomes = await asyncio.gather(holding, waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [CommitLost, CommitLost]
