"""A press names its row, so that a message sent twice by accident is found out by its first press."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox, next_place


def bind(session: Session, outbox: Outbox, number: int | None, chat_id: int, message_id: int, now: datetime) -> str:
    """The key of the pressed message. A duplicate is deleted; a message of unknown origin is adopted."""
    row = session.get(ShownMessage, number) if number is not None else None
    if row is None or row.chat_id != chat_id:
        return _by_message(session, chat_id, message_id, now).key
    if row.message_id is None:
        row.message_id, row.sent_at = message_id, row.sent_at or now
    elif row.message_id != message_id:
        key = f"duplicate:{chat_id}:{message_id}"
        outbox.call(session, key, "deleteMessage", chat_id=chat_id, message_id=message_id)
    return row.key


def _by_message(session: Session, chat_id: int, message_id: int, now: datetime) -> ShownMessage:
    here = (ShownMessage.chat_id == chat_id, ShownMessage.message_id == message_id)
    row = session.scalar(select(ShownMessage).where(*here).order_by(ShownMessage.id.desc()).limit(1))
    if row is None:
        row = ShownMessage(
            key=f"m:{chat_id}:{message_id}", chat_id=chat_id, screen="", values={}, rev=1, sent_rev=1, dirty=False,
            place=next_place(session), message_id=message_id, created_at=now, sent_at=now,
        )  # fmt: skip
        session.add(row)
    return row
