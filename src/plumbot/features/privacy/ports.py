"""What forgetting somebody needs of other features."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session


class Applications(Protocol):
    """Who is forgotten has nothing open any more."""

    def stays(self, session: Session, user_id: int) -> Sequence[str]:
        """What of them would be kept for a while, and why, as msgids."""

    def let_go(self, session: Session, user_id: int) -> None:
        """The person's open application ends, cards and links with it; their name leaves the cards of others."""
