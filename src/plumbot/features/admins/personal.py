"""What is kept of people here: that they are admins, and whom they appointed. An admin cannot be forgotten as long."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.club.tables import Admin


def export(session: Session, user_id: int) -> Any:
    row = session.get(Admin, user_id)
    return exported(row, "source", "away", "created_at") if row else None


def erase(session: Session, user_id: int) -> None:
    session.execute(update(Admin).where(Admin.added_by == user_id).values(added_by=None))


ADMINS = PersonalData("admin", export, erase)
