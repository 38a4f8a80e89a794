"""What is asked of the waiting questions."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plumbot.features.whoami.tables import Lookup


def open_lookups(session: Session, under_way: Collection[int], limit: int) -> Sequence[Lookup]:
    """The oldest that nobody works at."""
    waiting = select(Lookup).where(Lookup.id.not_in(under_way))
    return session.scalars(waiting.order_by(Lookup.id).limit(limit)).all()


def open_of(session: Session, user_id: int) -> int:
    """How many answers the person waits for."""
    return session.scalar(select(func.count()).select_from(Lookup).where(Lookup.user_id == user_id)) or 0


def take(session: Session, lookup_id: int) -> Lookup | None:
    """The question, for the one who answers it; None for whoever comes later."""
    gone = session.get(Lookup, lookup_id)
    if gone is not None:
        session.execute(delete(Lookup).where(Lookup.id == lookup_id))
        session.expunge(gone)
    return gone
