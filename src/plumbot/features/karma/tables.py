"""The ledger of karma, the votes behind it, who wrote which message, and what is kept so that nobody has to count."""

from datetime import date

from sqlalchemy import BigInteger, Date, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId

WAITS = text("receiver_id IS NULL")


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


class KarmaDay(Table):
    """What the ledger says of one person on one day of the club; `minus` is positive. Opening entries are left out."""

    __tablename__ = "karma_days"
    __table_args__ = (Index("ix_karma_days_day", "day"),)

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    plus: Mapped[int] = mapped_column(BigInteger)
    minus: Mapped[int] = mapped_column(BigInteger)


class KarmaMark(Table):
    """Every thousandth place of the ranking as it lately was: places are counted from the nearest mark on."""

    __tablename__ = "karma_marks"

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    karma: Mapped[int]
    joined_at: Mapped[Moment | None]
    user_id: Mapped[TelegramId]


class Vote(Table):
    """What one person thinks of one message, by thanks or by reaction.

    `value` is what they say, `applied` what the ledger holds of it; `receiver_id` is NULL until the author is known.
    """

    __tablename__ = "votes"
    __table_args__ = (Index("ix_votes_waiting", "chat_id", "message_id", sqlite_where=WAITS, postgresql_where=WAITS),)

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    voter_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    receiver_id: Mapped[int | None] = mapped_column(BigInteger)
    value: Mapped[int]
    applied: Mapped[int]
    said_at: Mapped[Moment]


class MessageAuthor(Table):
    """Who wrote a message of the club's chat, kept for 90 days."""

    __tablename__ = "message_authors"
    __table_args__ = (Index("ix_message_authors_sent_at", "sent_at"),)

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    author_id: Mapped[TelegramId]
    sent_at: Mapped[Moment]
