"""Every query of the sender, named as the question it answers."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, case, cast, func, or_, select, update
from sqlalchemy.orm import Session

from plumbot.kit.inbox.tables import FROM_CALL, InboxRow
from plumbot.kit.inserting import put_if_absent
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer, delete_key
from plumbot.kit.signals import INBOX, OUTBOX, after_commit

Row = ShownMessage | BotCall


def due_messages(session: Session, waiting: Collection[int], now: datetime, limit: int) -> Sequence[ShownMessage]:
    """The first message of each chat that differs from what people see, unless the chat or the message has to wait.

    Only the first: so no chat, however much it has to get, keeps another out of sight.
    """
    turn = func.row_number().over(
        partition_by=ShownMessage.chat_id, order_by=(ShownMessage.urgency, ShownMessage.place, ShownMessage.id)
    )
    heads = select(ShownMessage.id, turn.label("turn")).where(ShownMessage.dirty).subquery()
    due = (heads.c.turn == 1, or_(ShownMessage.not_before.is_(None), ShownMessage.not_before <= now))
    query = select(ShownMessage).join(heads, heads.c.id == ShownMessage.id).where(*due)
    if waiting:
        query = query.where(ShownMessage.chat_id.not_in(waiting))
    return session.scalars(query.order_by(ShownMessage.urgency, ShownMessage.place).limit(limit)).all()


def due_calls(session: Session, waiting: Collection[int], now: datetime, limit: int) -> Sequence[BotCall]:
    """The first call of each queue, and all calls that stand in none, unless they are under way or have to wait."""
    queue = func.coalesce(BotCall.order_key, cast(BotCall.id, String))
    turn = func.row_number().over(partition_by=queue, order_by=BotCall.id)
    heads = select(BotCall.id, turn.label("turn")).where(BotCall.status == "new").subquery()
    due = (heads.c.turn == 1, or_(BotCall.not_before.is_(None), BotCall.not_before <= now))
    query = select(BotCall).join(heads, heads.c.id == BotCall.id).where(*due)
    if waiting:
        query = query.where(BotCall.id.not_in(waiting))
    return session.scalars(query.order_by(BotCall.urgency, BotCall.id).limit(limit)).all()


def shown_under(session: Session, key: str) -> ShownMessage | None:
    return session.scalar(select(ShownMessage).where(ShownMessage.key == key))


def mark_sent(
    session: Session, row: ShownMessage, message_id: int, media: str, photo_key: str | None, now: datetime
) -> None:
    """Note what Telegram was told. When the message was started anew meanwhile, the sent one is stale: it goes.

    So does a duplicate that a press has bound to the row while this one was on its way.
    """
    of_row = (ShownMessage.id == row.id, ShownMessage.epoch == row.epoch)
    bound = session.scalar(select(ShownMessage.message_id).where(*of_row).with_for_update())
    if bound is not None and bound != message_id:
        delete_message(session, row.chat_id, bound, now)
    same = case((ShownMessage.message_id == message_id, ShownMessage.sent_at), else_=now)
    told = _change_message(
        session,
        row,
        message_id=message_id,
        media=media,
        photo_key=photo_key,
        sent_rev=row.rev,
        dirty=ShownMessage.rev != row.rev,
        sent_at=same,
        attempts=0,
        not_before=None,
        error=None,
    )
    if not told:
        delete_message(session, row.chat_id, message_id, now)
    after_commit(session, OUTBOX)


def take_before_sending(session: Session, row: ShownMessage) -> bool:
    """For what may be said at most once: from now on it counts as sent. False when it has changed meanwhile."""
    same = (ShownMessage.id == row.id, ShownMessage.epoch == row.epoch, ShownMessage.rev == row.rev)
    taken = session.execute(update(ShownMessage).where(*same).values(dirty=False, sent_rev=row.rev))
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has a row count


def give_back(session: Session, row: ShownMessage) -> None:
    """Telegram said that it did nothing: what was taken before sending is to be sent again."""
    _change_message(session, row, dirty=True, sent_rev=row.sent_rev)


def start_anew(session: Session, row: ShownMessage, now: datetime, *, delete: bool) -> None:
    """Send it again at the bottom; `delete` when there still is a message, of another kind or too old to edit."""
    if delete and row.message_id is not None:
        delete_message(session, row.chat_id, row.message_id, now)
    _change_message(
        session, row, message_id=None, media=None, photo_key=None, sent_rev=0, epoch=row.epoch + 1, dirty=True
    )
    after_commit(session, OUTBOX)


def _change_message(session: Session, row: ShownMessage, **values: Any) -> bool:
    """Only while it is the same message: a fresh one has another epoch."""
    same = (ShownMessage.id == row.id, ShownMessage.epoch == row.epoch)
    changed = session.execute(update(ShownMessage).where(*same).values(**values))
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has a row count


def close(session: Session, row: ShownMessage, error: str | None) -> None:
    """Nothing more is sent for this row until somebody shows it again; a retired message is gone."""
    same = (ShownMessage.id == row.id, ShownMessage.epoch == row.epoch, ShownMessage.rev == row.rev)
    values: dict[str, Any] = {"closed": True, "dirty": False, "error": error}
    if row.retired:
        values |= {"message_id": None, "media": None, "photo_key": None}
    session.execute(update(ShownMessage).where(*same).values(**values))


def delete_message(session: Session, chat_id: int, message_id: int, now: datetime) -> None:
    """Ask for its deletion, once."""
    values = {"chat_id": chat_id, "message_id": message_id}
    ask_once(session, delete_key(chat_id, message_id), "deleteMessage", values, now)


def ask_once(session: Session, key: str, method: str, values: dict[str, Any], now: datetime) -> None:
    """A call that the sender itself finds necessary."""
    put_if_absent(
        session, BotCall, "key", key=key, method=method, values=values, then_values={}, lane=0, created_at=now
    )  # fmt: skip
    after_commit(session, OUTBOX)


def try_later(session: Session, row: Row, now: datetime, seconds: float, error: str) -> None:
    """Unless it was changed meanwhile: what is new is tried at once."""
    table = type(row)
    same = ShownMessage.rev == row.rev if isinstance(row, ShownMessage) else BotCall.status == "new"
    values = {"attempts": table.attempts + 1, "not_before": now + timedelta(seconds=seconds), "error": error}
    session.execute(update(table).where(table.id == row.id, same).values(**values))


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
    origin = {"bot_id": bot_id, "source": FROM_CALL, "update_id": call.id, "kind": "call", "received_at": now}
    session.add(InboxRow(**origin, lane=call.lane, body=body, request=call.request))
    after_commit(session, INBOX)


def follow_migration(session: Session, old: int, new: int) -> None:
    """A group became a supergroup: what is unsent there goes to its new id."""
    moved = {"chat_id": new, "message_id": None, "media": None, "photo_key": None, "epoch": ShownMessage.epoch + 1}
    session.execute(update(ShownMessage).where(ShownMessage.chat_id == old).values(**moved))
    for call in session.scalars(select(BotCall).where(BotCall.status == "new")):
        values: dict[str, Any] = call.values
        if values.get("chat_id") == old:
            call.values = values | {"chat_id": new}
    after_commit(session, OUTBOX)
