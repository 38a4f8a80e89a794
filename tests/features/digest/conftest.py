"""A club whose clock stands at nine in the evening in Moscow, on a Sunday."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.digest.daily import DailyDigest, DigestHour
from plumbot.features.digest.service import DigestService
from plumbot.features.digest.weekly import WeeklyDigest
from plumbot.features.karma.standing import Standing
from plumbot.features.karma.tables import KarmaDay
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from tests.features.conftest import FixedClock

CLUB = -1001234567890
SUNDAY = date(2026, 3, 1)
NINE = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
HOUR = DigestHour(time(21), ZoneInfo("Europe/Moscow"))

Earns = Callable[..., None]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NINE)


@pytest.fixture
def profiles(clock: FixedClock) -> Profiles:
    return Profiles(clock, 10)


@pytest.fixture
def daily(clock: FixedClock) -> DailyDigest:
    return DailyDigest(HOUR, Standing(), Outbox(clock))


@pytest.fixture
def digests(clock: FixedClock, profiles: Profiles) -> DigestService:
    return DigestService(clock, profiles, Audit(clock), weekly_by_default=False)


@pytest.fixture
def weekly(digests: DigestService, clock: FixedClock) -> WeeklyDigest:
    return WeeklyDigest(HOUR, digests, Standing(), ClubChat(CLUB), Outbox(clock))


@pytest.fixture
def earns(profiles: Profiles) -> Earns:
    def earn(session: Session, who: int, plus: int, minus: int = 0, day: date = SUNDAY, **other: object) -> None:
        """A member, reachable, whose karma changed that day; `other` are columns of the profile."""
        profile = profiles.meet(session, Person(who, f"P{who}"), reachable=True)
        profile.in_club = True
        profile.karma += plus - minus
        for name, value in other.items():
            setattr(profile, name, value)
        session.add(KarmaDay(user_id=who, day=day, plus=plus, minus=minus))
        session.flush()

    return earn


def told(session: Session) -> list[ShownMessage]:
    return list(session.scalars(select(ShownMessage).order_by(ShownMessage.id)))


def who_is_told(session: Session) -> list[int]:
    return [row.chat_id for row in told(session)]


def profile_of(session: Session, who: int) -> Profile:
    return session.scalars(select(Profile).where(Profile.user_id == who)).one()
