"""Speech becomes text: jobs wait in a queue, are claimed, and keep what was said; clips of the club's chat; wishes.

What the old bot had saved and never finished has ended: `dead`. Down: what is open becomes `downloaded`, which is how
the old bot called it, and other ends become `failed`; what was said is forgotten.
"""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text, and_, case, column, or_, table, text

from plumbot.kit.tables import Json, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = text("status IN ('queued', 'running')")
LEFT = "left_by_the_old_bot"
JOBS = table("a2t_jobs", column("status", String), column("error", Text), column("error_code", String))

INDEXES: tuple[tuple[str, list[str], dict[str, Any]], ...] = (
    ("ix_a2t_jobs_open", ["status", "heartbeat"], {"sqlite_where": OPEN, "postgresql_where": OPEN}),
    ("ix_a2t_jobs_turn", ["user_id", "turn"], {}),
    ("ix_a2t_jobs_file", ["file_unique_id", "language"], {}),
    ("ix_a2t_jobs_speaker", ["speaker_id"], {}),
    ("ix_a2t_jobs_root", ["root_id"], {}),
)


def new_columns() -> list[Column[Any]]:
    return [
        Column("speaker_id", BigInteger),
        Column("chat_id", BigInteger),
        Column("thread_id", BigInteger),
        Column("message_id", BigInteger),
        Column("root_id", BigInteger),
        Column("kind", String(12)),
        Column("file_id", Text),
        Column("file_unique_id", String(64)),
        Column("file_size", BigInteger),
        Column("wanted_model", String(64)),
        Column("model", String(64)),
        Column("found_language", String(16)),
        Column("priority", Integer, nullable=False, server_default="0"),
        Column("turn", BigInteger, nullable=False, server_default="0"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("holder", String(64)),
        Column("heartbeat", UtcDateTime),
        Column("not_before", UtcDateTime),
        Column("started_at", UtcDateTime),
        Column("error_code", String(32)),
        Column("text", Text),
        Column("segments", Json),
    ]


def upgrade() -> None:
    for added in new_columns():
        op.add_column("a2t_jobs", added)
    for name, columns, where in INDEXES:
        op.create_index(name, "a2t_jobs", columns, **where)
    op.execute(JOBS.update().where(JOBS.c.status == "downloaded").values(status="dead", error_code=LEFT))
    op.create_table(
        "a2t_clips",
        Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
        Column("message_id", BigInteger, primary_key=True, autoincrement=False),
        Column("thread_id", BigInteger),
        Column("speaker_id", BigInteger, nullable=False),
        Column("kind", String(12), nullable=False),
        Column("file_id", Text, nullable=False),
        Column("file_unique_id", String(64), nullable=False),
        Column("seconds", Integer),
        Column("file_size", BigInteger),
        Column("sent_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_a2t_clips_speaker_id", "a2t_clips", ["speaker_id"])
    op.create_table(
        "a2t_wishes",
        Column("user_id", BigInteger, primary_key=True, autoincrement=False),
        Column("language", String(16)),
    )
    op.create_table(
        "a2t_workers",
        Column("holder", String(64), primary_key=True),
        Column("models", Json, nullable=False),
        Column("why_not", Text),
        Column("seen_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("a2t_workers")
    op.drop_table("a2t_wishes")
    op.drop_table("a2t_clips")
    never_ended = or_(JOBS.c.status.in_(("queued", "running")), JOBS.c.error_code == LEFT)
    ended_badly = JOBS.c.status.in_(("cancelled", "dead"))
    status = case((never_ended, "downloaded"), (ended_badly, "failed"), else_=JOBS.c.status)
    ours = and_(JOBS.c.error.is_(None), JOBS.c.error_code != LEFT)
    op.execute(JOBS.update().values(status=status, error=case((ours, JOBS.c.error_code), else_=JOBS.c.error)))
    for name, _, _ in reversed(INDEXES):
        op.drop_index(name, "a2t_jobs")
    for added in reversed(new_columns()):
        op.drop_column("a2t_jobs", added.name)
