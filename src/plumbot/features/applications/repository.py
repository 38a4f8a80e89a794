"""Applications in the database; each function is a question, or the one compare-and-set."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from plumbot.features.applications.states import FOLLOWS, OPEN, Status
from plumbot.features.applications.tables import Application


def by_id(session: Session, application_id: int) -> Application | None:
    return session.get(Application, application_id)


def open_of(session: Session, user_id: int) -> Application | None:
    """The person's open application; the newest, should old data hold two."""
    theirs = select(Application).where(Application.user_id == user_id, Application.status.in_(OPEN))
    return session.scalars(theirs.order_by(Application.id.desc()).limit(1)).first()


def all_pending(session: Session) -> Sequence[Application]:
    """Oldest first."""
    pending = select(Application).where(Application.status == Status.PENDING)
    return session.scalars(pending.order_by(Application.created_at, Application.id)).all()


def all_open(session: Session) -> Sequence[Application]:
    """Whatever somebody waits for, oldest first."""
    still_open = select(Application).where(Application.status.in_(OPEN))
    return session.scalars(still_open.order_by(Application.created_at, Application.id)).all()


def pending_after(session: Session, application_id: int, limit: int) -> Sequence[Application]:
    """In the order in which they came."""
    pending = select(Application).where(Application.status == Status.PENDING, Application.id > application_id)
    return session.scalars(pending.order_by(Application.id).limit(limit)).all()


def pending_count(session: Session) -> int:
    return session.scalar(select(func.count()).where(Application.status == Status.PENDING)) or 0


def held_pending(session: Session) -> Sequence[Application]:
    """The same, and nobody decides on them before our commit: so whoever does sees the cards that we deal."""
    pending = select(Application).where(Application.status == Status.PENDING)
    return session.scalars(_held(pending.order_by(Application.id))).all()


def _held(query: Select[Application]) -> Select[Application]:
    return query.with_for_update().execution_options(populate_existing=True)


def undecided_ids(session: Session) -> Sequence[int]:
    """Pending, or back with their applicants."""
    statuses = (Status.PENDING, Status.NEEDS_CHANGES)
    return session.scalars(select(Application.id).where(Application.status.in_(statuses))).all()


def sent_since(session: Session, moment: datetime) -> int:
    """How many applications came after `moment`."""
    return session.scalar(select(func.count(Application.id)).where(Application.created_at > moment)) or 0


def earlier_outcomes(session: Session, application: Application) -> dict[str, int]:
    """How the person's other applications ended: status to count."""
    others = (Application.user_id == application.user_id, Application.id != application.id)
    counted = select(Application.status, func.count()).where(*others).group_by(Application.status)
    return {str(status): count for status, count in session.execute(counted.order_by(Application.status))}


def decided_by(session: Session, user_id: int) -> Sequence[Application]:
    return session.scalars(select(Application).where(Application.decided_by == user_id)).all()


def last_rejection(session: Session, user_id: int) -> datetime | None:
    """When the person was last rejected. Old rows do not say when they were decided, only when they changed."""
    moment = func.coalesce(Application.decided_at, Application.updated_at)
    rejected = (Application.user_id == user_id, Application.status == Status.REJECTED)
    row = session.scalars(select(Application).where(*rejected).order_by(moment.desc()).limit(1)).first()
    return (row.decided_at or row.updated_at) if row else None


def overdue(session: Session, waiting_since: datetime) -> Sequence[Application]:
    """Pending ones that wait since before `waiting_since` and were not brought up after it."""
    unheard = or_(Application.reminded_at.is_(None), Application.reminded_at <= waiting_since)
    late = (Application.status == Status.PENDING, Application.updated_at <= waiting_since, unheard)
    query = select(Application).where(*late).order_by(Application.created_at, Application.id)
    return session.scalars(_held(query)).all()


def to_escalate(session: Session, waiting_since: datetime) -> Sequence[Application]:
    """Pending ones that wait since before `waiting_since` and of which the owner was not told."""
    late = (Application.status == Status.PENDING, Application.updated_at <= waiting_since)
    unheard = select(Application).where(*late, Application.escalated_at.is_(None))
    return session.scalars(_held(unheard.order_by(Application.created_at, Application.id))).all()


def move(session: Session, application: Application, to: Status, *, now: datetime, **values: Any) -> bool:
    """Compare-and-set: True when this call moved it. The row is read anew in either case."""
    before = [status for status, following in FOLLOWS.items() if to in following]
    return _set(session, application, before, status=to, updated_at=now, **values)


def move_from(
    session: Session, application: Application, before: Status, to: Status, *, now: datetime, **values: Any
) -> bool:
    """The same from one state only."""
    return _set(session, application, [before], status=to, updated_at=now, **values)


def _set(session: Session, application: Application, before: Sequence[Status], **values: Any) -> bool:
    session.flush()
    here = update(Application).where(Application.id == application.id, Application.status.in_(before))
    moved = session.execute(here.values(**values).execution_options(synchronize_session=False))
    session.refresh(application)
    return bool(moved.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has a row count; the stub says Result
