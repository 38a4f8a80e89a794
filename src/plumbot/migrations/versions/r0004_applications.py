"""Applications: seven fields beside the slug, one open application a person.

Down: `needs_changes` becomes `pending`, `withdrawn` becomes `rejected` (both let the person apply again, as in
ours); who decided, and when the rules were accepted, the old table cannot hold.
"""

from functools import partial

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    Text,
    column,
    select,
    table,
    text,
)

from plumbot.kit.folding import folded
from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.carrying import carry_down, carry_up
from plumbot.migrations.moving import Row, now, rows_of
from plumbot.migrations.old_schema import APPLICATIONS as OLD_APPLICATIONS
from plumbot.migrations.old_schema import INVITES as OLD_INVITES
from plumbot.migrations.values import first_of, moment, moment_text, whole, words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Verdict = tuple[str | None, str | None]  # the status (None: set aside) and why

NEW = MetaData(naming_convention=NAMES)
OPEN = text("status IN ('pending', 'needs_changes', 'approved')")
KNOWN = ("pending", "approved", "rejected", "done")
DECIDED = ("approved", "rejected", "done")
STILL_OPEN = ("pending", "approved")
IN_OLD_WORDS = {"needs_changes": "pending", "withdrawn": "rejected"}
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
    verdicts = verdicts_on(bind)
    carry_up(bind, OLD_APPLICATIONS, APPLICATIONS, partial(application, verdicts=verdicts), old_application)


def verdicts_on(bind: Connection) -> dict[int, Verdict]:
    """What becomes of each application; of several open ones of a person the newest stays."""
    inside = set(bind.execute(select(table("profiles", column("user_id")))).scalars())
    invited = {
        row["user_id"]
        for row in rows_of(bind, OLD_INVITES, raw=True)
        if (expires_at := moment(row["expires_at"])) and expires_at > now()
    }
    verdicts: dict[int, Verdict] = {}
    newest: dict[int, int] = {}
    for row in rows_of(bind, OLD_APPLICATIONS, raw=True):
        verdict = verdict_on(row, row["user_id"] in inside, row["user_id"] in invited)
        verdicts[row["id"]] = verdict
        if verdict[0] not in STILL_OPEN:
            continue
        if row["user_id"] in newest:
            verdicts[newest[row["user_id"]]] = "withdrawn", "a newer open application of this person stands"
        newest[row["user_id"]] = row["id"]
    return verdicts


def verdict_on(row: Row, inside: bool, invited: bool) -> Verdict:
    status = row["status"]
    if not whole(row["user_id"]):
        return None, "user_id is not the number of anybody"
    if words(row["slug"]) is None:
        return None, "no slug"
    if status not in KNOWN:
        return None, "unknown status"
    if status != "done" or inside:
        return status, None
    if invited:
        return "approved", "done, but not arrived: the invite is still open"
    return "withdrawn", "done, but never arrived, and no invite is open"


def application(row: Row, verdicts: dict[int, Verdict]) -> tuple[Row | None, str | None]:
    status, why = verdicts[row["id"]]
    if status is None:
        return None, why
    slug = words(row["slug"]) or ""
    created_at = first_of(moment(row["created_at"]), moment(row["updated_at"]), now())
    updated_at = first_of(moment(row["updated_at"]), created_at)
    made = {
        "id": row["id"],
        "user_id": row["user_id"],
        "username": words(row["username"]),
        "slug": slug,
        "slug_key": folded(slug),
        **fields(slug),
        "status": status,
        "reason": words(row["reason"]),
        "decided_at": updated_at if row["status"] in DECIDED else None,
        # the old bot wrote "done" when the rules were accepted
        "accepted_at": updated_at if row["status"] == "done" else None,
        "created_at": created_at,
        "updated_at": updated_at,
    }
    return made, why


def fields(slug: str) -> dict[str, str | None]:
    """The seven parts, where there are seven."""
    parts = slug.split("-")
    whole_slug = len(parts) == len(FIELDS) and all(parts)
    return dict(zip(FIELDS, parts, strict=True)) if whole_slug else dict.fromkeys(FIELDS)


def old_application(row: Row) -> Row:
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "username": row["username"],
        "slug": row["slug"],
        "status": IN_OLD_WORDS.get(row["status"], row["status"]),
        "reason": row["reason"],
        "created_at": moment_text(row["created_at"]),
        "updated_at": moment_text(row["updated_at"]),
    }


def downgrade() -> None:
    carry_down(op.get_bind(), APPLICATIONS, OLD_APPLICATIONS, old_application)
