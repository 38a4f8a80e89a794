"""The club of the sandbox as the bot knows it on the first day: members, their slugs, and who thanked whom before."""

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma.ledger import Change, Ledger
from plumbot.features.karma.rules import REACTION, THANKS
from plumbot.features.roster.service import RosterService
from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.signals import Signals
from plumbot.sandbox.options import BOT_ID, CLUB_ID
from plumbot.sandbox.seed import ADA
from plumbot.sandbox.world import World

DAYS_REMEMBERED = 60
THANKS_A_DAY = 4
FIRST_JOINED_DAYS_AGO = 70


async def fill(url: str, world: World) -> None:
    """Whoever is in the sandbox's club chat becomes a member with a slug, unless the bot knows people already."""
    sessions = open_database(url, Signals())
    try:
        await sessions.change(_fill, world)
    finally:
        await sessions.close()


def _fill(session: Session, world: World) -> None:
    if session.scalar(select(Profile.user_id).limit(1)) is not None:
        return
    profiles = Profiles(SystemClock(), karma_start=10)
    roster = RosterService(SystemClock(), Audit(SystemClock()))
    members: list[int] = []
    for person in world.people.all():
        if person.id == BOT_ID or not world.member(CLUB_ID, person.id).inside:
            continue
        known = Person(person.id, person.first_name, person.last_name, person.username, person.language_code)
        profiles.meet(session, known, reachable=person.started or None)
        profiles.arrive(session, person.id)
        _was_there_before(session, person.id)
        roster.claim(session, f"{person.first_name}-Plum-Orchard-Garden-{person.id % 100}-1-24".lower(), person.id)
        if person.id != ADA:  # one member has nothing to show yet: that, too, is to be seen
            members.append(person.id)
    _remember(session, members, _messages_of(world))


def _was_there_before(session: Session, user_id: int) -> None:
    """Whoever is thanked or writes in what is remembered had joined before it."""
    joined = SystemClock().now() - timedelta(days=FIRST_JOINED_DAYS_AGO + user_id % 30)
    profile = session.get_one(Profile, user_id)
    profile.joined_at = profile.created_at = joined


def _messages_of(world: World) -> dict[int, list[tuple[float, int]]]:
    """Author to what they wrote in the club: when, and the message's number; oldest first."""
    found: dict[int, list[tuple[float, int]]] = {}
    for message in world.messages.where(lambda m: m.chat_id == CLUB_ID):
        found.setdefault(message.from_id, []).append((message.date, message.message_id))
    return {author: sorted(wrote) for author, wrote in found.items()}


def _remember(session: Session, members: list[int], wrote: dict[int, list[tuple[float, int]]]) -> None:
    """Who thanked whom for which message in the last weeks; by dice that fall the same each time."""
    dice, clock, zone = Random(7), SystemClock(), ZoneInfo("Europe/Moscow")  # noqa: S311  # no secrets here
    if len(members) < 2:
        return
    changes = []
    for number in range(DAYS_REMEMBERED * THANKS_A_DAY):
        giver, receiver = dice.sample(members, 2)
        at = clock.now() - timedelta(days=DAYS_REMEMBERED - number / THANKS_A_DAY) - timedelta(hours=dice.random())
        before = [message for date, message in wrote.get(receiver, []) if date < at.timestamp()]
        delta = -1 if dice.random() < 0.1 else 1
        reason = THANKS if delta > 0 and dice.random() < 0.4 else REACTION
        if before:
            changes.append(Change(receiver, delta, reason, at, giver, CLUB_ID, before[-1]))
    Ledger(clock, zone).write(session, changes)
