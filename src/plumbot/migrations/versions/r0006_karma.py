"""The ledger of karma, with an opening entry where the old events do not explain it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.old_schema import KARMA_EVENTS as OLD_EVENTS

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)

EVENTS = Table(
    "karma_events",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigInteger, nullable=False),
    Column("actor_id", BigInteger),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("delta", Integer, nullable=False),
    Column("reason", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_karma_events_user_id", "user_id", "created_at"),
)


def upgrade() -> None:
    bind = op.get_bind()
    OLD_EVENTS.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    OLD_EVENTS.create(bind)
