"""What an operator does with updates that were set aside: look, try again, give up."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from plumbot.kit.inbox.tables import DEAD, DONE, NEW, InboxRow
from plumbot.kit.signals import INBOX, after_commit

STATES = (DEAD, NEW, DONE)


def in_state(session: Session, state: str, limit: int) -> Sequence[InboxRow]:
    """The oldest first, since they hold up what follows."""
    rows = select(InboxRow).where(InboxRow.status == state).order_by(InboxRow.seq).limit(limit)
    return session.scalars(rows).all()


def how_many(session: Session, state: str) -> int:
    return session.scalar(select(func.count()).where(InboxRow.status == state)) or 0


def dead_among(session: Session, numbers: Collection[int] | None) -> list[int]:
    """Of these updates those that are set aside now; None: all of them."""
    dead = select(InboxRow.seq).where(InboxRow.status == DEAD).order_by(InboxRow.seq)
    return list(session.scalars(dead if numbers is None else dead.where(InboxRow.seq.in_(sorted(numbers)))))


def retry(session: Session, numbers: Collection[int]) -> None:
    """As new as when they came, in their old place: the lanes find them within seconds."""
    fresh = {"status": NEW, "attempts": 0, "not_before": None, "error": None, "finished_at": None,
             "claimed_by": None, "claimed_until": None}  # fmt: skip
    _set(session, numbers, fresh)
    after_commit(session, INBOX)


def drop(session: Session, numbers: Collection[int], now: datetime) -> None:
    """Done without effect. The error stays, the words of people go."""
    _set(session, numbers, {"status": DONE, "body": "", "finished_at": now})


def _set(session: Session, numbers: Collection[int], values: dict[str, object]) -> None:
    dead = update(InboxRow).where(InboxRow.seq.in_(sorted(numbers)), InboxRow.status == DEAD)
    session.execute(dead.values(**values))
