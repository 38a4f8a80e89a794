"""What is kept of people here: that they had speech recognised. Neither the speech nor its text is kept."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.features.transcription.tables import A2TJob

TOLD = (
    "language", "status", "engine", "audio_seconds", "duration_ms", "text_length", "error", "created_at", "finished_at",
)  # fmt: skip


def export(session: Session, user_id: int) -> Any:
    rows = session.scalars(select(A2TJob).where(A2TJob.user_id == user_id).order_by(A2TJob.id))
    return [exported(row, *TOLD) for row in rows]


def erase(session: Session, user_id: int) -> None:
    session.execute(delete(A2TJob).where(A2TJob.user_id == user_id))


TRANSCRIPTION = PersonalData("speech", export, erase)
