"""The verbs of the outbox, written in the unit of the effect: `show` and `retire` a message, `call` a method."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, select, text
from sqlalchemy.orm import Session

from plumbot.kit.clock import Clock
from plumbot.kit.inserting import put_if_absent
from plumbot.kit.outbox.tables import ANSWER, TIMER, BotCall, ShownMessage
from plumbot.kit.requests import request_of
from plumbot.kit.signals import OUTBOX, after_commit

REDRAWN = 10  # messages of a chat: what lies further up is history


@dataclass(frozen=True)
class Answer:
    """What Telegram answered to a call: `result` when ok, else its error. `values` is the caller's own note."""

    ok: bool
    result: Any = None
    error_code: int | None = None
    error: str = ""
    values: dict[str, Any] = field(default_factory=dict)


class Outbox:
    """Writes what should be seen and done; the sender makes it so after the commit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def show(
        self,
        session: Session,
        /,
        key: str,
        to: int,
        screen: str,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        fresh: bool = False,
        urgency: int = ANSWER,
        at_most_once: bool = False,
        **values: Any,
    ) -> None:
        """There should be a message `key` in chat `to` that shows `screen`.

        Shown again it is edited in place; `fresh` removes it and sends it anew at the bottom.
        """
        row = session.scalar(_held(_under(key)))
        if row is None:
            row = put_if_absent(
                session, ShownMessage, "key", key=key, chat_id=to, thread_id=thread, reply_to=reply_to, screen=screen,
                values=values, urgency=urgency, at_most_once=at_most_once, place=next_place(session),
                request=request_of(session), created_at=self._clock.now(),
            )  # fmt: skip
            if row is not None:
                after_commit(session, OUTBOX)
                return
            row = session.scalars(_held(_under(key))).one()
        if row.chat_id != to:
            raise ValueError(f"The message {key!r} belongs to chat {row.chat_id}, not {to}; use another key.")
        if fresh:
            self._start_anew(session, row, thread, reply_to)
        elif (row.screen, row.values) == (screen, values) and not (row.retired or row.closed):
            return
        self._change(session, row, screen, values, urgency)

    def _start_anew(self, session: Session, row: ShownMessage, thread: int | None, reply_to: int | None) -> None:
        if row.message_id is not None:
            self.delete(session, row.chat_id, row.message_id)
        row.epoch, row.message_id, row.media, row.photo_key = row.epoch + 1, None, None, None
        row.thread_id, row.reply_to, row.sent_rev = thread, reply_to, 0
        row.place = next_place(session)

    def _change(self, session: Session, row: ShownMessage, screen: str, values: dict[str, Any], urgency: int) -> None:
        if row.rev == row.sent_rev:
            row.place = next_place(session)
        row.rev += 1
        row.screen, row.values, row.urgency, row.request = screen, values, urgency, request_of(session)
        row.dirty, row.retired, row.closed, row.attempts, row.not_before = True, False, False, 0, None
        session.flush()
        after_commit(session, OUTBOX)

    def redraw(self, session: Session, chat_id: int) -> None:
        """The last messages of the chat are to be drawn again with the same values: it is read in another language."""
        live = (ShownMessage.message_id.is_not(None), ~ShownMessage.retired, ~ShownMessage.closed, ~ShownMessage.dirty)
        again = (ShownMessage.chat_id == chat_id, ShownMessage.media != "document", ~ShownMessage.at_most_once)
        last = select(ShownMessage).where(*again, *live).order_by(ShownMessage.place.desc()).limit(REDRAWN)
        for row in session.scalars(_held(last)).all():
            self._change(session, row, row.screen, row.values, TIMER)

    def delete(self, session: Session, chat_id: int, message_id: int) -> None:
        """This message of ours should be gone; asked twice it is done once."""
        key = delete_key(chat_id, message_id)
        self.call(session, key, "deleteMessage", chat_id=chat_id, message_id=message_id)

    def retire(self, session: Session, key: str) -> None:
        """The message should be gone. One that was never sent is never sent."""
        row = session.scalar(_held(_under(key)))
        if row is None or row.retired:
            return
        row.retired, row.rev, row.dirty = True, row.rev + 1, True
        row.attempts, row.not_before = 0, None
        session.flush()
        after_commit(session, OUTBOX)

    def call(
        self,
        session: Session,
        /,
        key: str,
        method: str,
        *,
        then: str | None = None,
        then_values: dict[str, Any] | None = None,
        lane: int = 0,
        order: str | None = None,
        message: str | None = None,
        urgency: int = ANSWER,
        **values: Any,
    ) -> None:
        """`method` must be called once with `values`; the key names the occasion, and the same key again does nothing.

        `then` names the service method that takes the Answer, in the lane of the person concerned. `message` names a
        shown message: its `chat_id` and `message_id` are filled in when the call is sent.
        """
        put_if_absent(
            session, BotCall, "key", key=key, method=method, values=values, then=then, then_values=then_values or {},
            lane=lane, order_key=order, message_key=message, urgency=urgency, request=request_of(session),
            created_at=self._clock.now(),
        )  # fmt: skip
        after_commit(session, OUTBOX)

    def find(self, session: Session, key: str) -> ShownMessage | None:
        return session.scalar(_under(key))

    def known(self, session: Session, keys: Collection[str]) -> set[str]:
        """Those of these keys under which there is a message, or was one."""
        return set(session.scalars(select(ShownMessage.key).where(ShownMessage.key.in_(keys))))

    def keys(self, session: Session, prefix: str) -> list[str]:
        """Keys of the messages that begin with `prefix`, such as `card:12:`."""
        if session.get_bind().dialect.name == "sqlite":  # by bytes, so the index serves; LIKE would not use it
            begins = and_(ShownMessage.key >= prefix, ShownMessage.key < prefix[:-1] + chr(ord(prefix[-1]) + 1))
        else:  # collations of PostgreSQL do not compare by bytes
            begins = and_(ShownMessage.key.startswith(prefix, autoescape=True))
        return list(session.scalars(select(ShownMessage.key).where(begins).order_by(ShownMessage.id)))


def _under(key: str) -> Select[ShownMessage]:
    return select(ShownMessage).where(ShownMessage.key == key)


def _held(query: Select[ShownMessage]) -> Select[ShownMessage]:
    """Rows as they are now; nobody else changes them before our commit, since two units may show one key at once."""
    return query.with_for_update().execution_options(populate_existing=True)


def delete_key(chat_id: int, message_id: int) -> str:
    """The key of the call that deletes this message."""
    return f"delete:{chat_id}:{message_id}"


def next_place(session: Session) -> int:
    """The end of the queue. On PostgreSQL units run side by side, and what counts them all is the server's clock."""
    if session.get_bind().dialect.name == "sqlite":
        return (session.scalar(select(func.max(ShownMessage.place))) or 0) + 1
    return int(session.execute(text("SELECT extract(epoch FROM clock_timestamp()) * 1000000")).scalar_one())
