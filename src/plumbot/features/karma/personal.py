"""What is kept of people here: their ledger, their votes, and which messages are theirs."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plumbot.club.places import PersonalData, exported
from plumbot.features.karma.tables import KarmaDay, KarmaEvent, KarmaMark, MessageAuthor, Vote

CHANGE = ("delta", "chat_id", "message_id", "created_at")


def export(session: Session, user_id: int) -> Any:
    """Others are left out: who gave karma, and to whom it was given."""
    own = session.scalars(select(KarmaEvent).where(KarmaEvent.user_id == user_id).order_by(KarmaEvent.id))
    given = session.scalars(select(KarmaEvent).where(KarmaEvent.actor_id == user_id).order_by(KarmaEvent.id))
    votes = session.scalars(select(Vote).where(Vote.voter_id == user_id).order_by(Vote.said_at))
    wrote = session.scalars(
        select(MessageAuthor).where(MessageAuthor.author_id == user_id).order_by(MessageAuthor.sent_at)
    )
    return {
        "changes": [exported(row, "reason", *CHANGE) for row in own],
        "given": [exported(row, *CHANGE) for row in given],
        "votes": [exported(row, "chat_id", "message_id", "kind", "value", "applied", "said_at") for row in votes],
        "messages": [exported(row, "chat_id", "message_id", "sent_at") for row in wrote],
    }


def erase(session: Session, user_id: int) -> None:
    """Others keep the karma that the person gave them; nobody can see any more from whom."""
    session.execute(update(KarmaEvent).where(KarmaEvent.actor_id == user_id).values(actor_id=None))
    session.execute(delete(KarmaEvent).where(KarmaEvent.user_id == user_id))
    session.execute(delete(KarmaDay).where(KarmaDay.user_id == user_id))
    session.execute(delete(KarmaMark).where(KarmaMark.user_id == user_id))
    session.execute(delete(Vote).where((Vote.voter_id == user_id) | (Vote.receiver_id == user_id)))
    session.execute(delete(MessageAuthor).where(MessageAuthor.author_id == user_id))


KARMA = PersonalData("karma", export, erase)
