"""What applying needs of the rest of the club."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session


class Roster(Protocol):
    """Whose slug is whose."""

    def standing(self, session: Session, slug_key: str, user_id: int) -> str:
        """`free`, `unclaimed` (listed, nobody's yet), `mine` or `taken` (somebody else's)."""


class Blacklist(Protocol):
    """Who may not join."""

    def has(self, session: Session, user_id: int) -> bool: ...


class Invites(Protocol):
    """Personal links."""

    def open_until(self, session: Session, user_id: int) -> datetime | None:
        """When the person's link expires; None when there is none that works."""


class Inside(Protocol):
    """What follows when somebody who applies is in the club chat already."""

    def confirm(self, session: Session, user_id: int, slug: str) -> None:
        """Profile and roster know it, an open link is revoked, admins are told."""
