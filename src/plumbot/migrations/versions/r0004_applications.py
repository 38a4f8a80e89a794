"""Applications: seven fields beside the slug, one open application a person."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table, Text, text

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.old_schema import APPLICATIONS as OLD_APPLICATIONS

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
OPEN = text("status IN ('pending', 'needs_changes', 'approved')")
FIELDS = ("first_name", "last_name", "university", "program", "group_name", "course", "start_year")

APPLICATIONS = Table(
    "applications",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigInteger, nullable=False),
    Column("username", Text),
    Column("slug", Text, nullable=False),
    Column("slug_key", Text, nullable=False),
    *(Column(field, Text) for field in FIELDS),
    Column("status", String(16), nullable=False, server_default="pending"),
    Column("reason", Text),
    Column("decided_by", BigInteger),
    *(Column(name, UtcDateTime) for name in ("decided_at", "accepted_at", "reminded_at", "escalated_at")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_applications_user_id", "user_id"),
    Index("ix_applications_slug_key", "slug_key"),
    Index("ix_applications_status", "status", "created_at"),
    Index("uq_applications_open", "user_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
)


def upgrade() -> None:
    bind = op.get_bind()
    OLD_APPLICATIONS.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    OLD_APPLICATIONS.create(bind)
