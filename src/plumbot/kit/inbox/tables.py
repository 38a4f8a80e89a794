"""The inbox: every update that Telegram handed over, and every answer to a call of ours."""

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId

NEW, DONE, DEAD = "new", "done", "dead"
FROM_TELEGRAM, FROM_CALL = "telegram", "call"


class InboxRow(Table):
    """One update. `seq` is our order; update ids restart at random and are compared only for equality.

    `request` is set where a call's answer belongs to an earlier update; an update of Telegram is its own (`number`).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "source", "update_id"),
        Index(
            "ix_inbox_new",
            "seq",
            sqlite_where=text("status = 'new'"),
            postgresql_where=text("status = 'new'"),
        ),
        Index("ix_inbox_finished_at", "finished_at"),
        Index(
            "ix_inbox_dead",
            "finished_at",
            sqlite_where=text("status = 'dead'"),
            postgresql_where=text("status = 'dead'"),
        ),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[RowId]
    bot_id: Mapped[TelegramId]
    source: Mapped[str] = mapped_column(String(8))
    update_id: Mapped[TelegramId]
    kind: Mapped[str] = mapped_column(String(40))
    lane: Mapped[TelegramId]
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(8), default=NEW, server_default=NEW)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[Moment | None]
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[Moment | None]
    error: Mapped[str | None] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(String(24))
    received_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]

    @property
    def number(self) -> str:
        """The request that this row belongs to."""
        return self.request or f"u{self.seq}"
