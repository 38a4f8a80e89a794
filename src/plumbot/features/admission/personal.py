"""What is kept of people here: their links into the club, and questions about their arrival."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.features.admission.repository import question_about
from plumbot.features.admission.tables import Invite
from plumbot.kit.switches import Switch

NOBODY = 0
TOLD = ("invite_link", "mode", "status", "expires_at", "created_at", "updated_at", "chat_id", "application_id")


def export(session: Session, user_id: int) -> Any:
    rows = session.scalars(select(Invite).where(Invite.user_id == user_id).order_by(Invite.id))
    asked = session.get(Switch, question_about(user_id))
    return {"links": [exported(row, *TOLD) for row in rows], "arrival_under_question": asked.value if asked else None}


def erase(session: Session, user_id: int) -> None:
    """Links were revoked when the application was withdrawn; the rows stay, so that whoever tries one is known."""
    session.execute(update(Invite).where(Invite.user_id == user_id).values(user_id=NOBODY))
    session.execute(delete(Switch).where(Switch.name == question_about(user_id)))


ADMISSION = PersonalData("links", export, erase)
