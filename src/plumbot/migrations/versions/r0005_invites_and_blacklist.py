"""Personal links and the blacklist.

Down: the old bot forgot a link once it was used or revoked, and had no row before Telegram gave the link: such rows
are left out. Who blacklisted somebody the old table cannot hold.
"""

from datetime import timedelta
from functools import partial

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    MetaData,
    String,
    Table,
    Text,
    column,
    select,
    table,
)

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.carrying import carry_down, carry_up
from plumbot.migrations.moving import Row, now
from plumbot.migrations.numbering import Numbered, drop_numbers, keep_numbers
from plumbot.migrations.old_schema import BLACKLIST as OLD_BLACKLIST
from plumbot.migrations.old_schema import INVITES as OLD_INVITES
from plumbot.migrations.values import first_of, moment, moment_text, whole, words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
AN_OLD_LINK_LASTED = timedelta(hours=24)
APPLICATIONS = table("applications", column("id"), column("user_id"), column("status"))

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
    approved = select(APPLICATIONS.c.user_id, APPLICATIONS.c.id).where(APPLICATIONS.c.status == "approved")
    reasons = {row.user_id: row.id for row in bind.execute(approved)}
    carry_up(bind, OLD_INVITES, INVITES, partial(invite, applications=reasons), old_invite)
    given = keep_numbers(bind, OLD_BLACKLIST)
    carry_up(bind, OLD_BLACKLIST, BLACKLIST, blacklisted, partial(old_blacklisted, numbers=given))


def invite(row: Row, applications: dict[int, int]) -> tuple[Row | None, str | None]:
    user_id, chat_id, link = whole(row["user_id"]), whole(row["chat_id"]), words(row["invite_link"])
    if not (user_id and chat_id and link):
        return None, "no link, or nobody's, or of no chat"
    created_at = first_of(moment(row["created_at"]), moment(row["updated_at"]), now())
    expires_at = first_of(moment(row["expires_at"]), created_at + AN_OLD_LINK_LASTED)
    is_open = expires_at > now() and moment(row["expires_at"]) is not None
    made = {
        "id": row["id"],
        "user_id": user_id,
        "application_id": applications.get(user_id) if is_open else None,
        "chat_id": chat_id,
        "invite_link": link,
        "token": f"old{row['id']}",
        "mode": "link",
        "status": "open" if is_open else "expired",
        "expires_at": expires_at,
        "created_at": created_at,
        "updated_at": first_of(moment(row["updated_at"]), created_at),
    }
    return made, None


def old_invite(row: Row) -> Row:
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "chat_id": row["chat_id"],
        "invite_link": row["invite_link"],
        "expires_at": moment_text(row["expires_at"]),
        "created_at": moment_text(row["created_at"]),
        "updated_at": moment_text(row["updated_at"]),
    }


def blacklisted(row: Row) -> tuple[Row | None, str | None]:
    user_id = whole(row["user_id"])
    if not user_id:
        return None, "user_id is not the number of anybody"
    made = {
        "user_id": user_id,
        "reason": words(row["reason"]),
        "created_at": first_of(moment(row["created_at"]), now()),
    }
    return made, "no date was kept" if row["created_at"] is None else None


def old_blacklisted(row: Row, numbers: dict[int, int]) -> Row:
    return {
        "id": numbers[row["user_id"]],
        "user_id": row["user_id"],
        "reason": row["reason"],
        "created_at": moment_text(row["created_at"]),
    }


def downgrade() -> None:
    bind = op.get_bind()
    carry_down(bind, INVITES, OLD_INVITES, still_of_use)
    given = Numbered(bind, OLD_BLACKLIST)
    back = partial(old_blacklisted, numbers=given)
    carry_down(bind, BLACKLIST, OLD_BLACKLIST, back, key=("user_id",))
    drop_numbers(bind, OLD_BLACKLIST)


def still_of_use(row: Row) -> Row | None:
    return old_invite(row) if row["invite_link"] and row["status"] in ("open", "expired") else None
