"""The ledger of karma, and who wrote which message."""

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId


class KarmaEvent(Table):
    """One change of one person's karma. A person's karma is their start value plus the sum of these."""

    __tablename__ = "karma_events"
    __table_args__ = (Index("ix_karma_events_user_id", "user_id", "created_at"),)

    id: Mapped[RowId]
    user_id: Mapped[TelegramId]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    delta: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Moment]


class MessageAuthor(Table):
    """Who wrote a message of a group, kept for 90 days."""

    __tablename__ = "message_authors"
    __table_args__ = (Index("ix_message_authors_sent_at", "sent_at"),)

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    author_id: Mapped[TelegramId]
    sent_at: Mapped[Moment]
