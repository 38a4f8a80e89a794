"""What admission needs of the rest of the club."""

from typing import Protocol

from sqlalchemy.orm import Session


class Applications(Protocol):
    """Who was approved."""

    def approved_of(self, session: Session, user_id: int) -> tuple[int, str] | None:
        """Id and slug of the person's approved application."""

    def mark_accepted(self, session: Session, application_id: int) -> None:
        """The applicant accepted the rules."""

    def finish(self, session: Session, user_id: int) -> tuple[int, str] | None:
        """The person is inside: their open application is done. Its id and slug."""

    def refresh(self, session: Session, application_id: int) -> None:
        """Something else that its cards tell of has changed."""


class Roster(Protocol):
    """Whose slug is whose."""

    def claim(self, session: Session, slug: str, user_id: int) -> bool:
        """The slug is the person's now; False when it is somebody else's."""


class Blacklist(Protocol):
    """Who may not join."""

    def has(self, session: Session, user_id: int) -> bool: ...

    def add(self, session: Session, user_id: int, *, by: int | None, reason: str) -> bool:
        """Keep the person out from now on, and remove them if they are inside."""

    def keep_out(self, session: Session, user_id: int) -> None:
        """Remove somebody who is listed and came in all the same."""
