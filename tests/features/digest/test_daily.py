"""The daily digest: to those whom it concerns, in small pieces, at most once a day whatever dies when."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.digest.daily import AT_ONCE, DailyDigest
from plumbot.features.digest.screens import daily as daily_screen
from plumbot.features.digest.service import DigestService
from plumbot.features.karma.standing import Standing
from plumbot.features.karma.tables import KarmaDay
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.tables import TIMER, ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.texts import Texts
from plumbot.kit.timers import Timer, Timers
from tests.features.conftest import FixedClock
from tests.features.digest.conftest import HOUR, NINE, SUNDAY, Earns, profile_of, told, who_is_told
from tests.support.telegram import database

DAY = timedelta(days=1)


def run(session: Session, daily: DailyDigest, now: datetime = NINE) -> None:
    daily.begin(session, now)
    while daily.carry_on(session, now):
        pass


def test_whose_karma_changed_that_day_and_who_can_be_told_is_told(
    session: Session, daily: DailyDigest, earns: Earns
) -> None:
    earns(session, 1, 3, 1)
    earns(session, 2, 0, 2)
    earns(session, 3, 1, day=SUNDAY - DAY)
    earns(session, 4, 1, reachable=False)
    earns(session, 5, 1, digest=False)
    earns(session, 6, 1, in_club=False)
    earns(session, 7, 0, 0)
    earns(session, 8, 2, 2)  # it changed, though it came back
    run(session, daily)
    assert who_is_told(session) == [1, 2, 8]
    first = told(session)[0]
    assert (first.at_most_once, first.urgency, first.screen) == (True, TIMER, "digest.daily")
    assert first.values == {"day": "2026-03-01", "plus": 3, "minus": 1, "karma": 12, "place": 1}


def test_nobody_is_told_twice_on_one_day_and_everybody_on_the_next(
    session: Session, daily: DailyDigest, earns: Earns
) -> None:
    earns(session, 1, 3)
    run(session, daily)
    run(session, daily, NINE + timedelta(minutes=1))
    assert who_is_told(session) == [1]
    earns(session, 1, 1, day=SUNDAY + DAY)
    run(session, daily, NINE + DAY)
    assert who_is_told(session) == [1, 1]


def test_the_day_is_the_clubs(session: Session, daily: DailyDigest, earns: Earns) -> None:
    earns(session, 1, 3, day=SUNDAY)
    late = datetime(2026, 3, 1, 20, 59, tzinfo=UTC)
    run(session, daily, late)
    assert [row.values["day"] for row in told(session)] == ["2026-03-01"]


def test_a_bot_that_was_down_for_hours_wakes_nobody(session: Session, daily: DailyDigest, earns: Earns) -> None:
    earns(session, 1, 3)
    run(session, daily, NINE + timedelta(hours=3, minutes=1))
    assert told(session) == []


def test_what_was_interrupted_is_not_taken_up_the_next_morning(
    session: Session, daily: DailyDigest, earns: Earns
) -> None:
    earns(session, 1, 3)
    daily.begin(session, NINE)
    session.flush()
    assert not daily.carry_on(session, NINE + timedelta(hours=11))
    assert told(session) == []


def test_a_wish_is_remembered(session: Session, digests: DigestService, earns: Earns) -> None:
    earns(session, 1, 3)
    digests.wish(session, 1, False)
    assert not profile_of(session, 1).digest
    digests.wish(session, 1, True)
    assert profile_of(session, 1).digest


@pytest.mark.parametrize(("language", "words"), [("en", "21 points, place 3"), ("ru", "21 балл, место в клубе: 3")])
def test_it_says_the_day_the_changes_and_where_one_stands(language: str, words: str) -> None:
    said = daily_screen(Texts(language), day="2026-03-01", plus=3, minus=1, karma=21, place=3)
    assert "01.03.2026" in said.text
    assert "+3 −1" in said.text
    assert words in said.text


# The same by the timer, over processes that die


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


async def members(sessions: SessionManager, how_many: int) -> None:
    def make(session: Session) -> None:
        people = [
            {
                "user_id": number, "first_name": f"P{number}", "karma_start": 10, "karma": 11, "in_club": True,
                "reachable": True, "created_at": NINE, "updated_at": NINE,
            }
            for number in range(1, how_many + 1)
        ]  # fmt: skip
        session.execute(insert(Profile), people)
        days = [{"user_id": number, "day": SUNDAY, "plus": 1, "minus": 0} for number in range(1, how_many + 1)]
        session.execute(insert(KarmaDay), days)

    await sessions.change(make)


def process(sessions: SessionManager, clock: FixedClock) -> tuple[Timers, Timer]:
    daily = DailyDigest(HOUR, Standing(), Outbox(clock))
    timer = Timer("digest.daily", HOUR.slot, daily.begin, daily.carry_on)
    return Timers(sessions, clock, [timer]), timer


def each_once(session: Session, how_many: int) -> bool:
    found = session.scalars(select(ShownMessage.chat_id)).all()
    return sorted(found) == list(range(1, how_many + 1))


@pytest.mark.parametrize("at_statement", [1, 3, 40, 777, 1500])
async def test_killed_anywhere_and_started_again_each_is_told_once(tmp_path: Path, at_statement: int) -> None:
    """What dies with its process is the unit under way: the next one begins where the last commit left off."""
    how_many = 2 * AT_ONCE + 7
    clock = FixedClock(NINE)
    async with database(tmp_path) as sessions:
        await members(sessions, how_many)
        engine = sessions._write_engine  # type: ignore[attr-defined]  # a test reaches into the engine
        left = at_statement

        def die(*_: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        event.listen(engine, "before_cursor_execute", die)
        timers, timer = process(sessions, clock)
        with suppress(Killed):
            await timers.fire(timer)
        event.remove(engine, "before_cursor_execute", die)
        for minute in range(3):
            clock.at = NINE + timedelta(minutes=minute)
            timers, timer = process(sessions, clock)
            await timers.fire(timer)
        assert await sessions.read(each_once, how_many)


async def test_two_processes_at_once_tell_each_once(tmp_path: Path) -> None:
    async with database(tmp_path) as sessions:
        await members(sessions, 350)
        clock = FixedClock(NINE)
        await asyncio.gather(*(timers.fire(timer) for timers, timer in (process(sessions, clock) for _ in range(2))))
        assert await sessions.read(each_once, 350)


async def test_others_write_between_the_pieces(tmp_path: Path) -> None:
    """A thousand digests are twenty-odd units: whoever wants to write meanwhile comes in between."""
    async with database(tmp_path) as sessions:
        await members(sessions, 1_000)
        timers, timer = process(sessions, FixedClock(NINE))
        firing = asyncio.create_task(timers.fire(timer))
        seen = []
        while not firing.done():
            seen.append(await sessions.change(lambda s: s.scalar(select(func.count()).select_from(ShownMessage))))
            await asyncio.sleep(0)
        await firing
        assert await sessions.read(each_once, 1_000)
    assert len({told for told in seen if told not in (0, 1_000)}) >= 3


def test_a_day_without_changes_says_nothing(session: Session, daily: DailyDigest) -> None:
    run(session, daily)
    assert told(session) == []
    assert not daily.carry_on(session, NINE)
    assert date.fromisoformat(HOUR.slot(NINE)) == SUNDAY
