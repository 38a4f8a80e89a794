"""Ten thousand sequences of members who thank, react, toggle and repeat, in any order and in batches of any size:
karma is what a simple-minded oracle says that goes through the same updates one by one.

Many sequences run beside each other, each with its own people and messages, mixed into the same batches.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma.ledger import Ledger, broken_ledgers
from plumbot.features.karma.service import KarmaService
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from tests.features.conftest import NOON, FixedClock
from tests.features.karma.conftest import CLUB, ZONE, options
from tests.features.karma.oracle import Json, Members, Oracle, disturbed, unlike_before

SEQUENCES, PARTS = 10_000, 4  # in parts so that they run beside each other
BESIDE = 250  # sequences in one stream
PEOPLE_EACH = 3
ROOM = 100  # ids and message numbers of one sequence


@dataclass
class Course:
    """A few people for themselves: what they do, and what the oracle says of it."""

    people: list[int]
    updates: list[Json]
    oracle: Oracle


def sequence(dice: random.Random, number: int, steps: int, cap: int) -> Course:
    first = number * ROOM
    people = [first + each for each in range(1, PEOPLE_EACH + 1)]
    members = Members(dice, people, first + 8, first + 9, first)
    begun = NOON + timedelta(minutes=dice.randrange(42 * 60))
    done = [members.act(begun + timedelta(seconds=dice.choice([0, 1, 30]) * step)) for step in range(steps)]
    updates = disturbed(dice, done, 1_000_000_000 + first)
    oracle = Oracle(cap, people)
    for update in unlike_before(updates):
        oracle.hear(update)
    return Course(people, updates, oracle)


def mixed(dice: random.Random, sequences: Sequence[Course]) -> list[Json]:
    """One stream of all; each sequence keeps its own order."""
    turns = [one for one in sequences for _ in one.updates]
    dice.shuffle(turns)
    streams = {id(one): iter(one.updates) for one in sequences}
    return [next(streams[id(one)]) for one in turns]


def enrol_many(session: Session, people: Sequence[int], now: datetime) -> None:
    rows = [
        {
            "user_id": who, "first_name": f"P{who}", "karma_start": 10, "karma": 10, "in_club": True,
            "created_at": now, "updated_at": now,
        }
        for who in people
    ]  # fmt: skip
    session.execute(insert(Profile), rows)


def karma_of_everybody(session: Session) -> dict[int, int]:
    return dict(iter(session.execute(select(Profile.user_id, Profile.karma))))


def intake_of(sessions: SessionManager, clock: FixedClock, cap: int) -> Intake:
    service = KarmaService(clock, Ledger(clock, ZONE), ClubChat(CLUB), Profiles(clock, 10), Audit(clock), options(cap))
    return Intake(sessions, clock, 1, GroupInterest({"stats"}, ()), [service.observe])


async def run(sessions: SessionManager, dice: random.Random, sequences: Sequence[Course], cap: int) -> None:
    clock = FixedClock(NOON + timedelta(days=1, hours=20))
    await sessions.change(enrol_many, [who for one in sequences for who in one.people], NOON)
    intake, updates = intake_of(sessions, clock, cap), mixed(dice, sequences)
    while updates:
        batch = dice.choice([1, 7, 100, 100, 300])
        await intake.take(updates[:batch])
        updates = updates[batch:]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)  # the other: the long sequences below
async def test_ten_thousand_random_sequences_give_the_oracles_karma(sessions: SessionManager, part: int) -> None:
    dice, changed = random.Random(part), 0
    numbers = iter(range(1, SEQUENCES))
    for _ in range(SEQUENCES // PARTS // BESIDE):
        cap = dice.choice([1, 2, 3, 10])
        sequences = [sequence(dice, next(numbers), dice.randrange(4, 13), cap) for _ in range(BESIDE)]
        await run(sessions, dice, sequences, cap)
        found = await sessions.read(karma_of_everybody)
        for one in sequences:
            assert {who: found[who] for who in one.people} == one.oracle.karma, one.updates
            changed += set(one.oracle.karma.values()) != {10}
    assert await sessions.read(broken_ledgers) == []
    assert changed > SEQUENCES // PARTS // 3  # the dice make what is worth comparing


@pytest.mark.parametrize(
    ("on_both", "seed", "cap"),
    [("sqlite", 0, 10), ("sqlite", 1, 2), ("sqlite", 2, 4), ("sqlite", 3, 10), ("postgres", 4, 3)],
    indirect=["on_both"],
)
async def test_a_long_sequence_gives_the_oracles_karma(sessions: SessionManager, seed: int, cap: int) -> None:
    """Thousands of steps of the same people, so that days end and caps are reached."""
    dice, steps, people = random.Random(seed), 2_500, list(range(1, 9))
    members, oracle = Members(dice, people, 9, 10), Oracle(cap, people)
    done = [members.act(NOON + timedelta(seconds=30 * step)) for step in range(steps)]
    one = Course(people, disturbed(dice, done, 10_000_000), oracle)
    for update in unlike_before(one.updates):
        oracle.hear(update)
    await run(sessions, dice, [one], cap)
    assert await sessions.read(karma_of_everybody) == oracle.karma
    assert await sessions.read(broken_ledgers) == []
    assert len(set(oracle.karma.values())) > 3
    assert any(spent >= cap for spent in oracle.spent.values())
