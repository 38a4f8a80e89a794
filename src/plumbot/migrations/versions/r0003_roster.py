"""The roster: casefolded keys, words to search by, and the person who claimed each slug."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, Table, Text

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.old_schema import ROSTER as OLD_ROSTER

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)

ROSTER = Table(
    "roster",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("slug", Text, nullable=False),
    Column("slug_key", Text, nullable=False),
    Column("user_id", BigInteger),
    Column("added_by", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_roster_slug_key", "slug_key"),
    Index("ix_roster_user_id", "user_id"),
)

WORDS = Table(
    "roster_words",
    NEW,
    Column("word", Text, primary_key=True),
    Column("entry_id", BigId, ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True, index=True),
)


def upgrade() -> None:
    bind = op.get_bind()
    OLD_ROSTER.drop(bind)
    NEW.create_all(bind, checkfirst=False)


def downgrade() -> None:
    bind = op.get_bind()
    NEW.drop_all(bind, checkfirst=False)
    OLD_ROSTER.create(bind)
