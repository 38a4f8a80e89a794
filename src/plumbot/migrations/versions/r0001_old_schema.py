"""The old bot's schema as it was found, and a shelf for what has no place in ours."""

from alembic import op

from plumbot.migrations.old_schema import OLD

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    OLD.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    OLD.drop_all(op.get_bind(), checkfirst=False)
