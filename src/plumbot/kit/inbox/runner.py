"""Lanes: one update at a time for each person, persons in parallel, each update in one unit with its mark."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, Unit, is_infrastructure
from plumbot.kit.inbox import repository
from plumbot.kit.inbox.repository import NotOurs
from plumbot.kit.inbox.tables import FROM_CALL, InboxRow
from plumbot.kit.outbox.verbs import Answer
from plumbot.kit.refusals import N_, Refusal
from plumbot.kit.signals import INBOX

log = structlog.get_logger()

ATTEMPTS = 8
LANE_HELD_SECONDS = 10.0
ROWS_IN_MEMORY = 5_000
LOOK_AGAIN_SECONDS = 10.0
DEAD_UPDATE = N_(
    "Update {seq} ({kind}) failed {attempts} times and was set aside: {error}\nSee it with: plumbot inbox list"
)

After = Callable[[], Awaitable[None]]
Then = Callable[[Session, Answer], None]


class Handling(Protocol):
    """What is done with an update. Both give what is to be done after the commit, if anything."""

    async def handle(self, row: InboxRow, update: dict[str, Any], unit: Unit) -> After | None: ...

    async def refuse(self, row: InboxRow, update: dict[str, Any], refusal: Refusal, unit: Unit) -> After | None: ...


@dataclass(frozen=True)
class CallAnswers:
    """Runs the answer of a call: `then` names the service method that takes it."""

    methods: Mapping[str, Then]

    async def run(self, row: InboxRow, unit: Unit) -> None:
        body = json.loads(row.body)
        await unit.run(self.methods[body["then"]], Answer(**body["answer"]))


class LaneRunner:
    """Reads new rows in their order and runs them by lane, in one process."""

    def __init__(
        self, sessions: SessionManager, clock: Clock, handling: Handling, answers: CallAnswers, alerts: Alerts
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._handling = handling
        self._answers = answers
        self._alerts = alerts
        self._lanes: dict[int, deque[InboxRow]] = defaultdict(deque)
        self._held: set[int] = set()
        self._sleepers: set[asyncio.Task[None]] = set()
        self._seen = 0
        self._stopping = False

    def stop(self) -> None:
        """Finish what runs; `run` returns when it is done. What waits stays in the inbox."""
        self._stopping = True
        for sleeper in self._sleepers:
            sleeper.cancel()
        self._sessions.signals.fire(INBOX)

    async def run(self) -> None:
        """Until stopped."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as nursery:
            look_again = loop.time()
            while not self._stopping:
                if loop.time() >= look_again:  # rows set back to new, for example by `plumbot inbox retry`
                    self._seen, look_again = 0, loop.time() + LOOK_AGAIN_SECONDS
                try:
                    await self._read_more(nursery)
                except Exception as fault:
                    if not is_infrastructure(fault):
                        raise
                    log.warning("inbox_database_fault", fault=str(fault))
                await self._sessions.signals.wait(INBOX, 1.0)

    async def _read_more(self, nursery: asyncio.TaskGroup) -> None:
        while len(self._held) < ROWS_IN_MEMORY and not self._stopping:
            rows = await self._sessions.read(repository.new_after, self._seen, 500)
            for row in rows:
                self._seen = row.seq
                if row.seq not in self._held:
                    self._held.add(row.seq)
                    self._enqueue(row, nursery)
            if len(rows) < 500:
                return

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
        sleeper = nursery.create_task(self._come_back(row, seconds, nursery))
        self._sleepers.add(sleeper)
        sleeper.add_done_callback(self._sleepers.discard)

    async def _come_back(self, row: InboxRow, seconds: float, nursery: asyncio.TaskGroup) -> None:
        await asyncio.sleep(seconds)
        row.not_before = None
        self._enqueue(row, nursery)

    async def _run_lane(self, number: int, nursery: asyncio.TaskGroup) -> None:
        lane = self._lanes[number]
        while lane and not self._stopping:
            await self._until_settled(lane[0], nursery)
            lane.popleft()
        del self._lanes[number]

    async def _until_settled(self, row: InboxRow, nursery: asyncio.TaskGroup) -> None:
        """Hold the lane while the row is tried, but not for long: then later ones pass."""
        held_until = asyncio.get_running_loop().time() + LANE_HELD_SECONDS
        while (pause := await self._once(row, nursery)) is not None:
            if self._stopping:
                return
            if asyncio.get_running_loop().time() + pause > held_until:
                self._sleep(row, pause, nursery)
                return
            await asyncio.sleep(pause)
        self._held.discard(row.seq)

    async def _once(self, row: InboxRow, nursery: asyncio.TaskGroup) -> float | None:
        """Run the row; gives the seconds until it is to be tried again, or None when it is settled."""
        with structlog.contextvars.bound_contextvars(seq=row.seq, update_id=row.update_id, lane=row.lane):
            try:
                after = await self._run(row)
            except NotOurs:
                log.warning("update_finished_elsewhere")
            except Exception as fault:
                return await self._failed(row, fault)
            else:
                if after is not None:
                    nursery.create_task(_guarded(after))
        return None

    async def _run(self, row: InboxRow) -> After | None:
        async with self._sessions.unit() as unit:
            after = None
            if row.source == FROM_CALL:
                await self._answers.run(row, unit)
            else:
                update = json.loads(row.body)
                try:
                    after = await self._handling.handle(row, update, unit)
                except Refusal as refusal:
                    log.info("refused", refusal=type(refusal).__name__)
                    await unit.restart()
                    after = await self._handling.refuse(row, json.loads(row.body), refusal, unit)
            await unit.run(repository.mark_done, row.seq, self._clock.now())
        return after

    async def _failed(self, row: InboxRow, fault: Exception) -> float | None:
        """Nothing of the update was kept. Note the attempt, unless the database is at fault."""
        if is_infrastructure(fault):
            log.warning("update_database_fault", fault=str(fault))
            return 1.0
        row.attempts += 1
        log.error("update_failed", attempt=row.attempts, exc_info=fault)
        error = f"{type(fault).__name__}: {fault}"[:2000]
        pause: float = 0.2 * 2**row.attempts
        try:
            if row.attempts >= ATTEMPTS:
                await self._sessions.change(self._bury, row, error)
                return None
            later = self._clock.now() + timedelta(seconds=pause)
            await self._sessions.change(repository.mark_failed, row.seq, error, row.attempts, later)
        except NotOurs:
            return None
        except Exception as second:
            if not is_infrastructure(second):
                raise
            row.attempts -= 1
            return 1.0
        return pause

    def _bury(self, session: Session, row: InboxRow, error: str) -> None:
        repository.mark_dead(session, row.seq, error, row.attempts, self._clock.now())
        self._alerts.tell(
            session, f"dead:{row.seq}", DEAD_UPDATE, seq=row.seq, kind=row.kind, attempts=row.attempts,
            error=error.split(":")[0],
        )  # fmt: skip


async def _guarded(after: After) -> None:
    """What comes after the commit (the answer to a press) may fail without consequence: the effect is kept."""
    try:
        await after()
    except Exception:
        log.exception("after_commit_failed")
