"""The outbox: messages as they should be (`outbox`) and other Bot API calls that must happen (`outbox_calls`)."""

from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, Moment, RowId, Table, TelegramId

ANSWER, DECISION, TIMER = 0, 1, 2


class ShownMessage(Table):
    """There should be a message `key` in chat `chat_id` that shows `screen` with `values`.

    `rev` counts what should be seen, `sent_rev` what Telegram was last told; `dirty` says that they differ.
    `epoch` counts messages: a fresh one raises it, and a send of an older epoch that comes back is deleted.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_key", "key", unique=True),
        Index("ix_outbox_message", "chat_id", "message_id"),
        Index("ix_outbox_place", "place"),
        Index("ix_outbox_dirty", "urgency", "place", sqlite_where=text("dirty"), postgresql_where=text("dirty")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(String(120))
    chat_id: Mapped[TelegramId]
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    screen: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    urgency: Mapped[int] = mapped_column(default=ANSWER)
    at_most_once: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    rev: Mapped[int] = mapped_column(default=1)
    sent_rev: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=1)
    dirty: Mapped[bool] = mapped_column(default=True)
    retired: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    closed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    place: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    media: Mapped[str | None] = mapped_column(String(8))
    photo_key: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[Moment | None]
    error: Mapped[str | None] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]


class BotCall(Table):
    """A Bot API call that must happen; its answer comes back as an inbox row for the service method `then`."""

    __tablename__ = "outbox_calls"
    __table_args__ = (
        Index("uq_outbox_calls_key", "key", unique=True),
        Index(
            "ix_outbox_calls_new",
            "urgency",
            "id",
            sqlite_where=text("status = 'new'"),
            postgresql_where=text("status = 'new'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    then: Mapped[str | None] = mapped_column(String(80))
    then_values: Mapped[dict[str, Any]] = mapped_column(Json)
    lane: Mapped[TelegramId]
    order_key: Mapped[str | None] = mapped_column(String(120))
    message_key: Mapped[str | None] = mapped_column(String(120))
    urgency: Mapped[int] = mapped_column(default=ANSWER)
    status: Mapped[str] = mapped_column(String(8), default="new", server_default="new")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[Moment | None]
    error: Mapped[str | None] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
