"""Takes faults from the log, keeps them in the database, and tells maintainers, about each at most once a minute."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.errors.faults import Fault, fault_of
from plumbot.kit.errors.tables import ErrorRow
from plumbot.kit.metrics import ERRORS, FAULTS
from plumbot.kit.refusals import N_

log = structlog.get_logger()

MOST_WAITING = 200
LOOK_SECONDS = 1.0
QUIET = timedelta(minutes=1)
KEPT = timedelta(days=30)
TOLD = N_(
    "Something failed that should not: {kind} in {place}. Times so far: {times}.\n"
    "See it with: plumbot errors show {reference}"
)


class FaultCollector(logging.Handler):
    """A handler of `logging`: whoever logs a stack trace as an error has reported it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._waiting: deque[Fault] = deque(maxlen=MOST_WAITING)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        fault = fault_of(record)
        if fault is None:
            return
        ERRORS.labels(fault.place).inc()
        FAULTS.inc()
        with self._guard:
            self._waiting.append(fault)

    def taken(self) -> list[Fault]:
        """All that came in since the last time."""
        with self._guard:
            found = list(self._waiting)
            self._waiting.clear()
        return found


@contextmanager
def collecting() -> Iterator[FaultCollector]:
    """From here to the end of the block stack traces of the whole process are collected."""
    collector = FaultCollector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield collector
    finally:
        root.removeHandler(collector)


class FaultKeeper:
    """Writes what the collector has. What cannot be written (the database is away) stands in the log anyway."""

    def __init__(self, sessions: SessionManager, clock: Clock, alerts: Alerts, collector: FaultCollector) -> None:
        self._sessions = sessions
        self._clock = clock
        self._alerts = alerts
        self._collector = collector

    async def run(self) -> None:
        """Until cancelled; what is there then is written first."""
        try:
            while True:
                await self.keep()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self.keep()

    async def keep(self) -> None:
        faults = self._collector.taken()
        if not faults:
            return
        try:
            await self._sessions.change(self._note, faults, self._clock.now())
        except Exception as fault:  # noqa: BLE001  # a fault about keeping faults would come back here for ever
            log.warning("faults_not_kept", faults=len(faults), fault=str(fault), ours=not is_infrastructure(fault))

    def _note(self, session: Session, faults: Sequence[Fault], now: datetime) -> None:
        session.execute(delete(ErrorRow).where(ErrorRow.last_at < now - KEPT))
        for reference in sorted({fault.reference for fault in faults}):  # in one order, so that no two block each other
            same = [fault for fault in faults if fault.reference == reference]
            self._note_one(session, same[-1], len(same), now)

    def _note_one(self, session: Session, fault: Fault, times: int, now: datetime) -> None:
        row = session.scalar(select(ErrorRow).where(ErrorRow.reference == fault.reference).with_for_update())
        if row is None:
            row = ErrorRow(reference=fault.reference, times=0, first_at=now, told_at=None)
            session.add(row)
        row.place, row.kind, row.trace, row.context = fault.place, fault.kind, fault.trace, fault.context
        row.times, row.last_at = row.times + times, now
        if row.told_at is None or now - row.told_at >= QUIET:
            row.told_at = now
            values = {"kind": row.kind, "place": row.place, "times": row.times, "reference": row.reference}
            self._alerts.tell(session, f"error:{row.reference}:{now:%Y-%m-%d}", TOLD, **values)
        session.flush()
