"""People and admins, and who did what.

Down: whoever was never inside has no profile in the old bot and is left out; names, languages, settings and the
audit are ours alone and go. An admin of the environment becomes an admin like the others.
"""

from functools import partial

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, text

from plumbot.kit.folding import folded
from plumbot.kit.tables import NAMES, BigId, Json, UtcDateTime
from plumbot.migrations.carrying import carry_down, carry_up
from plumbot.migrations.moving import Row, now, rows_of
from plumbot.migrations.numbering import Numbered, keep_numbers
from plumbot.migrations.old_schema import ADMINS as OLD_ADMINS
from plumbot.migrations.old_schema import APPLICATIONS as OLD_APPLICATIONS
from plumbot.migrations.old_schema import PROFILES as OLD_PROFILES
from plumbot.migrations.values import first_of, moment, moment_text, whole, words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
KARMA_START = 10

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
    AUDIT.create(bind)
    NUMBERS.create(bind)
    spoke = {row["user_id"] for row in rows_of(bind, OLD_APPLICATIONS, raw=True)}
    given = keep_numbers(bind, OLD_PROFILES)
    carry_up(bind, OLD_PROFILES, PROFILES, partial(person, spoke=spoke), partial(old_profile, numbers=given))
    given = keep_numbers(bind, OLD_ADMINS)
    carry_up(bind, OLD_ADMINS, ADMINS, admin, partial(old_admin, numbers=given))


def person(row: Row, spoke: set[int]) -> tuple[Row | None, str | None]:
    """A profile was made on arrival: its owner is inside until a sweep of the chat says otherwise."""
    user_id, karma, username = whole(row["user_id"]), whole(row["karma"], 32), words(row["username"]) or None
    if not user_id:
        return None, "user_id is not the number of anybody"
    created_at = first_of(moment(row["created_at"]), moment(row["updated_at"]), now())
    made = {
        "user_id": user_id,
        "username": username,
        "username_key": folded(username) if username else None,
        "karma_start": KARMA_START,
        "karma": KARMA_START if karma is None else karma,
        "in_club": True,
        "joined_at": moment(row["joined_at"]),
        "reachable": user_id in spoke,
        "created_at": created_at,
        "updated_at": first_of(moment(row["updated_at"]), created_at),
    }
    return made, "no karma was kept: it counts as 10" if karma is None else None


def old_profile(row: Row, numbers: dict[int, int]) -> Row:
    return {
        "id": numbers[row["user_id"]],
        "user_id": row["user_id"],
        "username": row["username"],
        "points": KARMA_START,
        "created_at": moment_text(row["created_at"]),
        "updated_at": moment_text(row["updated_at"]),
        "karma": row["karma"],
        "joined_at": moment_text(row["joined_at"]),
        "slug": None,
    }


def admin(row: Row) -> tuple[Row | None, str | None]:
    user_id = whole(row["user_id"])
    if not user_id:
        return None, "user_id is not the number of anybody"
    return {
        "user_id": user_id,
        "source": "panel",
        "created_at": first_of(moment(row["created_at"]), now()),
    }, None


def old_admin(row: Row, numbers: dict[int, int]) -> Row:
    user_id = row["user_id"]
    return {"id": numbers[user_id], "user_id": user_id, "created_at": moment_text(row["created_at"])}


def downgrade() -> None:
    bind = op.get_bind()
    given = Numbered(bind, OLD_PROFILES)

    def back(row: Row) -> Row | None:
        was_inside = row["in_club"] or row["joined_at"] or row["left_at"] or row["user_id"] in given
        return old_profile(row, given) if was_inside else None

    carry_down(bind, PROFILES, OLD_PROFILES, back, key=("user_id",))
    carry_down(bind, ADMINS, OLD_ADMINS, partial(old_admin, numbers=Numbered(bind, OLD_ADMINS)), key=("user_id",))
    NUMBERS.drop(bind)
    AUDIT.drop(bind)
