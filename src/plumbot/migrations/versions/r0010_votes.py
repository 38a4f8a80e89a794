"""Votes, the daily sums of the ledger, and marks in the ranking.

What the old events tell of reactions and thanks becomes votes, so that nobody gives the same point twice. Days are
UTC's, as the old bot counted them; the bot counts them anew in the club's time zone when it first starts.
Down: all of it goes; the ledger, from which it was made, stays.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
)

from plumbot.kit.tables import NAMES, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
WAITS = text("receiver_id IS NULL")
INSIDE, INSIDE_ON_SQLITE = text("in_club"), text("in_club = 1")
OPENING = "opening"

EVENTS = table(
    "karma_events",
    column("user_id", BigInteger),
    column("actor_id", BigInteger),
    column("chat_id", BigInteger),
    column("message_id", BigInteger),
    column("delta", Integer),
    column("reason", Text),
    column("created_at", UtcDateTime),
)

VOTES = Table(
    "votes",
    NEW,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("voter_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(8), primary_key=True),
    Column("receiver_id", BigInteger),
    Column("value", Integer, nullable=False),
    Column("applied", Integer, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    Index("ix_votes_waiting", "chat_id", "message_id", sqlite_where=WAITS, postgresql_where=WAITS),
)

DAYS = Table(
    "karma_days",
    NEW,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("plus", BigInteger, nullable=False),
    Column("minus", BigInteger, nullable=False),
    Index("ix_karma_days_day", "day"),
)

MARKS = Table(
    "karma_marks",
    NEW,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("karma", Integer, nullable=False),
    Column("joined_at", UtcDateTime),
    Column("user_id", BigInteger, nullable=False),
)

PROFILES = Table(
    "profiles",
    MetaData(naming_convention=NAMES),
    Column("user_id", BigInteger, primary_key=True),
    Column("karma", Integer),
    Column("joined_at", UtcDateTime),
)
RANKING = Index(
    "ix_profiles_ranking",
    PROFILES.c.karma,
    PROFILES.c.joined_at,
    PROFILES.c.user_id,
    sqlite_where=INSIDE_ON_SQLITE,
    postgresql_where=INSIDE,
)


def upgrade() -> None:
    bind = op.get_bind()
    NEW.create_all(bind, checkfirst=False)
    RANKING.create(bind)
    count_votes(bind)
    count_days(bind)


def count_votes(bind: Connection) -> None:
    """One vote for what the old bot counted as often as it was repeated; what it is worth is its sign."""
    known = and_(EVENTS.c.actor_id.is_not(None), EVENTS.c.chat_id.is_not(None), EVENTS.c.message_id.is_not(None))
    kind = case((EVENTS.c.reason.startswith("reaction"), literal("reaction")), else_=literal("thanks"))
    told = or_(EVENTS.c.reason.startswith("reaction"), EVENTS.c.reason.startswith("reply"))
    total = func.sum(EVENTS.c.delta)
    sign = case((total > 0, 1), (total < 0, -1), else_=0)
    key = (EVENTS.c.chat_id, EVENTS.c.message_id, EVENTS.c.actor_id)
    sums = (
        select(*key, kind.label("kind"), func.min(EVENTS.c.user_id), sign, sign, func.max(EVENTS.c.created_at))
        .where(known, told)
        .group_by(*key, text("kind"))
        .having(func.count(EVENTS.c.user_id.distinct()) == 1)
    )
    names = ["chat_id", "message_id", "voter_id", "kind", "receiver_id", "value", "applied", "said_at"]
    bind.execute(VOTES.insert().from_select(names, sums))


def count_days(bind: Connection) -> None:
    """Opening entries are no news of any day."""
    day = func.date(EVENTS.c.created_at)
    plus = func.sum(case((EVENTS.c.delta > 0, EVENTS.c.delta), else_=0))
    minus = func.sum(case((EVENTS.c.delta < 0, -EVENTS.c.delta), else_=0))
    is_opening = and_(EVENTS.c.reason == OPENING, EVENTS.c.actor_id.is_(None), EVENTS.c.message_id.is_(None))
    news = or_(EVENTS.c.reason.is_(None), ~is_opening)
    sums = select(EVENTS.c.user_id, day.label("day"), plus, minus).where(news).group_by(EVENTS.c.user_id, text("day"))
    bind.execute(DAYS.insert().from_select(["user_id", "day", "plus", "minus"], sums))


def downgrade() -> None:
    bind = op.get_bind()
    RANKING.drop(bind)
    NEW.drop_all(bind, checkfirst=False)
