"""Personal links and the blacklist."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table, Text

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.old_schema import BLACKLIST as OLD_BLACKLIST
from plumbot.migrations.old_schema import INVITES as OLD_INVITES

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)

INVITES = Table(
    "invites",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigInteger, nullable=False),
    Column("application_id", BigInteger),
    Column("chat_id", BigInteger, nullable=False),
    Column("invite_link", Text),
    Column("token", String(32), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("status", String(8), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_invites_user_id", "user_id"),
    Index("uq_invites_invite_link", "invite_link", unique=True),
    Index("uq_invites_token", "token", unique=True),
)

BLACKLIST = Table(
    "blacklist",
    NEW,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", Text),
    Column("added_by", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
)


def upgrade() -> None:
    bind = op.get_bind()
    OLD_INVITES.drop(bind)
    OLD_BLACKLIST.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    OLD_INVITES.create(bind)
    OLD_BLACKLIST.create(bind)
