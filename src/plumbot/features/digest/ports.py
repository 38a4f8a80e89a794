"""What the digest needs of karma."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from plumbot.club.tables import Profile


class Changes(Protocol):
    """What changed on the club's days."""

    def place(self, session: Session, profile: Profile) -> int:
        """Counted from 1."""

    def changed_on(self, session: Session, day: date, after: int, most: int) -> Sequence[tuple[int, int, int]]:
        """People with an id above `after` whose karma changed that day, by id: who, plus, minus."""

    def movers(self, session: Session, first: date, last: date, most: int) -> Sequence[tuple[Profile, int]]:
        """Members who gained most between two days, both included."""
