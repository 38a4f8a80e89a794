"""What the menu needs of other features."""

from typing import Protocol

from sqlalchemy.orm import Session


class Underway(Protocol):
    """A feature in which a person may be in the middle of something."""

    def bring_up(self, session: Session, user_id: int) -> bool:
        """Show anew what the person has under way (a question, a status); False when there is nothing."""

    def ask_again(self, session: Session, user_id: int) -> None:
        """Ask anew what the person is being asked, if anything."""
