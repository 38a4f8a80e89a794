"""The questions the blacklist answers."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from plumbot.features.blacklist.tables import Blacklisted


def found(session: Session, user_id: int) -> Blacklisted | None:
    return session.get(Blacklisted, user_id)


def take_off(session: Session, user_id: int) -> dict[str, Any] | None:
    """What the entry said; None when there was none, or when somebody else was quicker."""
    gone = (
        delete(Blacklisted)
        .where(Blacklisted.user_id == user_id)
        .returning(Blacklisted.reason, Blacklisted.added_by)
        .execution_options(synchronize_session="fetch")
    )
    row = session.execute(gone).one_or_none()
    return {"reason": row.reason, "added_by": row.added_by} if row else None
