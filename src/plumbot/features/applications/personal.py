"""What is kept of people here: their applications. Erased ones stay as bare facts: when, and how they ended."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.features.applications import corrections
from plumbot.features.applications.cooldown import kept_for
from plumbot.features.applications.rules import FIELDS
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application

NOBODY = 0
TOLD = ("slug", "username", *FIELDS, "status", "reason")
MOMENTS = ("created_at", "updated_at", "decided_at", "accepted_at", "reminded_at", "escalated_at")


def export(session: Session, user_id: int) -> Any:
    rows = session.scalars(select(Application).where(Application.user_id == user_id).order_by(Application.id))
    waiting = kept_for(session, user_id)
    before = [{"status": Status.REJECTED, "decided_at": waiting.isoformat()}] if waiting else []
    return [*(exported(row, "id", *TOLD, *MOMENTS) for row in rows), *before]


def erase(session: Session, user_id: int) -> None:
    """An open one is withdrawn before, and a time to wait is kept (see Leaving)."""
    words = dict.fromkeys(("username", "reason", *FIELDS))
    nameless = {"user_id": NOBODY, "slug": "", "slug_key": "", **words}
    session.execute(update(Application).where(Application.user_id == user_id).values(**nameless))
    corrections.forget(session, user_id)
    decided = update(Application).where(Application.decided_by == user_id)
    session.execute(decided.values(decided_by=None))


def words(session: Session, user_id: int) -> Sequence[str]:
    theirs = select(Application.slug).where(Application.user_id == user_id)
    return [slug for slug in session.scalars(theirs) if slug]


APPLICATIONS = PersonalData("applications", export, erase, words)
