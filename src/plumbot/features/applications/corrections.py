"""What an applicant changed when an admin asked for it: kept in the record of actions, shown on the cards."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.tables import AuditEntry
from plumbot.features.applications.tables import Application
from plumbot.kit.clock import Clock

ACTION = "applications.correct"


def record(clock: Clock, session: Session, application: Application, before: dict[str, str]) -> None:
    """`before`: the fields as they were; the application has the new ones."""
    changed = {name: value for name, value in before.items() if getattr(application, name) != value}
    after = {"application": application.id, "slug": application.slug}
    Audit(clock).record(session, ACTION, by=application.user_id, on=application.user_id, before=changed, after=after)


def forget(session: Session, user_id: int) -> None:
    """Others answer for what they did as admins; who corrected an application of their own does not."""
    theirs = update(AuditEntry).where(AuditEntry.action == ACTION, AuditEntry.actor_id == user_id)
    session.execute(theirs.values(actor_id=None, subject_id=None, before=None, after=None))


def last_of(session: Session, application: Application) -> tuple[datetime | None, dict[str, str]]:
    """When it was last corrected, and what the changed fields said before."""
    theirs = (AuditEntry.action == ACTION, AuditEntry.subject_id == application.user_id)
    entries = session.scalars(select(AuditEntry).where(*theirs).order_by(AuditEntry.id.desc()))
    for entry in entries:
        if (entry.after or {}).get("application") == application.id:
            return entry.at, dict(entry.before or {})
    return None, {}
