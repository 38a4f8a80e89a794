"""Jobs that turn speech into text. Down: a status of ours stands as it is, the old bot only counts them."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.carrying import carry_down, carry_up
from plumbot.migrations.moving import Row, now
from plumbot.migrations.old_schema import A2T_JOBS as OLD_JOBS
from plumbot.migrations.values import first_of, moment, moment_text, number, whole, words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
KNOWN = ("downloaded", "done", "failed")

JOBS = Table(
    "a2t_jobs",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigInteger, nullable=False),
    Column("language", String(16)),
    Column("status", String(16), nullable=False),
    Column("engine", Text),
    Column("file_path", Text),
    Column("audio_seconds", Float),
    Column("duration_ms", Integer),
    Column("text_length", Integer),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index("ix_a2t_jobs_user_id", "user_id", "created_at"),
)


def upgrade() -> None:
    carry_up(op.get_bind(), OLD_JOBS, JOBS, job, old_job)


def job(row: Row) -> tuple[Row | None, str | None]:
    user_id = whole(row["user_id"])
    if not user_id:
        return None, "user_id is not the number of anybody"
    if row["status"] not in KNOWN:
        return None, "unknown status"
    return {
        "id": row["id"],
        "user_id": user_id,
        "language": words(row["lang"], 16),
        "status": row["status"],
        "engine": words(row["backend"]),
        "file_path": words(row["file_path"]),
        "audio_seconds": number(row["audio_seconds"]),
        "duration_ms": whole(row["duration_ms"], 32),
        "text_length": whole(row["text_len"], 32),
        "error": words(row["error"]),
        "created_at": first_of(moment(row["created_at"]), moment(row["finished_at"]), now()),
        "finished_at": moment(row["finished_at"]),
    }, None


def old_job(row: Row) -> Row:
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "lang": row["language"],
        "status": row["status"],
        "backend": row["engine"],
        "file_path": row["file_path"],
        "audio_seconds": row["audio_seconds"],
        "created_at": moment_text(row["created_at"]),
        "finished_at": moment_text(row["finished_at"]),
        "duration_ms": row["duration_ms"],
        "text_len": row["text_length"],
        "error": row["error"],
    }


def downgrade() -> None:
    carry_down(op.get_bind(), JOBS, OLD_JOBS, old_job)
