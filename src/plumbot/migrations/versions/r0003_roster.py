"""The roster: casefolded keys, words to search by, and the person who claimed each slug.

Down: the old roster holds a slug once, so of two entries with the very same one the first stays.
"""

import re
from collections import defaultdict

from alembic import op
from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, MetaData, Table, Text

from plumbot.kit.folding import folded
from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.carrying import carry_down, carry_up
from plumbot.migrations.moving import Batch, Row, now, rows_of
from plumbot.migrations.old_schema import APPLICATIONS as OLD_APPLICATIONS
from plumbot.migrations.old_schema import ROSTER as OLD_ROSTER
from plumbot.migrations.values import first_of, moment, moment_text, whole, words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
LONGEST_WORD = 200  # an index entry of PostgreSQL is limited

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
    entry = Entry(owners(bind))
    carry_up(bind, OLD_ROSTER, ROSTER, entry, old_entry)
    WORDS.create(bind)
    found = Batch(bind, WORDS)
    for row in rows_of(bind, ROSTER):
        for word in set(re.split("[-_]+", row["slug_key"])) - {""}:
            found.add({"word": word[:LONGEST_WORD], "entry_id": row["id"]})
    found.flush()


def owners(bind: Connection) -> dict[str, set[int]]:
    """Who was let in with which slug."""
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows_of(bind, OLD_APPLICATIONS, raw=True):
        slug, user_id = words(row["slug"]), whole(row["user_id"])
        if row["status"] == "done" and slug and user_id:
            found[folded(slug)].add(user_id)
    return found


class Entry:
    """Makes an entry of ours; knows which slugs it has seen."""

    def __init__(self, owners: dict[str, set[int]]) -> None:
        self._owners = owners
        self._seen: dict[str, int] = {}

    def __call__(self, row: Row) -> tuple[Row | None, str | None]:
        slug = words(row["slug"])
        if not slug:
            return None, "no slug"
        key = folded(slug)
        claims = self._owners.get(key, set())
        first = self._seen.setdefault(key, row["id"])
        made = {
            "id": row["id"],
            "slug": slug,
            "slug_key": key,
            "user_id": next(iter(claims)) if len(claims) == 1 else None,
            "created_at": first_of(moment(row["created_at"]), now()),
        }
        if first != row["id"]:
            return made, "the same slug stands in the roster in other letters"
        return made, "several people were let in with this slug: it is nobody's yet" if len(claims) > 1 else None


def old_entry(row: Row) -> Row:
    return {"id": row["id"], "slug": row["slug"], "created_at": moment_text(row["created_at"])}


def downgrade() -> None:
    bind = op.get_bind()
    WORDS.drop(bind)
    carry_down(bind, ROSTER, OLD_ROSTER, old_entry)
