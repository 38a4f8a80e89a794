"""A press names its row, so that a message sent twice by accident is found out by its first press."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.kit.inserting import put_if_absent
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Outbox, delete_key, next_place


def bind(session: Session, outbox: Outbox, number: int | None, chat_id: int, message_id: int, now: datetime) -> str:
    """The key of the pressed message. A duplicate is deleted; a message of unknown origin is adopted.

    Who is bound already is asked first: the number comes from the person's client and may be anything.
    """
    bound = _bound_to(session, chat_id, message_id)
    if bound is not None:
        return bound.key
    row = _named(session, number, chat_id) or _adopted(session, chat_id, message_id)
    if row is None:
        return _adopt(session, chat_id, message_id, now)
    if row.message_id is None and not row.retired and not _is_to_go(session, chat_id, message_id):
        row.message_id, row.sent_at = message_id, now
    else:
        outbox.delete(session, chat_id, message_id)
    return row.key


def _bound_to(session: Session, chat_id: int, message_id: int) -> ShownMessage | None:
    here = (ShownMessage.chat_id == chat_id, ShownMessage.message_id == message_id)
    return session.scalar(select(ShownMessage).where(*here).order_by(ShownMessage.id.desc()).limit(1))


def _named(session: Session, number: int | None, chat_id: int) -> ShownMessage | None:
    if number is None:
        return None
    row = session.get(ShownMessage, number, with_for_update=True, populate_existing=True)
    return row if row is not None and row.chat_id == chat_id else None


def _adopted(session: Session, chat_id: int, message_id: int) -> ShownMessage | None:
    """The row that once adopted this message and has a newer one now, or will have: the sender may be at it."""
    adopted = select(ShownMessage).where(ShownMessage.key == _adopted_key(chat_id, message_id)).with_for_update()
    row = session.scalar(adopted, execution_options={"populate_existing": True})
    return row if row is not None and row.chat_id == chat_id else None


def _is_to_go(session: Session, chat_id: int, message_id: int) -> bool:
    """Whether a fresh one has replaced this message: bound again it would be edited and then deleted."""
    key = delete_key(chat_id, message_id)
    return session.scalar(select(BotCall.id).where(BotCall.key == key)) is not None


def _adopt(session: Session, chat_id: int, message_id: int, now: datetime) -> str:
    """Two presses of one message may come at once; one row adopts it."""
    key = _adopted_key(chat_id, message_id)
    put_if_absent(
        session, ShownMessage, "key", key=key, chat_id=chat_id, screen="", values={}, sent_rev=1, dirty=False,
        place=next_place(session), message_id=message_id, created_at=now, sent_at=now,
    )  # fmt: skip
    return key


def _adopted_key(chat_id: int, message_id: int) -> str:
    return f"m:{chat_id}:{message_id}"
