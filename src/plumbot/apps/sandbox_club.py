"""The club of the sandbox as the bot knows it on the first day: its members and their slugs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.roster.service import RosterService
from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.signals import Signals
from plumbot.sandbox.options import BOT_ID, CLUB_ID
from plumbot.sandbox.world import World


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
    for person in world.people.all():
        if person.id == BOT_ID or not world.member(CLUB_ID, person.id).inside:
            continue
        known = Person(person.id, person.first_name, person.last_name, person.username, person.language_code)
        profiles.meet(session, known, reachable=person.started or None)
        profiles.arrive(session, person.id)
        roster.claim(session, f"{person.first_name}-Plum-Orchard-Garden-{person.id % 100}-1-24".lower(), person.id)
