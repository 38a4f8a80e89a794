"""What forgetting somebody needs of other features."""

from typing import Protocol

from sqlalchemy.orm import Session


class Applications(Protocol):
    """Who is forgotten has nothing open any more."""

    def withdraw_open(self, session: Session, user_id: int) -> None:
        """The person's open application ends, cards and links with it."""
