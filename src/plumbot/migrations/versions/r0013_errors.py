"""Faults that nobody expected; updates that were set aside are counted without reading all of them."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text, text

from plumbot.kit.tables import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DEAD = text("status = 'dead'")


def upgrade() -> None:
    op.create_table(
        "errors",
        Column("reference", String(8), primary_key=True),
        Column("place", String(80), nullable=False),
        Column("kind", String(120), nullable=False),
        Column("trace", Text, nullable=False),
        Column("context", Text, nullable=False),
        Column("times", Integer, nullable=False),
        Column("first_at", UtcDateTime, nullable=False),
        Column("last_at", UtcDateTime, nullable=False),
        Column("told_at", UtcDateTime),
    )
    op.create_index("ix_errors_last_at", "errors", ["last_at"])
    op.create_index("ix_inbox_dead", "inbox", ["finished_at"], sqlite_where=DEAD, postgresql_where=DEAD)


def downgrade() -> None:
    op.drop_index("ix_inbox_dead", "inbox")
    op.drop_table("errors")
