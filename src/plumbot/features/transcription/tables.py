"""Jobs that turn speech into text."""

from sqlalchemy import Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, RowId, Table, TelegramId


class A2TJob(Table):
    """One clip of one person; old rows keep the old bot's `downloaded`, `done` and `failed`."""

    __tablename__ = "a2t_jobs"
    __table_args__ = (Index("ix_a2t_jobs_user_id", "user_id", "created_at"),)

    id: Mapped[RowId]
    user_id: Mapped[TelegramId]
    language: Mapped[str | None] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    engine: Mapped[str | None] = mapped_column(Text)
    file_path: Mapped[str | None] = mapped_column(Text)
    audio_seconds: Mapped[float | None] = mapped_column(Float)
    duration_ms: Mapped[int | None]
    text_length: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
