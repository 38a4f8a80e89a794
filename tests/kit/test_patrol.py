"""Work that lies in rows: found, done beside each other, found again after a failure."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from plumbot.kit import patrol
from plumbot.kit.patrol import Patrol
from tests.support.telegram import TurnableClock, database


@dataclass(frozen=True)
class Row:
    id: int


@dataclass
class Pile:
    rows: set[int]

    def find(self, _session: Session, under_way: frozenset[int], limit: int) -> list[Row]:
        return [Row(number) for number in sorted(self.rows - under_way)][:limit]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # no event fires when a set changes
            await asyncio.sleep(0.01)


async def test_one_that_hangs_does_not_hold_the_others(tmp_path: Path) -> None:
    pile = Pile({1, 2, 3, 4, 5})

    async def work(row: Row) -> None:
        if row.id == 1:
            await asyncio.Event().wait()
        pile.rows.discard(row.id)

    async with database(tmp_path) as sessions:
        running = asyncio.create_task(
            Patrol("piles", sessions, TurnableClock(), pile.find, work, at_once=2, look_seconds=0.02).run()
        )
        await until(lambda: pile.rows == {1})
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert pile.rows == {1}


async def test_what_failed_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patrol, "AFTER_A_FAULT_SECONDS", 0.01)
    pile, tries = Pile({1}), list[int]()

    async def work(row: Row) -> None:
        tries.append(row.id)
        if len(tries) < 3:
            raise LookupError("not yet")
        pile.rows.discard(row.id)

    async with database(tmp_path) as sessions:
        running = asyncio.create_task(
            Patrol("piles", sessions, TurnableClock(), pile.find, work, look_seconds=0.02).run()
        )
        await until(lambda: not pile.rows)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert tries == [1, 1, 1]
