"""Jobs that turn speech into text, what can be asked for in the club's chat, and who works at it."""

from typing import Any

from sqlalchemy import BigInteger, Float, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, Moment, RowId, Table, TelegramId

OPEN = text("status IN ('queued', 'running')")


class A2TJob(Table):
    """Somebody (`user_id`) wants to read what somebody (`speaker_id`) said in one clip.

    `attempts` counts claims and guards the end: only who holds the newest claim may write it. `failures` counts claims
    that ended badly. `turn` numbers the claims of all jobs, so that people take turns. `root_id` is the first job that
    shows itself in the same message; None is the job itself.
    """

    __tablename__ = "a2t_jobs"
    __table_args__ = (
        Index("ix_a2t_jobs_user_id", "user_id", "created_at"),
        Index("ix_a2t_jobs_open", "status", "heartbeat", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_a2t_jobs_turn", "user_id", "turn"),
        Index("ix_a2t_jobs_file", "file_unique_id", "language"),
        Index("ix_a2t_jobs_speaker", "speaker_id"),
        Index("ix_a2t_jobs_root", "root_id"),
    )

    id: Mapped[RowId]
    user_id: Mapped[TelegramId]
    speaker_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    root_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str | None] = mapped_column(String(12))
    file_id: Mapped[str | None] = mapped_column(Text)
    file_unique_id: Mapped[str | None] = mapped_column(String(64))
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    file_path: Mapped[str | None] = mapped_column(Text)  # of the old bot
    language: Mapped[str | None] = mapped_column(String(16))  # asked for; None: guess it
    wanted_model: Mapped[str | None] = mapped_column(String(64))  # None: the usual one
    status: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    turn: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    holder: Mapped[str | None] = mapped_column(String(64))
    heartbeat: Mapped[Moment | None]
    not_before: Mapped[Moment | None]
    engine: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(String(64))
    found_language: Mapped[str | None] = mapped_column(String(16))
    audio_seconds: Mapped[float | None] = mapped_column(Float)  # as claimed, then as heard
    text: Mapped[str | None] = mapped_column(Text)
    segments: Mapped[list[Any] | None] = mapped_column(Json)  # [start, end, words]; seconds
    text_length: Mapped[int | None]
    error_code: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str | None] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    duration_ms: Mapped[int | None]

    @property
    def root(self) -> int:
        return self.root_id or self.id


class Heard(Table):
    """A clip in the club's chat that somebody may still ask for by a reaction; forgotten after a while."""

    __tablename__ = "a2t_clips"
    __table_args__ = (Index("ix_a2t_clips_speaker_id", "speaker_id"),)

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    speaker_id: Mapped[TelegramId]
    kind: Mapped[str] = mapped_column(String(12))
    file_id: Mapped[str] = mapped_column(Text)
    file_unique_id: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[int | None]
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[Moment]


class SpeechWish(Table):
    """The language in which a person wants to be heard from now on; None: guess it."""

    __tablename__ = "a2t_wishes"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(16))


class SpeechWorker(Table):
    """A process that listens, as it last said so: the models it has, or why it has none."""

    __tablename__ = "a2t_workers"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    models: Mapped[list[Any]] = mapped_column(Json)
    why_not: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[Moment]
