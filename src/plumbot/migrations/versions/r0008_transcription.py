"""Jobs that turn speech into text."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.old_schema import A2T_JOBS as OLD_JOBS

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)

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
    bind = op.get_bind()
    OLD_JOBS.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    OLD_JOBS.create(bind)
