"""The profile itself, and what the record of admins' actions says of a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from plumbot.club.places import exported
from plumbot.club.tables import AuditEntry, Profile
from plumbot.features.privacy.traces import ERASED
from plumbot.kit.dialogue import Dialogue
from plumbot.kit.outbox.tables import ShownMessage

TAKING_LEAVE = "privacy.forgotten"


def export(session: Session, user_id: int) -> Any:
    profile = session.get(Profile, user_id)
    columns = [column.name for column in Profile.__table__.columns]
    dialogue = session.get(Dialogue, (user_id, user_id))
    about = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == user_id).order_by(AuditEntry.id))
    own = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == user_id).order_by(AuditEntry.id))
    return {
        "profile": exported(profile, *columns) if profile else None,
        "dialogue": exported(dialogue, "state", "data", "updated_at") if dialogue else None,
        "actions_about_you": [exported(entry, "at", "action", "before", "after") for entry in about],
        "actions_of_yours": [exported(entry, "at", "action") for entry in own],
    }


def erase(session: Session, user_id: int) -> None:
    session.expire_all()
    session.execute(delete(Profile).where(Profile.user_id == user_id))


def tidy(session: Session, _now: datetime) -> None:
    """A timer: the message that took leave holds the chat's id; once it is sent, its row goes too."""
    said = (ShownMessage.screen.in_((TAKING_LEAVE, ERASED)), ShownMessage.dirty.is_(False))
    session.execute(delete(ShownMessage).where(*said))
