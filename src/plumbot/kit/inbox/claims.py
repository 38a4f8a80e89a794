"""Claims on PostgreSQL: a lane is a process's while it has claimed rows of it that are not done, and lives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from plumbot.kit.holding import CLAIMS, hold
from plumbot.kit.inbox.tables import NEW, InboxRow
from plumbot.kit.leases import LASTING, is_gone
from plumbot.kit.signals import INBOX, after_commit

ROWS_A_LANE = 20


@dataclass(frozen=True)
class Claimed:
    """Rows in their order; `more` says that lanes which may be claimed have further ones."""

    rows: Sequence[InboxRow]
    more: bool


def claim(session: Session, holder: str, held: Collection[int], room: int) -> Claimed:
    """The first rows of lanes that nobody else has; of many lanes a few rows rather than many rows of a few lanes.

    Processes claim one after the other, for some milliseconds each: so none sees a lane as free while another takes
    it. For units in progress nobody waits: a lane whose first rows are locked is passed over.
    """
    hold(session, CLAIMS)
    wanted = _wanted(session, holder, held, room)
    numbers = [seq for seq, _, _ in wanted]
    open_rows = select(InboxRow.seq).where(InboxRow.seq.in_(numbers), InboxRow.status == NEW)
    locked = set(session.scalars(open_rows.with_for_update(skip_locked=True)))
    passed = {lane for seq, lane, _ in wanted if seq not in locked}
    lanes = {lane for _, lane, _ in wanted} - passed
    _write(session, InboxRow.lane.in_(lanes), InboxRow.claimed_by != holder, claimed_by=None, claimed_until=None)
    taken = [seq for seq, lane, _ in wanted if lane in lanes]
    values = {"claimed_by": holder, "claimed_until": func.now() + LASTING}
    claimed = update(InboxRow).where(InboxRow.seq.in_(taken)).values(values).returning(InboxRow)
    rows = session.scalars(claimed, execution_options={"populate_existing": True}).all() if taken else []
    more = len(wanted) == room or any(turn == ROWS_A_LANE for _, _, turn in wanted)
    return Claimed(sorted(rows, key=lambda row: row.seq), more)


def _wanted(session: Session, holder: str, held: Collection[int], room: int) -> list[tuple[int, int, int]]:
    """Number, lane and turn in its lane of rows that may be claimed. Claims of processes that are gone are void."""
    claimed = (InboxRow.status == NEW, InboxRow.claimed_by.is_not(None))
    holders = session.scalars(select(InboxRow.claimed_by).where(*claimed).distinct()).all()
    void = [holder, *(one for one in holders if one is not None and is_gone(one))]
    lives = and_(InboxRow.claimed_by.not_in(void), InboxRow.claimed_until > func.now())
    theirs = select(InboxRow.lane).where(*claimed, lives)
    turn = func.row_number().over(partition_by=InboxRow.lane, order_by=InboxRow.seq)
    due = or_(InboxRow.not_before.is_(None), InboxRow.not_before <= func.now(), InboxRow.seq.in_(held))
    free = select(InboxRow.seq, InboxRow.lane, turn.label("turn"))
    first = free.where(InboxRow.status == NEW, due, InboxRow.lane.not_in(theirs)).subquery()
    query = select(first.c.seq, first.c.lane, first.c.turn).where(first.c.turn <= ROWS_A_LANE, first.c.seq.not_in(held))
    found = session.execute(query.order_by(first.c.turn, first.c.seq).limit(room))
    return [(seq, lane, turn) for seq, lane, turn in found]


def renew(session: Session, holder: str) -> None:
    """A heartbeat: what is claimed stays claimed."""
    hold(session, CLAIMS)
    _write(session, InboxRow.claimed_by == holder, claimed_until=func.now() + LASTING)


def let_go(session: Session, holder: str, rows: Collection[int]) -> None:
    """Whoever comes first may have these."""
    _write(session, InboxRow.claimed_by == holder, InboxRow.seq.in_(rows), claimed_by=None, claimed_until=None)


def give_back(session: Session, holder: str) -> None:
    """All of it, and others learn of it at once."""
    _write(session, InboxRow.claimed_by == holder, claimed_by=None, claimed_until=None)
    after_commit(session, INBOX)


def _write(session: Session, *where: Any, **values: Any) -> None:
    query = update(InboxRow).where(InboxRow.status == NEW, *where).values(**values)
    session.execute(query, execution_options={"synchronize_session": False})
