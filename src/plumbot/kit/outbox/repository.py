"""Every query of the sender, named as the question it answers."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from plumbot.kit.inbox.tables import FROM_CALL, InboxRow
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer
from plumbot.kit.signals import INBOX, OUTBOX, after_commit

MESSAGES_LOOKED_AT = 500
CALLS_LOOKED_AT = 200


def unsent_messages(session: Session, busy_chats: Sequence[int]) -> Sequence[ShownMessage]:
    """What differs from what people see, in the order of sending, except in chats with a request in flight."""
    query = select(ShownMessage).where(ShownMessage.dirty)
    if busy_chats:
        query = query.where(ShownMessage.chat_id.not_in(busy_chats))
    return session.scalars(query.order_by(ShownMessage.urgency, ShownMessage.place).limit(MESSAGES_LOOKED_AT)).all()


def unmade_calls(session: Session) -> Sequence[BotCall]:
    query = select(BotCall).where(BotCall.status == "new")
    return session.scalars(query.order_by(BotCall.urgency, BotCall.id).limit(CALLS_LOOKED_AT)).all()


def message(session: Session, row_id: int) -> ShownMessage | None:
    return session.get(ShownMessage, row_id)


def shown_under(session: Session, key: str) -> ShownMessage | None:
    return session.scalar(select(ShownMessage).where(ShownMessage.key == key))


def mark_sent(session: Session, row: ShownMessage, message_id: int | None, media: str, now: datetime) -> bool:
    """Note what Telegram was told. False when the message was started anew meanwhile: the sent one is stale."""
    done = session.execute(
        update(ShownMessage)
        .where(ShownMessage.id == row.id, ShownMessage.epoch == row.epoch)
        .values(
            message_id=message_id,
            media=media,
            sent_rev=row.rev,
            dirty=ShownMessage.rev != row.rev,
            sent_at=case((ShownMessage.message_id == message_id, ShownMessage.sent_at), else_=now),
            attempts=0,
            not_before=None,
            error=None,
        )
    )
    after_commit(session, OUTBOX)
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has a row count


def take_before_sending(session: Session, row: ShownMessage) -> None:
    """For what may be said at most once: from now on it counts as sent."""
    session.execute(update(ShownMessage).where(ShownMessage.id == row.id).values(dirty=False, sent_rev=row.rev))


def start_anew(session: Session, row: ShownMessage) -> None:
    """The message is not there any more (or is of another kind): send it again at the bottom."""
    session.execute(
        update(ShownMessage)
        .where(ShownMessage.id == row.id, ShownMessage.epoch == row.epoch)
        .values(message_id=None, media=None, sent_rev=0, epoch=row.epoch + 1, dirty=True)
    )


def close(session: Session, row: ShownMessage, error: str | None) -> None:
    """Nothing more is sent for this row until somebody shows it again."""
    session.execute(
        update(ShownMessage)
        .where(ShownMessage.id == row.id, ShownMessage.rev == row.rev)
        .values(closed=True, dirty=False, error=error, message_id=None if row.retired else ShownMessage.message_id)
    )


def try_later(session: Session, row: ShownMessage | BotCall, now: datetime, seconds: float, error: str) -> None:
    table = type(row)
    session.execute(
        update(table)
        .where(table.id == row.id)
        .values(attempts=table.attempts + 1, not_before=now + timedelta(seconds=seconds), error=error)
    )


def take_answer(session: Session, call: BotCall, answer: Answer, bot_id: int, now: datetime) -> None:
    """The call is over; its answer goes into the inbox, to be run like any update."""
    done = session.execute(
        update(BotCall)
        .where(BotCall.id == call.id, BotCall.status == "new")
        .values(status="done" if answer.ok else "failed", finished_at=now, error=answer.error or None)
    )
    if not done.rowcount or call.then is None:  # type: ignore[attr-defined]  # an UPDATE's result has a row count
        return
    body = json.dumps({"then": call.then, "answer": asdict(answer)})
    session.add(
        InboxRow(
            bot_id=bot_id,
            source=FROM_CALL,
            update_id=call.id,
            kind="call",
            lane=call.lane,
            body=body,
            received_at=now,
        )  # fmt: skip
    )
    after_commit(session, INBOX)


def follow_migration(session: Session, old: int, new: int) -> None:
    """A group became a supergroup: what is unsent there goes to its new id."""
    session.execute(
        update(ShownMessage)
        .where(ShownMessage.chat_id == old)
        .values(chat_id=new, message_id=None, media=None, epoch=ShownMessage.epoch + 1)
    )
    for call in session.scalars(select(BotCall).where(BotCall.status == "new")):
        values: dict[str, Any] = call.values
        if values.get("chat_id") == old:
            call.values = values | {"chat_id": new}
    after_commit(session, OUTBOX)
