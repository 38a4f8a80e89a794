"""Every query of the inbox, named as the question it answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from plumbot.kit.inbox.tables import DEAD, DONE, NEW, InboxRow

KEPT = timedelta(days=8)


class NotOurs(Exception):
    """The row is not new any more: somebody else has finished it, and everything of this unit must go."""


def put(session: Session, rows: Sequence[dict[str, object]]) -> list[int]:
    """Insert what is not there yet; gives the update ids that really came in, in their order."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    statement = insert(InboxRow).on_conflict_do_nothing(index_elements=["bot_id", "source", "update_id"])
    came_in = session.scalars(statement.returning(InboxRow.update_id), [*rows])
    return list(came_in)


def new_after(session: Session, seq: int, limit: int) -> Sequence[InboxRow]:
    query = select(InboxRow).where(InboxRow.status == NEW, InboxRow.seq > seq)
    return session.scalars(query.order_by(InboxRow.seq).limit(limit)).all()


def mark_done(session: Session, seq: int, now: datetime) -> None:
    """In the commit of the effect. Bodies hold people's words and are emptied at once."""
    values = {"status": DONE, "body": "", "finished_at": now, "error": None}
    _mark(session, seq, values)


def mark_failed(session: Session, seq: int, error: str, attempts: int, not_before: datetime) -> None:
    _mark(session, seq, {"attempts": attempts, "error": error, "not_before": not_before})


def mark_dead(session: Session, seq: int, error: str, attempts: int, now: datetime) -> None:
    """Given up on; its body is kept for `plumbot inbox retry`."""
    _mark(session, seq, {"status": DEAD, "attempts": attempts, "error": error, "finished_at": now})


def _mark(session: Session, seq: int, values: dict[str, object]) -> None:
    marked = session.execute(update(InboxRow).where(InboxRow.seq == seq, InboxRow.status == NEW).values(**values))
    if not marked.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has a row count
        raise NotOurs(f"Update {seq} is finished already.")


def prune(session: Session, now: datetime) -> None:
    """Telegram hands nothing over again after 24 h; a week more helps whoever looks into a fault."""
    old = (InboxRow.finished_at < now - KEPT, InboxRow.status == DONE)
    session.execute(delete(InboxRow).where(*old))
