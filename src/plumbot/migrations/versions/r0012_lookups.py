"""Questions to the site that knows people by their @name."""

from alembic import op
from sqlalchemy import BigInteger, Column, String

from plumbot.kit.tables import BigId, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookups",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("key", String(120), nullable=False),
        Column("user_id", BigInteger, nullable=False),
        Column("chat_id", BigInteger, nullable=False),
        Column("thread_id", BigInteger),
        Column("username", String(32), nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_lookups_key", "lookups", ["key"], unique=True)
    op.create_index("ix_lookups_user_id", "lookups", ["user_id"])


def downgrade() -> None:
    op.drop_table("lookups")
