"""Old calls go: their keys keep an occasion from coming twice, and none comes again after a week."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from plumbot.kit.outbox.tables import BotCall

KEPT = timedelta(days=8)


def prune_calls(session: Session, now: datetime) -> None:
    """A timer's work: calls that were made, or refused for good, more than a week ago."""
    session.execute(delete(BotCall).where(BotCall.status != "new", BotCall.finished_at < now - KEPT))
