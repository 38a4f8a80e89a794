"""Applications to the club. Old rows may not parse into the seven fields; then only the slug is kept."""

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId

OPEN = "status IN ('pending', 'needs_changes', 'approved')"


class Application(Table):
    """One application; at most one open one a person. `status` as in the table of `rules.py`."""

    __tablename__ = "applications"
    __table_args__ = (
        Index("ix_applications_user_id", "user_id"),
        Index("ix_applications_slug_key", "slug_key"),
        Index("ix_applications_status", "status", "created_at"),
        Index("uq_applications_open", "user_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[RowId]
    user_id: Mapped[TelegramId]
    username: Mapped[str | None] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    slug_key: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    university: Mapped[str | None] = mapped_column(Text)
    program: Mapped[str | None] = mapped_column(Text)
    group_name: Mapped[str | None] = mapped_column(Text)
    course: Mapped[str | None] = mapped_column(Text)
    start_year: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), default="pending", server_default="pending")
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[Moment | None]
    accepted_at: Mapped[Moment | None]
    reminded_at: Mapped[Moment | None]
    escalated_at: Mapped[Moment | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
