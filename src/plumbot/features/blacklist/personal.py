"""What is kept of people here, also after they asked to be forgotten: else the list would keep nobody out."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.club.tables import AuditEntry
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.kit.refusals import N_

ID_STAYS = N_("Your id stays on the list of people who may not join, with its reason: else it would keep nobody out.")


def export(session: Session, user_id: int) -> Any:
    row = session.get(Blacklisted, user_id)
    return exported(row, "reason", "created_at") if row else None


def erase(session: Session, user_id: int) -> None:
    """Who is no longer listed has no place in the record of the list either."""
    session.execute(update(Blacklisted).where(Blacklisted.added_by == user_id).values(added_by=None))
    if session.get(Blacklisted, user_id) is None:
        about = update(AuditEntry).where(AuditEntry.subject_id == user_id, AuditEntry.action.startswith("blacklist."))
        session.execute(about.values(subject_id=None, before=None, after=None))


def stays(session: Session, user_id: int) -> Sequence[str]:
    return [ID_STAYS] if session.get(Blacklisted, user_id) else []


BLACKLIST = PersonalData("blacklist", export, erase, stays=stays)
