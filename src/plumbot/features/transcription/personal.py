"""What is kept of people here: what they said, what they asked for, and in which language."""

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.features.transcription.tables import A2TJob, Heard, SpeechWish
from plumbot.features.transcription.telling import key_of
from plumbot.kit.clock import SystemClock
from plumbot.kit.outbox.verbs import Outbox

TOLD = (
    "message_id", "kind", "language", "wanted_model", "status", "engine", "model", "found_language", "audio_seconds",
    "duration_ms", "text_length", "error_code", "error", "created_at", "started_at", "finished_at",
)  # fmt: skip
SAID = ("text", "segments")


def export(session: Session, user_id: int) -> Any:
    """Words only of those who said them."""
    clips = session.scalars(select(Heard).where(Heard.speaker_id == user_id).order_by(Heard.message_id))
    wish = session.get(SpeechWish, user_id)
    return {
        "asked": [exported(job, *TOLD) for job in _jobs(session, A2TJob.user_id == user_id)],
        "said": [exported(job, *TOLD, *SAID) for job in _jobs(session, A2TJob.speaker_id == user_id)],
        "clips": [exported(clip, "chat_id", "message_id", "kind", "seconds", "sent_at") for clip in clips],
        "language": wish.language if wish else None,
    }


def erase(session: Session, user_id: int) -> None:
    """What the person said is taken out of the club's chat, too. Copies in private chats of others are theirs."""
    outbox = Outbox(SystemClock())
    for job in _jobs(session, or_(A2TJob.user_id == user_id, A2TJob.speaker_id == user_id)):
        for key in (key_of(job), *outbox.keys(session, f"{key_of(job)}:")):
            _take_out(session, outbox, key)
        session.delete(job)
    session.flush()
    session.execute(delete(Heard).where(Heard.speaker_id == user_id))
    session.execute(delete(SpeechWish).where(SpeechWish.user_id == user_id))


def _take_out(session: Session, outbox: Outbox, key: str) -> None:
    shown = outbox.find(session, key)
    if shown is None:
        return
    if shown.chat_id > 0:
        session.delete(shown)
    else:
        outbox.retire(session, key)
        shown.values = {}


def _jobs(session: Session, which: Any) -> list[A2TJob]:
    return list(session.scalars(select(A2TJob).where(which).order_by(A2TJob.id)))


TRANSCRIPTION = PersonalData("speech", export, erase)
