"""Which update a message, a call, a call's answer and a job come from."""

from alembic import op
from sqlalchemy import Column, String

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("inbox", "outbox", "outbox_calls", "a2t_jobs")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, Column("request", String(24)))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "request")
