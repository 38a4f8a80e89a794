"""PostgreSQL: the queue's own tables and functions, as the library procrastinate brings them. SQLite needs none.

Its schema comes whole, since its steps cannot be taken in one transaction. A test says when an installed version has
steps after LAST_STEP; then a revision takes them where the schema of this one is without them.
"""

from importlib.resources import files

from alembic import op
from sqlalchemy import Connection, text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LAST_STEP = "03.04.00_50_post_add_retry_failed_job_procedure.sql"

OURS = "relname LIKE 'procrastinate%' AND relnamespace = current_schema()::regnamespace"
TABLES = text(f"SELECT relname FROM pg_class WHERE relkind = 'r' AND {OURS}")  # noqa: S608  # no value comes from outside
FUNCTIONS = text(
    "SELECT oid::regprocedure::text FROM pg_proc"
    " WHERE proname LIKE 'procrastinate%' AND pronamespace = current_schema()::regnamespace"
)
TYPES = text(
    "SELECT oid::regtype::text FROM pg_type"
    " WHERE typname LIKE 'procrastinate%' AND typtype IN ('e', 'c') AND typnamespace = current_schema()::regnamespace"
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    _as_it_is(bind, files("procrastinate").joinpath("sql", "schema.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    for kind, found in (("TABLE", TABLES), ("FUNCTION", FUNCTIONS), ("TYPE", TYPES)):
        for name in bind.scalars(found).all():
            _as_it_is(bind, f"DROP {kind} IF EXISTS {name} CASCADE")


def _as_it_is(bind: Connection, script: str) -> None:
    """Several statements at once, in which a per cent sign is nothing but that."""
    bind.exec_driver_sql(script, execution_options={"no_parameters": True})
