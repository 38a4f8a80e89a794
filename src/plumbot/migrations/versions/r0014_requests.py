"""Which update a message, a call and a call's answer come from."""

from alembic import op
from sqlalchemy import Column, String

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("inbox", "outbox", "outbox_calls")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, Column("request", String(24)))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "request")
