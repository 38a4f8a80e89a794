"""Questions of /stats, /why and /top."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma.ledger import is_news
from plumbot.features.karma.tables import KarmaDay, KarmaEvent

PLUS, MINUS = func.sum(KarmaDay.plus), func.sum(KarmaDay.minus)
NET = PLUS - MINUS


class Day(NamedTuple):
    """One day of one person."""

    day: date
    plus: int
    minus: int


class Giver(NamedTuple):
    """Somebody who gave, and what."""

    actor_id: int
    plus: int
    minus: int


class Mover(NamedTuple):
    """Somebody whose karma changed in a period, and by how much."""

    profile: Profile
    net: int


def days_of(session: Session, user_id: int) -> list[Day]:
    """Oldest first."""
    query = select(KarmaDay.day, KarmaDay.plus, KarmaDay.minus).where(KarmaDay.user_id == user_id)
    return [Day(*row) for row in session.execute(query.order_by(KarmaDay.day))]


def biggest_givers(session: Session, user_id: int, most: int) -> list[Giver]:
    """Who gave this person most by votes, all told; those who took more than they gave are not among them."""
    plus = func.sum(case((KarmaEvent.delta > 0, KarmaEvent.delta), else_=0))
    minus = func.sum(case((KarmaEvent.delta < 0, -KarmaEvent.delta), else_=0))
    query = (
        select(KarmaEvent.actor_id, plus, minus)
        .where(KarmaEvent.user_id == user_id, KarmaEvent.actor_id.is_not(None), KarmaEvent.message_id.is_not(None))
        .group_by(KarmaEvent.actor_id)
        .having(plus > minus)
        .order_by((plus - minus).desc(), KarmaEvent.actor_id)
        .limit(most)
    )
    return [Giver(actor, int(given), int(taken)) for actor, given, taken in session.execute(query)]


def last_changes(session: Session, user_id: int, most: int) -> Sequence[KarmaEvent]:
    """Newest first."""
    query = select(KarmaEvent).where(KarmaEvent.user_id == user_id, is_news(), KarmaEvent.delta != 0)
    return session.scalars(query.order_by(KarmaEvent.created_at.desc(), KarmaEvent.id.desc()).limit(most)).all()


def best_since(session: Session, first: date, most: int) -> list[Mover]:
    """Who gained most since that day."""
    query = (
        select(Profile, NET)
        .join(KarmaDay, KarmaDay.user_id == Profile.user_id)
        .where(KarmaDay.day >= first, Profile.in_club)
        .group_by(Profile.user_id)
        .having(NET > 0)
        .order_by(NET.desc(), Profile.joined_at.asc().nulls_last(), Profile.user_id)
        .limit(most)
    )
    return [Mover(profile, int(net)) for profile, net in session.execute(query)]


def place_since(session: Session, profile: Profile, first: date) -> tuple[int, int]:
    """The person's place among those who gained since that day (0 when they did not), and their gain."""
    own = select(func.coalesce(NET, 0)).where(KarmaDay.user_id == profile.user_id, KarmaDay.day >= first)
    net = int(session.scalar(own) or 0)
    if net <= 0:
        return 0, net
    earlier = Profile.joined_at < profile.joined_at if profile.joined_at else Profile.joined_at.is_not(None)
    same_day = Profile.joined_at == profile.joined_at if profile.joined_at else Profile.joined_at.is_(None)
    sooner = or_(earlier, and_(same_day, Profile.user_id < profile.user_id))
    gains = (
        select(KarmaDay.user_id, NET.label("net"))
        .where(KarmaDay.day >= first)
        .group_by(KarmaDay.user_id)
        .having(net <= NET)
        .subquery()
    )
    ahead = (
        select(func.count())
        .select_from(gains)
        .join(Profile, Profile.user_id == gains.c.user_id)
        .where(Profile.in_club, or_(gains.c.net > net, sooner))
    )
    return (session.scalar(ahead) or 0) + 1, net


def people_by_id(session: Session, ids: Sequence[int]) -> dict[int, Profile]:
    found = session.scalars(select(Profile).where(Profile.user_id.in_(ids)))
    return {profile.user_id: profile for profile in found}
