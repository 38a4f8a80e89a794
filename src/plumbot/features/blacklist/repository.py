"""The questions the blacklist answers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plumbot.features.blacklist.tables import Blacklisted


def found(session: Session, user_id: int) -> Blacklisted | None:
    return session.get(Blacklisted, user_id)


def newest(session: Session, last: Blacklisted | None, limit: int) -> Sequence[Blacklisted]:
    """The newest entries, or those that were added before this one."""
    query = select(Blacklisted).order_by(Blacklisted.created_at.desc(), Blacklisted.user_id.desc()).limit(limit)
    if last is not None:
        same = (Blacklisted.created_at == last.created_at) & (Blacklisted.user_id < last.user_id)
        query = query.where(
            Blacklisted.created_at <= last.created_at, (Blacklisted.created_at < last.created_at) | same
        )
    return session.scalars(query).all()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Blacklisted)) or 0


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
