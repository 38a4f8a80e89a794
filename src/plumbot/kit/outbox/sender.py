"""The sender: makes what people see equal to what they should see; no chat ever blocks another."""

import asyncio
from collections import Counter

import structlog

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.leases import Holding
from plumbot.kit.logging import bind, note
from plumbot.kit.outbox import repository
from plumbot.kit.outbox.calls import Calls
from plumbot.kit.outbox.findings import SenderHooks
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.messages import Messages
from plumbot.kit.outbox.repository import Row
from plumbot.kit.outbox.retries import FIRST_RETRY_SECONDS, Retries
from plumbot.kit.outbox.tables import TIMER, ShownMessage
from plumbot.kit.signals import OUTBOX
from plumbot.kit.telegram.client import TelegramClient

__all__ = ["Sender", "SenderHooks"]

log = structlog.get_logger()

REQUESTS_IN_FLIGHT = 30
OF_TIMERS_IN_FLIGHT = 10  # so that a digest of a thousand never holds all the places before an answer
IDLE_SECONDS = 1.0


class Sender:
    """One for a bot: it works while it holds the lease `sender`."""

    def __init__(
        self,
        sessions: SessionManager,
        client: TelegramClient,
        clock: Clock,
        hooks: SenderHooks,
        bot_id: int,
        *,
        holder: str | None = None,
        first_retry_seconds: float = FIRST_RETRY_SECONDS,
        limits: Limits | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._limits = limits or Limits()
        self._lease = Holding(sessions, clock, "sender", holder)
        retries = Retries(sessions, clock, first_retry_seconds)
        self._messages = Messages(sessions, client, clock, hooks, self._limits, retries)
        self._calls = Calls(sessions, client, clock, hooks, self._limits, retries, bot_id)
        self._retries = retries
        self._idle_seconds = idle_seconds
        self._chats: set[int] = set()
        self._under_way: set[int] = set()
        self._flying: Counter[int] = Counter()
        self._stopping = False

    def stop(self) -> None:
        """Finish the requests in flight; `run` returns when they are noted."""
        self._stopping = True
        self._limits.stop()
        self._sessions.signals.fire(OUTBOX)

    async def run(self) -> None:
        """Send until stopped; a fault of the database is waited out."""
        try:
            async with asyncio.TaskGroup() as nursery:
                while not self._stopping:
                    await self._look(nursery)
                    await self._sessions.signals.wait(OUTBOX, self._idle_seconds)
        finally:
            await asyncio.shield(self._lease.give_back())

    async def _look(self, nursery: asyncio.TaskGroup) -> None:
        try:
            if await self._lease.is_ours() and not self._limits.pauses.left(None):
                await self._start_what_is_due(nursery)
        except Exception as fault:
            if not is_infrastructure(fault):
                log.exception("outbox_fault")  # it would only end the sender; the next look may fare better
            else:
                log.warning("outbox_database_fault", fault=str(fault))

    async def _start_what_is_due(self, nursery: asyncio.TaskGroup) -> None:
        now, waiting = self._clock.now(), {*self._chats, *self._limits.pauses.chats()}
        messages = await self._sessions.read(repository.due_messages, waiting, now, 2 * REQUESTS_IN_FLIGHT)
        calls = await self._sessions.read(repository.due_calls, self._under_way, now, REQUESTS_IN_FLIGHT)
        rows: list[Row] = [*calls, *messages]
        for row in sorted(rows, key=lambda row: row.urgency):
            if self._flying.total() >= REQUESTS_IN_FLIGHT or self._stopping:
                return
            if row.urgency < TIMER or self._flying[TIMER] < OF_TIMERS_IN_FLIGHT:
                self._begin(row, nursery)

    def _begin(self, row: Row, nursery: asyncio.TaskGroup) -> None:
        """One request a chat: what comes after it may depend on its answer. Calls wait for nobody."""
        if isinstance(row, ShownMessage):
            self._chats.add(row.chat_id)
        else:
            self._under_way.add(row.id)
        self._flying[row.urgency] += 1
        nursery.create_task(self._carry_out(row), name=f"send {row.key}")

    async def _carry_out(self, row: Row) -> None:
        with bind(request=row.request, key=row.key):
            note(chat=row.chat_id if isinstance(row, ShownMessage) else row.values.get("chat_id"))
            await self._one(row)

    async def _one(self, row: Row) -> None:
        """One request and its mark. Whatever goes wrong here must not end the sender."""
        try:
            if isinstance(row, ShownMessage):
                await self._messages.deliver(row)
            else:
                await self._calls.make(row)
        except Exception as fault:  # noqa: BLE001  # logged there
            await self._failed(row, fault)
        finally:
            self._chats.discard(row.chat_id) if isinstance(row, ShownMessage) else self._under_way.discard(row.id)
            self._flying[row.urgency] -= 1
            self._sessions.signals.fire(OUTBOX)

    async def _failed(self, row: Row, fault: Exception) -> None:
        if is_infrastructure(fault):
            log.warning("outbox_database_fault", fault=str(fault))
            await asyncio.sleep(self._idle_seconds)
            return
        log.error("outbox_fault", exc_info=fault)
        error = f"{type(fault).__name__}: {fault}"[:500]
        try:
            if isinstance(row, ShownMessage):
                await self._messages.give_up(row, error)
            else:
                await self._retries.later(row, error)
        except Exception:
            log.exception("outbox_fault_not_noted")  # it is found again at the next look
            await asyncio.sleep(self._idle_seconds)
