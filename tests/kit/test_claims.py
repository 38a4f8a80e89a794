"""Claims on PostgreSQL: processes share the lanes, each person's updates stay in order, nobody is waited for long."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox import claims
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.leases import LASTING, this_process
from plumbot.kit.signals import Signals
from tests.kit.test_runner import Hall, deeds_done, statuses
from tests.support.telegram import TurnableClock, until

FAR, FARTHER = "far:1:1", "farther:2:2"


@pytest.fixture
async def two(migrated_postgres_url: str, clock: TurnableClock) -> AsyncIterator[tuple[Hall, Hall]]:
    """Two processes' worth of runners on one database."""
    opened = [open_database(migrated_postgres_url, Signals()) for _ in range(2)]
    yield Hall(opened[0], clock), Hall(opened[1], clock)
    for sessions in opened:
        await sessions.close()


def claimed(session: Session, holder: str, room: int = 100) -> list[int]:
    return [row.lane for row in claims.claim(session, holder, [], room).rows]


def age(session: Session, by: timedelta) -> None:
    """Time goes by for the claims that there are."""
    session.execute(text("UPDATE inbox SET claimed_until = claimed_until - :by"), {"by": by})


async def test_a_lane_belongs_to_one_process_as_long_as_it_has_work_of_it(two: tuple[Hall, Hall]) -> None:
    hall, _ = two
    await hall.say("a", "b", by=1)
    assert await hall.sessions.change(claimed, FAR) == [1, 1]
    await hall.say("c", by=1)
    await hall.say("d", by=2)
    assert await hall.sessions.change(claimed, FARTHER) == [2]
    assert sorted(await hall.sessions.change(claimed, FAR)) == [1, 1, 1]


async def test_of_many_lanes_a_few_rows_rather_than_many_rows_of_few(two: tuple[Hall, Hall]) -> None:
    hall, _ = two
    await hall.say(*(f"{n}" for n in range(50)), by=1)
    for person in range(2, 8):
        await hall.say(f"of {person}", by=person)
    lanes = await hall.sessions.change(claimed, FAR, 10)
    assert {*range(2, 8)} < set(lanes)
    assert lanes.count(1) == 4


async def test_claims_of_a_process_that_is_silent_run_out(two: tuple[Hall, Hall]) -> None:
    hall, _ = two
    await hall.say("a", by=1)
    await hall.sessions.change(claimed, FAR)
    assert await hall.sessions.change(claimed, FARTHER) == []
    await hall.sessions.change(age, LASTING - timedelta(seconds=5))
    assert await hall.sessions.change(claimed, FARTHER) == []
    await hall.sessions.change(claims.renew, FAR)
    await hall.sessions.change(age, LASTING - timedelta(seconds=5))
    assert await hall.sessions.change(claimed, FARTHER) == []
    await hall.sessions.change(age, timedelta(seconds=10))
    assert await hall.sessions.change(claimed, FARTHER) == [1]


async def test_claims_of_a_process_of_this_machine_that_was_killed_are_void_at_once(two: tuple[Hall, Hall]) -> None:
    hall, _ = two
    await hall.say("a", by=1)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=subprocess.PIPE)
    holder = f"{this_process().rpartition(':')[0]}:{child.pid}"
    assert await hall.sessions.change(claimed, holder) == [1]
    assert await hall.sessions.change(claimed, FARTHER) == []
    child.kill()
    await child.wait()
    assert await hall.sessions.change(claimed, FARTHER) == [1]


async def test_rows_that_somebody_has_locked_are_passed_over_with_their_lane(two: tuple[Hall, Hall]) -> None:
    hall, other = two
    await hall.say("a", "b", by=1)
    await hall.say("c", by=2)

    def lock(session: Session) -> None:
        session.scalars(select(InboxRow).where(InboxRow.lane == 1).order_by(InboxRow.seq).limit(1).with_for_update())

    async with other.sessions.unit() as unit:
        await unit.run(lock)
        claiming = asyncio.create_task(hall.sessions.change(claimed, FAR), context=Context())
        assert await claiming == [2]
    assert sorted(await hall.sessions.change(claimed, FAR)) == [1, 1, 2]


