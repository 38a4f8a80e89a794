"""Inbox, outbox, dialogues, leases, switches and firings: new with us.

Going down empties them: updates not yet taken and messages not yet sent are lost, so stop the bot and let
`plumbot inbox list` come to nothing first.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from plumbot.kit.tables import NAMES, BigId, Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
IS_NEW = text("status = 'new'")
IS_DIRTY = text("dirty")


def row_id(name: str = "id") -> Column[int]:
    return Column(name, BigId, primary_key=True, autoincrement=True)


def retried() -> list[Column[object]]:
    return [
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("not_before", UtcDateTime),
        Column("error", Text),
    ]


INBOX = Table(
    "inbox",
    NEW,
    row_id("seq"),
    Column("bot_id", BigInteger, nullable=False),
    Column("source", String(8), nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("lane", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", String(8), nullable=False, server_default="new"),
    *retried(),
    Column("claimed_by", String(64)),
    Column("claimed_until", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("bot_id", "source", "update_id"),
    Index("ix_inbox_new", "seq", sqlite_where=IS_NEW, postgresql_where=IS_NEW),
    Index("ix_inbox_finished_at", "finished_at"),
    sqlite_autoincrement=True,
)

OUTBOX = Table(
    "outbox",
    NEW,
    row_id(),
    Column("key", String(120), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("reply_to", BigInteger),
    Column("screen", String(80), nullable=False),
    Column("values", Json, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("at_most_once", Boolean, nullable=False, server_default=text("false")),
    Column("rev", Integer, nullable=False),
    Column("sent_rev", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("dirty", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    Column("place", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("media", String(8)),
    *retried(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Index("uq_outbox_key", "key", unique=True),
    Index("ix_outbox_message", "chat_id", "message_id"),
    Index("ix_outbox_place", "place"),
    Index("ix_outbox_dirty", "urgency", "place", sqlite_where=IS_DIRTY, postgresql_where=IS_DIRTY),
    sqlite_autoincrement=True,
)

CALLS = Table(
    "outbox_calls",
    NEW,
    row_id(),
    Column("key", String(120), nullable=False),
    Column("method", String(60), nullable=False),
    Column("values", Json, nullable=False),
    Column("then", String(80)),
    Column("then_values", Json, nullable=False),
    Column("lane", BigInteger, nullable=False),
    Column("order_key", String(120)),
    Column("message_key", String(120)),
    Column("urgency", Integer, nullable=False),
    Column("status", String(8), nullable=False, server_default="new"),
    *retried(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index("uq_outbox_calls_key", "key", unique=True),
    Index("ix_outbox_calls_new", "urgency", "id", sqlite_where=IS_NEW, postgresql_where=IS_NEW),
    sqlite_autoincrement=True,
)

DIALOGUES = Table(
    "dialogues",
    NEW,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", String(80)),
    Column("data", Json, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

LEASES = Table(
    "leases",
    NEW,
    Column("name", String(40), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

SWITCHES = Table(
    "switches",
    NEW,
    Column("name", String(60), primary_key=True),
    Column("value", Json, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

FIRINGS = Table(
    "firings",
    NEW,
    Column("name", String(60), primary_key=True),
    Column("slot", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


def upgrade() -> None:
    NEW.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    NEW.drop_all(op.get_bind(), checkfirst=False)
