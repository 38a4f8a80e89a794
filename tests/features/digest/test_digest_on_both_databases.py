"""The timers of digests and commands as they really run, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import Command, Places
from plumbot.club.profiles import Person, Profiles
from plumbot.features.digest.daily import AT_ONCE, DailyDigest
from plumbot.features.digest.service import DigestService
from plumbot.features.digest.weekly import WeeklyDigest
from plumbot.features.karma.ledger import Change, Ledger
from plumbot.features.karma.standing import Standing
from plumbot.features.menu.command_lists import CommandLists
from plumbot.features.menu.commands import CommandService
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.timers import Timer, Timers
from tests.features.conftest import FixedClock
from tests.features.digest.conftest import CLUB, HOUR, NINE

PEOPLE = list(range(1, AT_ONCE + 8))
ADMIN = 77


def enrol(session: Session, clock: FixedClock) -> None:
    profiles = Profiles(clock, 10)
    for who in PEOPLE:
        profiles.meet(session, Person(who, f"P{who}", language_code="ru"), reachable=True)
        profiles.arrive(session, who)
    Ledger(clock, HOUR.zone).write(session, [Change(who, 1 + (who == 3), "thanks", clock.now()) for who in PEOPLE])


def keys_of(session: Session) -> list[str]:
    return sorted(session.scalars(select(ShownMessage.key)))


async def fire(sessions: SessionManager, clock: FixedClock, timers: list[Timer]) -> None:
    """Two processes at once, and one of them once more."""
    processes = [Timers(sessions, clock, timers) for _ in range(2)]
    for timer in timers:
        await asyncio.gather(*(patiently(process, timer) for process in processes))
        await patiently(Timers(sessions, clock, timers), timer)


async def patiently(process: Timers, timer: Timer) -> None:
    """Who waits too long for the other's piece looks again, as `Timers.run` does."""
    while True:
        try:
            await process.fire(timer)
        except OperationalError as fault:
            if not is_infrastructure(fault):
                raise
        else:
            return


async def test_each_hears_once_and_the_club_once_however_many_processes_look(sessions: SessionManager) -> None:
    clock = FixedClock(NINE - timedelta(minutes=5))
    await sessions.change(enrol, clock)
    profiles, outbox = Profiles(clock, 10), Outbox(clock)
    daily = DailyDigest(HOUR, Standing(), outbox)
    digests = DigestService(clock, profiles, Audit(clock), weekly_by_default=False)
    weekly = WeeklyDigest(HOUR, digests, Standing(), ClubChat(CLUB), outbox)
    await sessions.change(digests.switch_weekly, True, ADMIN)
    assert await sessions.read(digests.is_weekly)
    clock.at = NINE
    timers = [Timer("daily", HOUR.slot, daily.begin, daily.carry_on), Timer("weekly", HOUR.slot, weekly.tell)]
    await fire(sessions, clock, timers)
    expected = sorted([f"digest:{who}:2026-03-01" for who in PEOPLE] + ["digest:week:2026-03-01"])
    assert await sessions.read(keys_of) == expected
    week = await sessions.read(lambda s: s.scalars(select(ShownMessage).where(ShownMessage.chat_id == CLUB)).one())
    assert week.values["movers"][:2] == [["P3", 2], ["P1", 1]]
    assert week.values["newcomer_count"] == len(PEOPLE)


async def test_everybodys_commands_are_asked_for_once(sessions: SessionManager) -> None:
    clock = FixedClock(NINE)
    await sessions.change(enrol, clock)
    places = Places(commands=[Command("help", "Help"), Command("top", "Top", Permission.MEMBER, in_group=True)])
    lists = CommandLists(places, Permissions(1), Profiles(clock, 10), "ru")
    commands = CommandService(lists, clock, Outbox(clock))
    await fire(sessions, clock, [Timer("commands", commands.slot, commands.begin, commands.carry_on)])
    asked = await sessions.read(lambda s: s.scalars(select(BotCall.order_key)).all())
    assert len(asked) == len(set(asked))
    assert {f"commands:{who}.all" for who in PEOPLE} < set(asked)
