"""What the panel's frame asks the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.club.tables import AuditEntry, Profile
from plumbot.kit.inbox.tables import DEAD, NEW, InboxRow
from plumbot.kit.outbox.tables import BotCall, ShownMessage


def audit_before(session: Session, entry_id: int | None, limit: int) -> Sequence[AuditEntry]:
    """The newest entries, or those before one of them."""
    newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    return session.scalars(newest.where(AuditEntry.id < entry_id) if entry_id else newest).all()


def people(session: Session, ids: Iterable[int]) -> dict[int, Profile]:
    found = session.scalars(select(Profile).where(Profile.user_id.in_(sorted(set(ids)))))
    return {profile.user_id: profile for profile in found}


def waiting_updates(session: Session) -> tuple[int, datetime | None]:
    """How many, and since when the first of them waits."""
    found = select(func.count(), func.min(InboxRow.received_at)).where(InboxRow.status == NEW)
    count, since = session.execute(found).one()
    return count, since


def dead_updates(session: Session) -> int:
    return session.scalar(select(func.count()).where(InboxRow.status == DEAD)) or 0


def unsent(session: Session) -> tuple[int, int]:
    """Messages and other calls that Telegram has not been told yet."""
    messages = session.scalar(select(func.count()).where(ShownMessage.dirty)) or 0
    calls = session.scalar(select(func.count()).where(BotCall.status == "new")) or 0
    return messages, calls


def members(session: Session) -> int:
    return session.scalar(select(func.count()).where(Profile.in_club)) or 0
