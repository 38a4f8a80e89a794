"""Lanes: one update at a time for each person, persons in parallel."""

import asyncio
from collections import defaultdict, deque

import structlog

from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.inbox.attempts import (
    DATABASE_PAUSE_SECONDS,
    FIRST_PAUSE_SECONDS,
    After,
    Attempts,
    CallAnswers,
    Handling,
    Then,
)
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.sources import LOOK_AGAIN_SECONDS, source_for
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.logging import bind
from plumbot.kit.metrics import HANDLER_SECONDS, LANE_WAIT_SECONDS, kind_label, timed
from plumbot.kit.signals import INBOX

__all__ = ["After", "CallAnswers", "Handling", "LaneRunner", "Then"]

log = structlog.get_logger()

LANE_HELD_SECONDS = 10.0
HELD_BY_DATABASE_SECONDS = 60.0  # while the database is at fault, later updates would fare no better


class LaneRunner:
    """Runs new rows by lane, those that this process may have: all of them on SQLite, claimed lanes on PostgreSQL."""

    def __init__(
        self,
        sessions: SessionManager,
        clock: Clock,
        handling: Handling,
        answers: CallAnswers,
        alerts: Alerts,
        *,
        intake: Intake | None = None,
        holder: str | None = None,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
        database_pause_seconds: float = DATABASE_PAUSE_SECONDS,
        lane_held_seconds: float = LANE_HELD_SECONDS,
        look_again_seconds: float = LOOK_AGAIN_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        pauses = (first_pause_seconds, database_pause_seconds)
        self._attempts = Attempts(sessions, clock, handling, answers, alerts, intake, *pauses)
        self._source = source_for(sessions, clock, holder, look_again_seconds)
        self._lane_held_seconds = lane_held_seconds
        self._idle_seconds = min(self._source.idle_seconds, look_again_seconds)
        self._lanes: dict[int, deque[InboxRow]] = defaultdict(deque)
        self._held: set[int] = set()
        self._sleepers: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish what runs; `run` returns when it is done. What waits stays in the inbox."""
        self._stopping.set()
        for sleeper in self._sleepers:
            sleeper.cancel()
        self._sessions.signals.fire(INBOX)

    async def run(self) -> None:
        """Until stopped."""
        try:
            async with asyncio.TaskGroup() as nursery:
                while not self._stopping.is_set():
                    await self._look(nursery)
                    await self._sessions.signals.wait(INBOX, self._idle_seconds)
        finally:
            await asyncio.shield(self._source.give_back())

    async def _look(self, nursery: asyncio.TaskGroup) -> None:
        try:
            await self._read_more(nursery)
        except Exception as fault:
            if not is_infrastructure(fault):
                log.exception("inbox_fault")  # it would only end the lanes; the next look may fare better
            else:
                log.warning("inbox_database_fault", fault=str(fault))

    async def _read_more(self, nursery: asyncio.TaskGroup) -> None:
        more = True
        while more and not self._stopping.is_set():
            for row in await self._source.more(self._held):
                if row.seq not in self._held:
                    self._held.add(row.seq)
                    self._enqueue(row, nursery)
            more = self._source.has_more(len(self._held))

    def _enqueue(self, row: InboxRow, nursery: asyncio.TaskGroup) -> None:
        wait = (row.not_before - self._clock.now()).total_seconds() if row.not_before else 0
        if wait > 0:
            self._sleep(row, min(wait, 3600), nursery)
            return
        lane = self._lanes[row.lane]
        lane.append(row)
        if len(lane) == 1:
            nursery.create_task(self._run_lane(row.lane, nursery), name=f"lane {row.lane}")

    def _sleep(self, row: InboxRow, seconds: float, nursery: asyncio.TaskGroup) -> None:
        if self._stopping.is_set():
            return
        sleeper = nursery.create_task(self._come_back(row, seconds, nursery))
        self._sleepers.add(sleeper)
        sleeper.add_done_callback(self._sleepers.discard)

    async def _come_back(self, row: InboxRow, seconds: float, nursery: asyncio.TaskGroup) -> None:
        await asyncio.sleep(seconds)
        row.not_before = None
        self._enqueue(row, nursery)

    async def _run_lane(self, number: int, nursery: asyncio.TaskGroup) -> None:
        lane = self._lanes[number]
        while lane and not self._stopping.is_set():
            await self._until_settled(lane[0], nursery)
            lane.popleft()
        del self._lanes[number]

    async def _until_settled(self, row: InboxRow, nursery: asyncio.TaskGroup) -> None:
        """Hold the lane while the row is tried, but not for long: then later ones pass."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (pause := await self._once(row, nursery)) is not None:
            held = self._lane_held_seconds if row.attempts else HELD_BY_DATABASE_SECONDS
            if loop.time() + pause > began + held:
                if await self._source.let_go(row):
                    break
                self._sleep(row, pause, nursery)
                return
            if await self._stopped_within(pause):
                return
        self._forget(row)

    async def _once(self, row: InboxRow, nursery: asyncio.TaskGroup) -> float | None:
        """Run the row; gives the seconds until it is to be tried again, or None when it is settled."""
        with bind(request=row.number, seq=row.seq, update_id=row.update_id, lane=row.lane, kind=row.kind):
            if not row.attempts:
                LANE_WAIT_SECONDS.observe(max(0.0, (self._clock.now() - row.received_at).total_seconds()))
            try:
                with timed(HANDLER_SECONDS.labels(kind_label(row.kind))):
                    after = await self._attempts.run(row)
            except Exception as fault:  # noqa: BLE001  # logged there, and counted unless the database is at fault
                return await self._attempts.failed(row, fault)
            if after is not None:
                nursery.create_task(_guarded(after))
        return None

    def _forget(self, row: InboxRow) -> None:
        self._held.discard(row.seq)
        if self._source.has_more(len(self._held)):
            self._sessions.signals.fire(INBOX)

    async def _stopped_within(self, seconds: float) -> bool:
        stopped = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((stopped,), timeout=seconds)
        finally:
            stopped.cancel()
        return self._stopping.is_set()


async def _guarded(after: After) -> None:
    """What comes after the commit (the answer to a press) may fail without consequence: the effect is kept."""
    try:
        await after()
    except Exception:
        log.exception("after_commit_failed")