async def test_two_processes_share_the_work_and_keep_each_lane_in_order(two: tuple[Hall, Hall]) -> None:
    one, other = two
    other.numbers = iter(range(1_000, 2_000))
    async with one.running(holder=FAR), other.running(holder=FARTHER):
        for turn in range(10):
            for person in range(1, 13):
                hall = one if (turn + person) % 2 else other
                await hall.say(f"slow {person:02} {turn:02}", by=person)
        await one.settled()
    done = await one.sessions.read(deeds_done)
    for person in range(1, 13):
        mine = [one_of for one_of in done if one_of.startswith(f"slow {person:02}")]
        assert mine == sorted(mine)
    assert len(done) == 120
    assert one.deeds.tries.keys().isdisjoint(other.deeds.tries)
    assert min(len(one.deeds.tries), len(other.deeds.tries)) > 10


async def test_who_lost_the_claim_changes_nothing(two: tuple[Hall, Hall]) -> None:
    """A process that was asleep for longer than its claim lasts wakes up in the middle of an update."""
    one, other = two

    def steal(session: Session) -> None:
        session.execute(update(InboxRow).values(claimed_by=FARTHER, claimed_until=func.now() + LASTING))

    one.deeds.slow_seconds = 1.0
    async with one.running(holder=FAR):
        await one.say("slow and late")
        await until(lambda: one.deeds.tries)
        await other.sessions.change(steal)
        await until(lambda: not one.deeds.running[7])
        await asyncio.sleep(0.05)
    assert await one.sessions.read(deeds_done) == []
    async with other.running(holder=FARTHER):
        await other.settled()
    assert await one.sessions.read(deeds_done) == ["slow and late"]


async def test_a_row_that_has_to_wait_is_anybodys_and_its_lane_goes_on(two: tuple[Hall, Hall]) -> None:
    one, other = two
    await one.say("poison", "after it")
    async with one.running(holder=FAR, first_pause_seconds=0.4, lane_held_seconds=0.1):
        await until(lambda: "after it" in one.deeds.tries)
    assert one.deeds.tries["poison"] < 4
    async with other.running(holder=FARTHER, first_pause_seconds=0.001):
        await other.settled()
    assert await one.sessions.read(statuses) == {"done": 1, "dead": 1}
    assert one.deeds.tries["poison"] + other.deeds.tries["poison"] == 8


async def test_a_process_that_stops_gives_its_lanes_to_the_others_at_once(two: tuple[Hall, Hall]) -> None:
    one, other = two
    await one.say(*(f"slow {n:02}" for n in range(20)))
    async with one.running(holder=FAR):
        await until(lambda: one.deeds.tries)
    async with other.running(holder=FARTHER):
        await other.settled()
    assert await one.sessions.read(deeds_done) == [f"slow {n:02}" for n in range(20)]


async def test_what_one_process_commits_wakes_the_other(migrated_postgres_url: str, clock: TurnableClock) -> None:
    """No look of its own brings it: those come after a minute."""
    speaking, hearing = (open_database(migrated_postgres_url, Signals()) for _ in range(2))
    ears = [asyncio.create_task(listener.run()) for listener in hearing.listeners()]
    try:
        await _listens(speaking)
        speaker, hearer = Hall(speaking, clock), Hall(hearing, clock)
        await hearing.signals.wait("inbox", 3)  # the call that comes with the beginning
        heard = asyncio.create_task(hearing.signals.wait("inbox", 60))
        await asyncio.sleep(0.1)
        assert not heard.done()
        await speaker.say("hello")
        await asyncio.wait_for(heard, 3)
        assert hearer.deeds.tries == {}
    finally:
        for ear in ears:
            ear.cancel()
        await asyncio.gather(*ears, return_exceptions=True)
        await speaking.close()
        await hearing.close()


async def _listens(sessions: SessionManager) -> None:
    async def one() -> bool:
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND starts_with(query, 'LISTEN')"
        )
        return bool(await sessions.read(lambda session: session.connection().exec_driver_sql(asked).scalar()))

    await until(one)
    await asyncio.sleep(0.1)
