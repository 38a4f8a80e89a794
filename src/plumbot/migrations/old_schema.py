"""The old bot's tables as found: the shape of November 2025 and the columns that some installs have besides.

Everything but the keys may be NULL and moments are text: the old files hold both. This never changes again.
"""

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, String, Table, Text, text

from plumbot.kit.tables import NAMES, BigId, Json

OLD = MetaData(naming_convention=NAMES)


def row_id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def telegram_id(name: str = "user_id") -> Column[int]:
    return Column(name, BigInteger)


def moment_text(name: str) -> Column[str]:
    return Column(name, String, server_default=text("CURRENT_TIMESTAMP"))


ROSTER = Table(
    "roster",
    OLD,
    row_id(),
    Column("slug", String, index=True, unique=True),
    moment_text("created_at"),
)

APPLICATIONS = Table(
    "applications",
    OLD,
    row_id(),
    Column("user_id", BigInteger, index=True),
    Column("username", String),
    Column("slug", String),
    Column("status", String, server_default="pending"),
    Column("reason", Text),
    moment_text("created_at"),
    moment_text("updated_at"),
)

INVITES = Table(
    "invites",
    OLD,
    row_id(),
    Column("user_id", BigInteger, index=True),
    telegram_id("chat_id"),
    Column("invite_link", String, unique=True),
    Column("expires_at", String),
    moment_text("created_at"),
    moment_text("updated_at"),
)

BLACKLIST = Table(
    "blacklist",
    OLD,
    row_id(),
    Column("user_id", BigInteger, index=True, unique=True),
    Column("reason", Text),
    moment_text("created_at"),
)

ADMINS = Table(
    "admins",
    OLD,
    row_id(),
    Column("user_id", BigInteger, index=True, unique=True),
    moment_text("created_at"),
)

PROFILES = Table(
    "profiles",
    OLD,
    row_id(),
    Column("user_id", BigInteger, index=True, unique=True),
    Column("username", String),
    Column("points", Integer, server_default=text("10")),
    moment_text("created_at"),
    moment_text("updated_at"),
    Column("karma", Integer),
    Column("joined_at", String),
    Column("slug", String),
)

KARMA_EVENTS = Table(
    "karma_events",
    OLD,
    row_id(),
    telegram_id(),
    telegram_id("actor_id"),
    telegram_id("chat_id"),
    Column("msg_id", BigInteger),
    Column("delta", Integer),
    Column("reason", Text),
    Column("created_at", Text),
    sqlite_autoincrement=True,
)


def message_keys(message: str) -> list[Column[int]]:
    return [
        Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
        Column(message, BigInteger, primary_key=True, autoincrement=False),
    ]


MESSAGE_AUTHORS = Table("message_authors", OLD, *message_keys("msg_id"), telegram_id("author_id"))

MSG_AUTHORS = Table("msg_authors", OLD, *message_keys("msg_id"), telegram_id("user_id"))

MESSAGES_INDEX = Table(
    "messages_index",
    OLD,
    *message_keys("message_id"),
    telegram_id("user_id"),
    Column("pos_count", Integer, server_default=text("0")),
    Column("neg_count", Integer, server_default=text("0")),
)

A2T_JOBS = Table(
    "a2t_jobs",
    OLD,
    row_id(),
    telegram_id(),
    Column("lang", Text),
    Column("status", Text),
    Column("backend", Text),
    Column("file_path", Text),
    Column("audio_seconds", Float),
    Column("created_at", Text),
    Column("finished_at", Text),
    Column("duration_ms", Integer),
    Column("text_len", Integer),
    Column("error", Text),
    sqlite_autoincrement=True,
)

# Not the old bot's: the shelf for what has no place. It is here from the first revision, so that nothing that
# was put on it is lost when the schema goes all the way down.
LEFTOVERS = Table(
    "legacy_leftovers",
    OLD,
    row_id(),
    Column("source_table", String(120), nullable=False, index=True),
    Column("source_row", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("became", Json),
)
