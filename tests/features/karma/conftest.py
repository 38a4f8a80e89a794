"""Karma on a real database: people in the club, the usual settings, and updates as Telegram words them."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma.ledger import Ledger, broken_ledgers
from plumbot.features.karma.options import KarmaOptions
from plumbot.features.karma.service import KarmaService
from plumbot.features.karma.statistics import StatisticsService
from plumbot.features.karma.tables import KarmaEvent
from plumbot.kit.settings import Settings
from tests.features.conftest import FixedClock

CLUB = -1001234567890
ZONE = ZoneInfo("Europe/Berlin")
MIRA, OLEG, ADA, NINA = 1002, 1004, 1003, 1001
NAMES = {MIRA: "Mira", OLEG: "Oleg", ADA: "Ада", NINA: "Nina"}

Json = dict[str, Any]
numbers = itertools.count(1)


def options(cap: int = 10, zone: ZoneInfo = ZONE) -> KarmaOptions:
    said = Settings().karma
    return KarmaOptions.read(said.positive_words, said.positive_reactions, said.negative_reactions, cap, zone)


def user(user_id: int, **other: Any) -> Json:
    return {"id": user_id, "is_bot": False, "first_name": NAMES.get(user_id, f"P{user_id}")} | other


def message(
    number: int, author: int, text: str = "hello", *, at: datetime, to: Json | None = None, **other: Any
) -> Json:
    content: Json = {
        "message_id": number, "from": user(author), "chat": {"id": CLUB, "type": "supergroup"},
        "date": int(at.timestamp()), "text": text,
    }  # fmt: skip
    if to is not None:
        content["reply_to_message"] = to["message"]
    return {"update_id": next(numbers), "message": content | other}


def reaction(number: int, voter: int, now: Iterable[str], before: Iterable[str] = (), *, at: datetime) -> Json:
    def each(emoji: Iterable[str]) -> list[Json]:
        return [{"type": "emoji", "emoji": one} for one in emoji]

    content = {
        "message_id": number, "user": user(voter), "chat": {"id": CLUB, "type": "supergroup"},
        "date": int(at.timestamp()), "old_reaction": each(before), "new_reaction": each(now),
    }  # fmt: skip
    return {"update_id": next(numbers), "message_reaction": content}


@dataclass
class Talk:
    """The club's chat: people write, answer and react; each call is one batch of one."""

    session: Session
    clock: FixedClock
    service: KarmaService
    statistics: StatisticsService
    ledger: Ledger
    messages: dict[int, Json] = field(default_factory=dict)

    def hears(self, *updates: Json) -> None:
        self.service.observe(self.session, updates)

    def says(self, author: int, text: str = "hello", to: int | None = None, **other: Any) -> int:
        number = 100 + len(self.messages)
        answered = self.messages[to] if to is not None else None
        self.messages[number] = message(number, author, text, at=self.clock.now(), to=answered, **other)
        self.hears(self.messages[number])
        return number

    def reacts(self, voter: int, number: int, *now: str) -> None:
        self.hears(reaction(number, voter, now, at=self.clock.now()))

    def karma(self, user_id: int) -> int:
        assert broken_ledgers(self.session) == []
        return self.session.scalars(select(Profile.karma).where(Profile.user_id == user_id)).one()

    def deltas(self, user_id: int) -> list[int]:
        return list(
            self.session.scalars(select(KarmaEvent.delta).where(KarmaEvent.user_id == user_id).order_by(KarmaEvent.id))
        )


def enrol(session: Session, clock: FixedClock, people: Sequence[int]) -> None:
    profiles = Profiles(clock, 10)
    for person in people:
        profiles.meet(session, Person(person, NAMES.get(person, f"P{person}")))
        profiles.arrive(session, person)
    session.flush()


def talk_in(session: Session, clock: FixedClock, cap: int = 10, zone: ZoneInfo = ZONE) -> Talk:
    profiles, ledger = Profiles(clock, 10), Ledger(clock, zone)
    service = KarmaService(clock, ledger, ClubChat(CLUB), profiles, Audit(clock), options(cap, zone))
    return Talk(session, clock, service, StatisticsService(clock, profiles, zone), ledger)


@pytest.fixture
def talk(session: Session, clock: FixedClock) -> Talk:
    enrol(session, clock, [MIRA, OLEG, ADA])
    return talk_in(session, clock)
