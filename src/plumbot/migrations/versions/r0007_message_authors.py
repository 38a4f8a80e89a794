"""Who wrote which message: three old tables become one."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, Table

from plumbot.kit.tables import NAMES, UtcDateTime
from plumbot.migrations.old_schema import MESSAGE_AUTHORS, MESSAGES_INDEX, MSG_AUTHORS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)

AUTHORS = Table(
    "message_authors",
    NEW,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("author_id", BigInteger, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Index("ix_message_authors_sent_at", "sent_at"),
)


def upgrade() -> None:
    bind = op.get_bind()
    for old in (MESSAGE_AUTHORS, MSG_AUTHORS, MESSAGES_INDEX):
        old.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    for old in (MESSAGE_AUTHORS, MSG_AUTHORS, MESSAGES_INDEX):
        old.create(bind)
