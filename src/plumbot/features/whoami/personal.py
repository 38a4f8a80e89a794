"""What is kept of people here: questions that wait for their answer."""

from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.club.tables import Profile
from plumbot.features.whoami.tables import Lookup


def export(session: Session, user_id: int) -> Any:
    rows = session.scalars(select(Lookup).where(Lookup.user_id == user_id).order_by(Lookup.id))
    return [exported(row, "username", "created_at") for row in rows]


def erase(session: Session, user_id: int) -> None:
    """One's own questions, and those of others about oneself."""
    name = select(Profile.username_key).where(Profile.user_id == user_id).scalar_subquery()
    session.execute(delete(Lookup).where(or_(Lookup.user_id == user_id, func.lower(Lookup.username) == name)))


WHOAMI = PersonalData("questions_about_people", export, erase)
