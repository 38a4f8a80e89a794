"""The one place that changes karma: a row of the ledger, the person's karma and the day's sum in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma.repository import plain, upsert
from plumbot.features.karma.rules import OPENING, day_of
from plumbot.features.karma.tables import KarmaDay, KarmaEvent
from plumbot.kit.clock import Clock
from plumbot.kit.metrics import KARMA_CHANGES
from plumbot.kit.switches import Switch, turn

COUNTED_IN = "karma.days_counted_in"
BATCH = 5_000


@dataclass(frozen=True)
class Change:
    """One row of the ledger; `reason` is THANKS or REACTION where there is a message, else an admin's words."""

    user_id: int
    delta: int
    reason: str
    at: datetime
    actor_id: int | None = None
    chat_id: int | None = None
    message_id: int | None = None


class Ledger:
    """Writes changes of people who have a profile."""

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        self._clock = clock
        self._zone = zone

    def write(self, session: Session, changes: Sequence[Change]) -> None:
        if not changes:
            return
        session.flush()
        rows = [
            {
                "user_id": one.user_id, "actor_id": one.actor_id, "chat_id": one.chat_id, "message_id": one.message_id,
                "delta": one.delta, "reason": one.reason, "created_at": one.at,
            }
            for one in changes
        ]  # fmt: skip
        session.connection().execute(insert(plain(KarmaEvent)), rows)
        for one in changes:
            KARMA_CHANGES.labels("up" if one.delta > 0 else "down").inc()
        self._change_karma(session, changes)
        self._add_to_days(session, [(one.user_id, one.delta, one.at) for one in changes])

    def _change_karma(self, session: Session, changes: Sequence[Change]) -> None:
        sums: dict[int, int] = defaultdict(int)
        for one in changes:
            sums[one.user_id] += one.delta
        profiles = plain(Profile)
        query = (
            update(profiles)
            .where(profiles.c.user_id == bindparam("who"))
            .values(karma=profiles.c.karma + bindparam("sum"), updated_at=bindparam("now"))
        )
        now = self._clock.now()
        session.connection().execute(query, [{"who": who, "sum": total, "now": now} for who, total in sums.items()])
        for known in list(session.identity_map.values()):
            if isinstance(known, Profile) and known.user_id in sums:
                session.expire(known, ["karma", "updated_at"])

    def _add_to_days(self, session: Session, changes: Iterable[tuple[int, int, datetime]]) -> None:
        sums: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
        for user_id, delta, at in changes:
            sums[user_id, day_of(at, self._zone)][delta < 0] += abs(delta)
        rows = [
            {"user_id": user_id, "day": day, "plus": plus, "minus": minus}
            for (user_id, day), (plus, minus) in sums.items()
        ]
        days, query = plain(KarmaDay), upsert(session, KarmaDay)
        added = {"plus": days.c.plus + query.excluded.plus, "minus": days.c.minus + query.excluded.minus}
        session.connection().execute(query.on_conflict_do_update(index_elements=["user_id", "day"], set_=added), rows)

    def count_days_in_our_zone(self, session: Session, now: datetime) -> None:
        """Days are the club's: they are counted anew when the club's time zone is another than it was."""
        switch, zone = session.get(Switch, COUNTED_IN), str(self._zone)
        if switch is not None and switch.value == zone:
            return
        session.execute(delete(KarmaDay))
        news = select(KarmaEvent.user_id, KarmaEvent.delta, KarmaEvent.created_at).where(is_news())
        for part in session.execute(news, execution_options={"yield_per": BATCH}).partitions():
            self._add_to_days(session, [(row.user_id, row.delta, row.created_at) for row in part])
        turn(session, COUNTED_IN, zone, now)


def is_news() -> ColumnElement[bool]:
    """Opening entries say what was before the ledger; they are no news of any day."""
    return or_(KarmaEvent.reason.is_(None), KarmaEvent.reason != OPENING, KarmaEvent.actor_id.is_not(None))


def broken_ledgers(session: Session) -> list[tuple[int, int, int]]:
    """People whose karma is not their start plus the sum of their ledger: id, karma, what it should be."""
    totals = select(KarmaEvent.user_id, func.sum(KarmaEvent.delta).label("total")).group_by(KarmaEvent.user_id)
    sums = totals.subquery()
    due = Profile.karma_start + func.coalesce(sums.c.total, 0)
    query = select(Profile.user_id, Profile.karma, due).outerjoin(sums, sums.c.user_id == Profile.user_id)
    return [(who, karma, int(right)) for who, karma, right in session.execute(query.where(Profile.karma != due))]
