"""Questions to the site that wait for their answer."""

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId


class Lookup(Table):
    """Somebody asked who `username` is; the answer edits the message `key`. The row goes when it is answered."""

    __tablename__ = "lookups"
    __table_args__ = (
        Index("uq_lookups_key", "key", unique=True),
        Index("ix_lookups_user_id", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[TelegramId]
    chat_id: Mapped[TelegramId]
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    username: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[Moment]
