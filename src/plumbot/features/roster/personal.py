"""What is kept of people here: that a line of the club's list is theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.features.roster.tables import RosterEntry
from plumbot.kit.refusals import N_

LINE_STAYS = N_(
    "Your line in the club's list of members stays: the list is the club's own. It is nobody's from then on, "
    "and an admin can take it off."
)


def export(session: Session, user_id: int) -> Any:
    return [exported(row, "slug", "created_at") for row in _theirs(session, user_id)]


def erase(session: Session, user_id: int) -> None:
    session.execute(update(RosterEntry).where(RosterEntry.user_id == user_id).values(user_id=None))
    session.execute(update(RosterEntry).where(RosterEntry.added_by == user_id).values(added_by=None))


def words(session: Session, user_id: int) -> Sequence[str]:
    return [row.slug for row in _theirs(session, user_id)]


def stays(session: Session, user_id: int) -> Sequence[str]:
    return [LINE_STAYS] if _theirs(session, user_id) else []


def _theirs(session: Session, user_id: int) -> Sequence[RosterEntry]:
    return session.scalars(select(RosterEntry).where(RosterEntry.user_id == user_id).order_by(RosterEntry.id)).all()


ROSTER = PersonalData("list_of_members", export, erase, words, stays)
