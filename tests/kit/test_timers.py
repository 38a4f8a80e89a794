"""Timers: once a slot, whatever runs twice."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.switches import Switch, turn
from plumbot.kit.timers import Firing, Timer, Timers, each_minute, hourly
from tests.support.telegram import until


@dataclass
class StillClock:
    moment: datetime = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def firings(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Firing)) or 0


async def test_a_timer_fires_once_a_slot_even_in_two_processes(spine: SessionManager) -> None:
    fired: list[datetime] = []
    clock = StillClock()
    timer = Timer("t", hourly, lambda _session, now: fired.append(now))
    one, two = Timers(spine, clock, [timer]), Timers(spine, clock, [timer])
    for _ in range(2):
        await asyncio.gather(one.fire(timer), two.fire(timer))
    assert len(fired) == 1
    clock.moment += timedelta(hours=1)
    await asyncio.gather(two.fire(timer), one.fire(timer))
    assert len(fired) == 2


async def test_a_timer_that_fails_leaves_no_firing_and_is_tried_again_beside_the_others(spine: SessionManager) -> None:
    tries: list[str] = []

    def failing(_session: Session, _now: datetime) -> None:
        tries.append("failing")
        if tries.count("failing") < 3:
            raise ValueError("not yet")

    timers = [Timer("a", hourly, failing), Timer("b", each_minute, lambda _session, _now: tries.append("b"))]
    running = asyncio.create_task(Timers(spine, StillClock(), timers, look_seconds=0.01).run())
    await until(lambda: tries.count("failing") == 3)
    await asyncio.sleep(0.05)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert (tries.count("failing"), tries.count("b")) == (3, 1)
    assert await spine.read(firings) == 2


async def test_pieces_are_carried_on_in_units_of_their_own_also_by_the_next_process(spine: SessionManager) -> None:
    done: list[str] = []

    def piece(_session: Session, _now: datetime) -> bool:
        done.append("piece")
        if len(done) == 3:
            raise ValueError("killed here")
        return len(done) < 5

    timer = Timer("t", hourly, lambda _session, _now: done.append("work"), piece)
    with suppress(ValueError):
        await Timers(spine, StillClock(), [timer]).fire(timer)
    assert done == ["work", "piece", "piece"]
    second = Timers(spine, StillClock(), [timer])
    await second.fire(timer)
    await second.fire(timer)
    assert done == ["work", *["piece"] * 4]


async def test_two_processes_never_do_the_same_piece(spine: SessionManager) -> None:
    done: list[int] = []

    def piece(session: Session, now: datetime) -> bool:
        switch = session.get(Switch, "pieces")
        number = switch.value + 1 if switch is not None else 1
        done.append(number)
        turn(session, "pieces", number, now)
        return number < 20

    timer = Timer("t", hourly, lambda _session, _now: None, piece)
    one, two = Timers(spine, StillClock(), [timer]), Timers(spine, StillClock(), [timer])
    await asyncio.gather(one.fire(timer), two.fire(timer))
    assert done[:20] == [*range(1, 21)]
    assert len(set(done)) == len(done) <= 21


async def test_old_firings_are_forgotten(spine: SessionManager) -> None:
    clock = StillClock()
    timer = Timer("t", hourly, lambda _session, _now: None)
    timers = Timers(spine, clock, [timer])
    await timers.fire(timer)
    clock.moment += timedelta(days=31)
    await timers.fire(timer)
    assert await spine.read(firings) == 1
