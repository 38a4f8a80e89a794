"""What the profile needs of others."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from plumbot.club.tables import Profile


class Standing(Protocol):
    """Where somebody stands, and how it came about."""

    def place(self, session: Session, profile: Profile) -> int:
        """Counted from 1."""

    def changes_by_day(self, session: Session, user_id: int, since: date) -> Mapping[date, int]:
        """What karma gained or lost on each of the club's days since that one; days without a change are left out."""
