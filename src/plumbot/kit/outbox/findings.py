"""What the sender finds out on its way and has to tell the club; each hook runs in the unit that notes the finding."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from plumbot.kit.documents import Documents
from plumbot.kit.outbox import repository


@dataclass(frozen=True)
class SenderHooks:
    """A recipient's language; a chat that takes no messages; a group's new id; what will never be sent; files."""

    language_of: Callable[[Session, int], str]
    unreachable: Callable[[Session, int], None]
    migrated: Callable[[Session, int, int], None]
    lost: Callable[[Session, str, str], None]
    documents: Documents = field(default_factory=Documents)

    def moved(self, session: Session, old: int, new: int) -> None:
        """Everything that waits goes to the new id, and the club learns it."""
        repository.follow_migration(session, old, new)
        self.migrated(session, old, new)
