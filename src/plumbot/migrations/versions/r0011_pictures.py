"""The outbox notes which picture a message shows, so that another one takes its place in the same message."""

from alembic import op
from sqlalchemy import Column, String

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", Column("photo_key", String(80)))


def downgrade() -> None:
    op.drop_column("outbox", "photo_key")
