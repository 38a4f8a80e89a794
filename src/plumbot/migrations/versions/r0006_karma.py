"""The ledger of karma, with an opening entry where the old events do not explain it.

Down: opening entries go, the old bot kept karma apart from its events.
"""

from functools import partial

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    column,
    delete,
    func,
    select,
    table,
)

from plumbot.kit.tables import NAMES, BigId, UtcDateTime
from plumbot.migrations.carrying import ShortWay, carry_down, carry_up
from plumbot.migrations.moving import Batch, Row, count_on, now
from plumbot.migrations.old_schema import KARMA_EVENTS as OLD_EVENTS
from plumbot.migrations.values import first_of, moment, moment_text, whole, words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW = MetaData(naming_convention=NAMES)
OPENING = "opening"
PROFILES = table(
    "profiles",
    column("user_id", BigInteger),
    column("karma", Integer),
    column("karma_start", Integer),
    column("created_at", UtcDateTime),
)

EVENTS = Table(
    "karma_events",
    NEW,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigInteger, nullable=False),
    Column("actor_id", BigInteger),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("delta", Integer, nullable=False),
    Column("reason", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_karma_events_user_id", "user_id", "created_at"),
)


# As ours() would have them: whole numbers, plain words, a moment that exists in the usual writing (a modifier, even of
# no days, makes SQLite count the days of the month: without it the 30th of February is given back as it stands).
USUAL = ShortWay(
    """
    typeof(user_id) = 'integer' AND user_id IN (SELECT user_id FROM profiles)
    AND typeof(delta) = 'integer' AND delta BETWEEN -2147483647 AND 2147483647
    AND typeof(actor_id) IN ('integer', 'null') AND typeof(chat_id) IN ('integer', 'null')
    AND typeof(msg_id) IN ('integer', 'null')
    AND MIN(COALESCE(actor_id, 0), COALESCE(chat_id, 0), COALESCE(msg_id, 0)) >= -9223372036854775807
    AND (reason IS NULL OR (typeof(reason) = 'text' AND reason NOT GLOB '*[^ -~]*' AND instr(reason, char(0)) = 0))
    AND typeof(created_at) = 'text' AND created_at GLOB '[0-9]*' AND length(created_at) = 19
    AND created_at BETWEEN '0001-01-02' AND '9999-12-29' AND datetime(created_at, '+0 days') = created_at
    """,
    {
        "id": "id", "user_id": "user_id", "actor_id": "actor_id", "chat_id": "chat_id", "message_id": "msg_id",
        "delta": "delta", "reason": "reason", "created_at": "created_at || '.000000'",
    },
)  # fmt: skip


def upgrade() -> None:
    bind = op.get_bind()
    known = set(bind.execute(select(PROFILES.c.user_id)).scalars())
    carry_up(bind, OLD_EVENTS, EVENTS, partial(ours, known=known), old_event, USUAL)
    open_ledger(bind)
    count_on(bind, EVENTS)


def ours(row: Row, known: set[int]) -> tuple[Row | None, str | None]:
    delta = whole(row["delta"], 32)
    if row["user_id"] not in known:
        return None, "karma of somebody without a profile"
    if delta is None:
        return None, "delta is not a number"
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "actor_id": whole(row["actor_id"]),
        "chat_id": whole(row["chat_id"]),
        "message_id": whole(row["msg_id"]),
        "delta": delta,
        "reason": words(row["reason"]),
        "created_at": first_of(moment(row["created_at"]), now()),
    }, None


def open_ledger(bind: Connection) -> None:
    """A person's karma is as it was found: one entry says what the events do not explain, dated before them."""
    totals = select(EVENTS.c.user_id, func.sum(EVENTS.c.delta), func.min(EVENTS.c.created_at))
    explained = {who: (int(total), first) for who, total, first in bind.execute(totals.group_by(EVENTS.c.user_id))}
    entries = Batch(bind, EVENTS)
    for person in bind.execute(select(PROFILES)).all():
        total, first = explained.get(person.user_id, (0, person.created_at))
        missing = person.karma - person.karma_start - total
        if missing:
            opened_at = min(first, person.created_at)
            entries.add({"user_id": person.user_id, "delta": missing, "reason": OPENING, "created_at": opened_at})
    entries.flush()


def old_event(row: Row) -> Row:
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "actor_id": row["actor_id"],
        "chat_id": row["chat_id"],
        "msg_id": row["message_id"],
        "delta": row["delta"],
        "reason": row["reason"],
        "created_at": moment_text(row["created_at"]),
    }


def downgrade() -> None:
    bind = op.get_bind()
    nobody = and_(EVENTS.c.actor_id.is_(None), EVENTS.c.chat_id.is_(None), EVENTS.c.message_id.is_(None))
    bind.execute(delete(EVENTS).where(EVENTS.c.reason == OPENING, nobody))
    carry_down(bind, EVENTS, OLD_EVENTS, old_event)
