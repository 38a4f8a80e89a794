"""Work that lies in rows and waits for the outside: found again and again, a few at a time, away from every lane."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import structlog

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.leases import Holding

log = structlog.get_logger()

AFTER_A_FAULT_SECONDS = 1.0


class HasId(Protocol):
    """A row with a number."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=HasId)


@dataclass
class Patrol(Generic[R]):
    """Runs in the one process that holds the lease `name`. A row is done when `work` has made `find` not find it.

    `find(session, under_way, limit)` gives rows; `work(row)` opens its own units. A row whose work fails, or that was
    under way when the process died, is found again.
    """

    name: str
    sessions: SessionManager
    clock: Clock
    find: Callable[..., Sequence[R]]
    work: Callable[[R], Awaitable[None]]
    at_once: int = 4
    look_seconds: float = 5.0
    holder: str | None = None
    _under_way: set[int] = field(default_factory=set, init=False)

    async def run(self) -> None:
        """Until cancelled; the signal `name` makes it look at once."""
        lease = Holding(self.sessions, self.clock, self.name, self.holder)
        try:
            async with asyncio.TaskGroup() as nursery:
                while True:
                    await self._look(lease, nursery)
                    await self.sessions.signals.wait(self.name, self.look_seconds)
        finally:
            await asyncio.shield(lease.give_back())

    async def _look(self, lease: Holding, nursery: asyncio.TaskGroup) -> None:
        room = self.at_once - len(self._under_way)
        try:
            if room and await lease.is_ours():
                for row in await self.sessions.read(self.find, frozenset(self._under_way), room):
                    self._under_way.add(row.id)
                    nursery.create_task(self._guarded(row), name=f"{self.name} {row.id}")
        except Exception as fault:  # noqa: BLE001  # logged there
            self._note(fault)

    async def _guarded(self, row: R) -> None:
        """One row's failure ends neither the others nor the patrol; it is tried again after a while."""
        try:
            await self.work(row)
        except Exception as fault:  # noqa: BLE001  # logged there
            self._note(fault)
            await asyncio.sleep(AFTER_A_FAULT_SECONDS)
        finally:
            self._under_way.discard(row.id)
            self.sessions.signals.fire(self.name)

    def _note(self, fault: Exception) -> None:
        if is_infrastructure(fault):
            log.warning("patrol_database_fault", patrol=self.name, fault=str(fault))
        else:
            log.error("patrol_fault", patrol=self.name, exc_info=fault)
