"""Timers: a firing is a row, so that it happens once, whatever runs twice."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.holding import TIMERS, hold
from plumbot.kit.inserting import put_if_absent
from plumbot.kit.tables import Moment, Table

log = structlog.get_logger()

LOOK_SECONDS = 5.0
KEPT = timedelta(days=30)


class Firing(Table):
    """`name` fired for `slot` (for example a day)."""

    __tablename__ = "firings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[Moment]


@dataclass(frozen=True)
class Timer:
    """`work` runs once in each slot; a slot is the beginning of the moment's text, such as the hour or the minute.

    What is too much for one unit `carry_on` does afterwards, a piece a unit, for as long as it says that there is
    more. It is asked again after a restart, so it has to keep in the database how far it is.
    """

    name: str
    slot: Callable[[datetime], str]
    work: Callable[[Session, datetime], object]
    carry_on: Callable[[Session, datetime], bool] | None = None


def hourly(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H")


def each_minute(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M")


class Timers:
    """Looks every few seconds which slots have begun. The firing and its work are one unit."""

    def __init__(
        self, sessions: SessionManager, clock: Clock, timers: Sequence[Timer], look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._timers = timers
        self._look_seconds = look_seconds
        self._fired: dict[str, str] = {}

    async def run(self) -> None:
        """Until cancelled. A timer that fails is logged and tried again at the next look."""
        while True:
            for timer in self._timers:
                try:
                    await self.fire(timer)
                except Exception as fault:
                    if is_infrastructure(fault):
                        log.warning("timer_database_fault", timer=timer.name, fault=str(fault))
                    else:
                        log.exception("timer_failed", timer=timer.name)
            await asyncio.sleep(self._look_seconds)

    async def fire(self, timer: Timer) -> None:
        now = self._clock.now()
        slot = timer.slot(now)
        if self._fired.get(timer.name) != slot:
            await self._sessions.change(self._once, timer, slot, now)
            while await self._sessions.change(self._more, timer, now):
                log.debug("timer_carries_on", timer=timer.name)
            self._fired[timer.name] = slot

    @staticmethod
    def _once(session: Session, timer: Timer, slot: str, now: datetime) -> None:
        """A second process waits here for the first one's commit, and then has nothing to do."""
        if put_if_absent(session, Firing, "name", "slot", name=timer.name, slot=slot, at=now) is not None:
            session.execute(delete(Firing).where(Firing.name == timer.name, Firing.at < now - KEPT))
            timer.work(session, now)

    @staticmethod
    def _more(session: Session, timer: Timer, now: datetime) -> bool:
        """A piece, and no other process at the same one."""
        if timer.carry_on is None:
            return False
        hold(session, TIMERS, timer.name)
        return timer.carry_on(session, now)
