"""What the menu asks the database."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile


def how_many_are_inside(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Profile).where(Profile.in_club)) or 0
