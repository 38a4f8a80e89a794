"""What the digest asks the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.kit.switches import Switch

UNDER_WAY = "digest.under_way"


def who_wants_it(session: Session, people: Sequence[int]) -> dict[int, Profile]:
    """Those of these people who are inside, can be written to, and wish it."""
    wishes = (Profile.in_club, Profile.reachable, Profile.digest)
    found = session.scalars(select(Profile).where(Profile.user_id.in_(people), *wishes))
    return {profile.user_id: profile for profile in found}


def under_way(session: Session) -> Switch | None:
    """How far today's digests are; nobody else carries them on meanwhile."""
    return session.scalar(select(Switch).where(Switch.name == UNDER_WAY).with_for_update())


def newcomers(session: Session, since: datetime, until: datetime, most: int) -> tuple[int, Sequence[Profile]]:
    """How many members joined in this time, and the first of them."""
    new = (Profile.in_club, Profile.joined_at >= since, Profile.joined_at < until)
    count = session.scalar(select(func.count()).select_from(Profile).where(*new)) or 0
    return count, session.scalars(select(Profile).where(*new).order_by(Profile.joined_at).limit(most)).all()
