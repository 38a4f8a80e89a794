"""Every query of the inbox, named as the question it answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plumbot.kit.inbox.tables import DEAD, DONE, NEW, InboxRow
from plumbot.kit.inserting import insert_into
from plumbot.kit.leases import server_time

KEPT = timedelta(days=8)


class NotOurs(Exception):
    """The row is not new any more: somebody else has finished it, and everything of this unit must go."""


def put(session: Session, rows: Sequence[dict[str, object]]) -> list[int]:
    """Insert what is not there yet; gives the update ids that really came in, in their order."""
    statement = insert_into(session, InboxRow).on_conflict_do_nothing(index_elements=["bot_id", "source", "update_id"])
    came_in = session.scalars(statement.returning(InboxRow.update_id), [*rows])
    return list(came_in)


def new_after(session: Session, seq: int, limit: int) -> Sequence[InboxRow]:
    query = select(InboxRow).where(InboxRow.status == NEW, InboxRow.seq > seq)
    return session.scalars(query.order_by(InboxRow.seq).limit(limit)).all()


def mark_done(session: Session, row: InboxRow, now: datetime) -> None:
    """In the commit of the effect. Bodies hold people's words and are emptied at once."""
    values = {"status": DONE, "body": "", "finished_at": now, "error": None}
    _mark(session, row, values)


def mark_failed(session: Session, row: InboxRow, error: str, attempts: int, now: datetime, pause: float) -> None:
    not_before = server_time(session, now) + timedelta(seconds=pause)
    _mark(session, row, {"attempts": attempts, "error": error, "not_before": not_before})


def mark_dead(session: Session, row: InboxRow, error: str, attempts: int, now: datetime) -> None:
    """Given up on; its body is kept for `plumbot inbox retry`."""
    _mark(session, row, {"status": DEAD, "attempts": attempts, "error": error, "finished_at": now})


def _mark(session: Session, row: InboxRow, values: dict[str, object]) -> None:
    """Where it still is new, and claimed by us, or by nobody where no claims are written."""
    ours = (InboxRow.status == NEW, InboxRow.claimed_by.is_not_distinct_from(row.claimed_by))
    statement = update(InboxRow).where(InboxRow.seq == row.seq, *ours).values(**values)
    marked = session.execute(statement, execution_options={"synchronize_session": False})  # no session holds the row
    if not marked.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has a row count
        raise NotOurs(f"Update {row.seq} is finished already, or another process has it.")


def prune(session: Session, now: datetime) -> None:
    """Telegram hands nothing over again after 24 h; a week more helps whoever looks into a fault."""
    old = (InboxRow.finished_at < now - KEPT, InboxRow.status == DONE)
    session.execute(delete(InboxRow).where(*old))
