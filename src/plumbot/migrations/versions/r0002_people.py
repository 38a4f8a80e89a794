"""People and admins, and who did what."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, text

from plumbot.kit.tables import NAMES, BigId, Json, UtcDateTime
from plumbot.migrations.old_schema import ADMINS as OLD_ADMINS
from plumbot.migrations.old_schema import PROFILES as OLD_PROFILES

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)

PROFILES = Table(
    "profiles",
    NEW,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_name", Text, nullable=False, server_default=""),
    Column("last_name", Text),
    Column("username", Text),
    Column("username_key", Text),
    Column("language", String(8)),
    Column("language_code", String(16)),
    Column("karma_start", Integer, nullable=False),
    Column("karma", Integer, nullable=False),
    Column("in_club", Boolean, nullable=False, server_default=text("false")),
    Column("joined_at", UtcDateTime),
    Column("left_at", UtcDateTime),
    Column("reachable", Boolean, nullable=False, server_default=text("false")),
    Column("digest", Boolean, nullable=False, server_default=text("true")),
    Column("transcribe", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_profiles_username_key", "username_key"),
)

ADMINS = Table(
    "admins",
    NEW,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", String(8), nullable=False),
    Column("added_by", BigInteger),
    Column("away", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", UtcDateTime, nullable=False),
)

AUDIT = Table(
    "audit",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger),
    Column("action", String(60), nullable=False),
    Column("subject_id", BigInteger),
    Column("before", Json),
    Column("after", Json),
    Index("ix_audit_subject_id", "subject_id"),
)

NUMBERS = Table(
    "legacy_numbers",
    NEW,
    Column("source_table", String(40), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)


def upgrade() -> None:
    bind = op.get_bind()
    OLD_PROFILES.drop(bind)
    OLD_ADMINS.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    OLD_PROFILES.create(bind)
    OLD_ADMINS.create(bind)
