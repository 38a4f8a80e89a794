"""Who stands where: karma, then the earliest to join (unknown last), then the user id.

The place of one among many is counted from the nearest of the marks, which are set anew every minute: no more than
a thousand rows of the index are read. In a club of less than a thousand there are none. Every question stays
inside one *stretch* (the same karma, joining known or not), in which the index has the order of the ranking.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma.tables import KarmaMark
from plumbot.kit.tables import UtcDateTime

STEP = 1_000
ORDER = (Profile.joined_at, Profile.user_id)

Conditions = list[ColumnElement[bool]]


class Standing(NamedTuple):
    """What decides a place."""

    karma: int
    joined_at: datetime | None
    user_id: int

    @property
    def known(self) -> bool:
        return self.joined_at is not None


def best(session: Session, most: int) -> list[Profile]:
    """From the top down, a stretch at a time: sorting all who have the same karma would take long in a young club."""
    found: list[Profile] = []
    karma = session.scalar(select(func.max(Profile.karma)).where(Profile.in_club))
    while karma is not None and len(found) < most:
        for known in (True, False):
            query = select(Profile).where(Profile.in_club, *_stretch(karma, known=known)).order_by(*ORDER)
            found += session.scalars(query.limit(most - len(found)))
        karma = session.scalar(select(func.max(Profile.karma)).where(Profile.in_club, Profile.karma < karma))
    return found


def place_of(session: Session, profile: Profile) -> int:
    """Counted from 1; who is outside is placed as if inside."""
    mine = Standing(profile.karma, profile.joined_at, profile.user_id)
    mark = _last_mark_before(session, mine)
    if mark is None:
        return 1 + sum(_count(session, part) for part in _from_the_top(mine))
    start = Standing(mark.karma, mark.joined_at, mark.user_id)
    return mark.place + sum(_count(session, part) for part in _between(start, mine))


def set_marks(session: Session, _now: datetime, step: int = STEP) -> None:
    """A timer's work: walk down the ranking, a step at a time."""
    session.execute(delete(KarmaMark))
    sizes = select(Profile.karma, func.count(), func.count(Profile.joined_at)).where(Profile.in_club)
    place = 1
    for karma, people, known in session.execute(sizes.group_by(Profile.karma).order_by(Profile.karma.desc())).all():
        for is_known, size in ((True, known), (False, people - known)):
            for mark in _marks_of(session, karma, is_known, place, size, step):
                session.add(mark)
            place += size


def _marks_of(session: Session, karma: int, known: bool, place: int, size: int, step: int) -> Iterator[KarmaMark]:
    """Of a stretch that begins at `place`: every place that follows a whole number of steps."""
    found: Standing | None = None
    at, next_place = place, max(1, -(-(place - 1) // step)) * step + 1
    while next_place < place + size:
        part = _stretch(karma, known=known) if found is None else _stretch_from(found)
        query = select(Profile.karma, Profile.joined_at, Profile.user_id).where(Profile.in_club, *part)
        row = session.execute(query.order_by(*ORDER).offset(next_place - at).limit(1)).first()
        if row is None:
            return
        found, at = Standing(*row), next_place
        yield KarmaMark(place=at, karma=found.karma, joined_at=found.joined_at, user_id=found.user_id)
        next_place += step


def _count(session: Session, part: Conditions) -> int:
    return session.scalar(select(func.count()).select_from(Profile).where(Profile.in_club, *part)) or 0


def _from_the_top(one: Standing) -> list[Conditions]:
    """The parts of the ranking before `one`."""
    parts = [[Profile.karma > one.karma], _stretch_before(one)]
    return parts if one.known else [*parts, _stretch(one.karma, known=True)]


def _between(start: Standing, one: Standing) -> list[Conditions]:
    """The parts of the ranking from `start` on and before `one`."""
    if (start.karma, start.known) == (one.karma, one.known):
        return [_stretch_from(start) + _stretch_before(one)]
    parts = [_stretch_from(start), _stretch_before(one)]
    if start.karma != one.karma:
        parts.append([Profile.karma < start.karma, Profile.karma > one.karma])
        if start.known:
            parts.append(_stretch(start.karma, known=False))
        if not one.known:
            parts.append(_stretch(one.karma, known=True))
    return parts


def _stretch(karma: int, *, known: bool) -> Conditions:
    joined = Profile.joined_at.is_not(None) if known else Profile.joined_at.is_(None)
    return [Profile.karma == karma, joined]


def _stretch_from(start: Standing) -> Conditions:
    if not start.known:
        return [*_stretch(start.karma, known=False), Profile.user_id >= start.user_id]
    return [Profile.karma == start.karma, tuple_(*ORDER) >= _when(start)]


def _stretch_before(one: Standing) -> Conditions:
    if not one.known:
        return [*_stretch(one.karma, known=False), Profile.user_id < one.user_id]
    return [Profile.karma == one.karma, tuple_(*ORDER) < _when(one)]


def _when(one: Standing) -> ColumnElement[Any]:
    return tuple_(bindparam(None, one.joined_at, UtcDateTime), bindparam(None, one.user_id, BigInteger))


def _last_mark_before(session: Session, one: Standing) -> KarmaMark | None:
    same, mark = KarmaMark.karma == one.karma, KarmaMark
    if one.joined_at is None:
        within = or_(mark.joined_at.is_not(None), mark.user_id < one.user_id)
    else:
        within = or_(mark.joined_at < one.joined_at, and_(mark.joined_at == one.joined_at, mark.user_id < one.user_id))
    before = or_(mark.karma > one.karma, and_(same, within))
    return session.scalar(select(mark).where(before).order_by(mark.place.desc()).limit(1))
