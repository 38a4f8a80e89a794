"""Who stands where: karma, then the earliest to join (unknown last), then the user id.

The place of one among many is counted from the nearest of the marks, which are set anew every minute: never more
than a thousand rows are read. In a club of less than two thousand there are none, and places are exact.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma.tables import KarmaMark

STEP = 1_000
ORDER = (Profile.karma.desc(), Profile.joined_at.asc().nulls_last(), Profile.user_id.asc())


class Standing(NamedTuple):
    """What decides a place."""

    karma: int
    joined_at: datetime | None
    user_id: int


def best(session: Session, most: int) -> list[Profile]:
    return list(session.scalars(select(Profile).where(Profile.in_club).order_by(*ORDER).limit(most)))


def place_of(session: Session, profile: Profile) -> int:
    """Counted from 1; who is outside is placed as if inside."""
    mine = Standing(profile.karma, profile.joined_at, profile.user_id)
    mark = _last_mark_before(session, mine)
    start = None if mark is None else Standing(mark.karma, mark.joined_at, mark.user_id)
    between = _from(start) if start is not None else [Profile.in_club]
    ahead = sum(_count(session, [*between, part]) for part in _ahead_of(Profile, mine))
    return ahead + (mark.place if mark is not None else 1)


def set_marks(session: Session, _now: datetime, step: int = STEP) -> None:
    """A timer's work: jump through the index of the ranking, a step at a time."""
    session.execute(delete(KarmaMark))
    found: Standing | None = None
    place = 1
    while (found := _after(session, found, step)) is not None:
        place += step
        session.add(KarmaMark(place=place, karma=found.karma, joined_at=found.joined_at, user_id=found.user_id))


def _after(session: Session, start: Standing | None, step: int) -> Standing | None:
    """Who stands so many places behind."""
    query = select(Profile.karma, Profile.joined_at, Profile.user_id).where(Profile.in_club)
    if start is not None:
        query = query.where(*_from(start))
    row = session.execute(query.order_by(*ORDER).offset(step).limit(1)).first()
    return Standing(*row) if row else None


def _count(session: Session, conditions: list[Any]) -> int:
    query = select(func.count()).select_from(Profile).where(Profile.in_club, *conditions)
    return session.scalar(query) or 0


def _ahead_of(of: Any, one: Standing) -> list[ColumnElement[bool]]:
    """Ranges of the index that hold those who stand before `one`: first by karma, then within the same karma."""
    higher = of.karma > one.karma
    same = of.karma == one.karma
    if one.joined_at is None:
        return [
            higher,
            and_(same, of.joined_at.is_not(None)),
            and_(same, of.joined_at.is_(None), of.user_id < one.user_id),
        ]
    earlier = and_(same, of.joined_at < one.joined_at)
    return [higher, earlier, and_(same, of.joined_at == one.joined_at, of.user_id < one.user_id)]


def _from(start: Standing) -> list[ColumnElement[bool]]:
    """Those who stand at `start` or behind it; the first condition bounds the walk through the index."""
    if start.joined_at is None:
        behind = and_(Profile.joined_at.is_(None), Profile.user_id >= start.user_id)
    else:
        at_once = and_(Profile.joined_at == start.joined_at, Profile.user_id >= start.user_id)
        behind = or_(Profile.joined_at > start.joined_at, Profile.joined_at.is_(None), at_once)
    return [Profile.karma <= start.karma, or_(Profile.karma < start.karma, behind)]


def _last_mark_before(session: Session, one: Standing) -> KarmaMark | None:
    before = or_(*_ahead_of(KarmaMark, one))
    return session.scalar(select(KarmaMark).where(before).order_by(KarmaMark.place.desc()).limit(1))
