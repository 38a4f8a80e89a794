"""Figures of inbox, outbox and leases: how much waits, and since when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from plumbot.kit.inbox.tables import DEAD, NEW, InboxRow
from plumbot.kit.leases import Lease
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.readings import Reading, age


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """When the oldest update that could run now came in."""
    due = or_(InboxRow.not_before.is_(None), InboxRow.not_before <= now)
    return session.scalar(select(func.min(InboxRow.received_at)).where(InboxRow.status == NEW, due))


def inbox_lag(session: Session, now: datetime) -> Mapping[str, float]:
    return {"": age(oldest_due(session, now), now)}


def inbox_depth(session: Session, _now: datetime) -> Mapping[str, float]:
    return {"": session.scalar(select(func.count()).where(InboxRow.status == NEW)) or 0}


def inbox_dead(session: Session, _now: datetime) -> Mapping[str, float]:
    """Those that `plumbot inbox retry` or `drop` has not settled; they are pruned after some days like all rows."""
    return {"": session.scalar(select(func.count()).where(InboxRow.status == DEAD)) or 0}


def outbox_pending(session: Session, _now: datetime) -> Mapping[str, float]:
    messages = session.scalar(select(func.count()).where(ShownMessage.dirty)) or 0
    return {"": messages + (session.scalar(select(func.count()).where(BotCall.status == "new")) or 0)}


def outbox_oldest(session: Session, now: datetime) -> Mapping[str, float]:
    """Of those that may go now: a message that is held back on purpose waits for nobody."""
    free = or_(ShownMessage.not_before.is_(None), ShownMessage.not_before <= now)
    message = session.scalar(
        select(func.min(ShownMessage.created_at)).where(ShownMessage.dirty, free, ShownMessage.sent_rev == 0)
    )
    called = or_(BotCall.not_before.is_(None), BotCall.not_before <= now)
    call = session.scalar(select(func.min(BotCall.created_at)).where(BotCall.status == "new", called))
    return {"": max(age(message, now), age(call, now))}


def leases(session: Session, now: datetime) -> Mapping[str, float]:
    return {name: float(until > now) for name, until in session.execute(select(Lease.name, Lease.until))}


READINGS = (
    Reading("plum_inbox_depth", "Updates that are new.", inbox_depth),
    Reading("plum_inbox_lag_seconds", "Since when the oldest update that could run has waited.", inbox_lag),
    Reading("plum_inbox_dead", "Updates that failed too often and were set aside.", inbox_dead),
    Reading("plum_outbox_pending", "Messages and calls that are to be sent.", outbox_pending),
    Reading("plum_outbox_oldest_seconds", "Since when the oldest of them has waited.", outbox_oldest),
    Reading("plum_lease_held", "Whether some process holds the lease.", leases, "name"),
)
