"""The polling loop: raw JSON, stored and committed before the next request confirms it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from plumbot.kit import leases
from plumbot.kit.clock import Clock
from plumbot.kit.db import is_infrastructure
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient

log = structlog.get_logger()

LONG_POLL_SECONDS = 20
LEASE = timedelta(seconds=30)
UPDATES_A_REQUEST = 100
LONGEST_PAUSE_SECONDS = 30.0


class Poller:
    """Asks for updates while it holds the lease `poller`; a second process waits until the lease is free."""

    def __init__(
        self,
        client: TelegramClient,
        intake: Intake,
        holder: str,
        allowed_updates: Sequence[str],
        conflict: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._intake = intake
        self._holder = holder
        self._allowed = list(allowed_updates)
        self._conflict = conflict
        self._offset: int | None = None
        self._faults = 0

    async def run(self) -> None:
        """Until cancelled. On start no offset is sent: what was not confirmed comes again and is known already."""
        try:
            while True:
                if await self._hold_lease():
                    await self._once()
                else:
                    self._offset = None
                    await asyncio.sleep(LEASE.total_seconds() / 6)
        finally:
            await asyncio.shield(self._intake.sessions.change(leases.give_back, "poller", self._holder))

    async def _hold_lease(self) -> bool:
        clock: Clock = self._intake.clock
        try:
            return await self._intake.sessions.change(leases.take, "poller", self._holder, clock.now(), LEASE)
        except Exception as fault:
            if not is_infrastructure(fault):
                raise
            log.warning("poller_database_fault", fault=str(fault))
            return False

    async def _once(self) -> None:
        try:
            updates = await self._ask()
            await self._intake.take(updates)
        except ApiError as error:
            await self._refused(error)
        except NetworkFault as fault:
            await self._pause("get_updates_failed", str(fault))
        except Exception as fault:
            if not is_infrastructure(fault):
                raise
            self._offset = None
            await self._pause("intake_database_fault", str(fault))
        else:
            self._faults = 0
            for update in updates:
                if isinstance(update, dict) and isinstance(update.get("update_id"), int):
                    self._offset = update["update_id"] + 1

    async def _ask(self) -> list[object]:
        values: dict[str, object] = {
            "timeout": LONG_POLL_SECONDS, "limit": UPDATES_A_REQUEST, "allowed_updates": self._allowed,
        }  # fmt: skip
        if self._offset is not None:
            values["offset"] = self._offset
        updates = await self._client.request("getUpdates", values, seconds=LONG_POLL_SECONDS + 5)
        if not isinstance(updates, list):
            raise NetworkFault("getUpdates: the result is not a list.")
        return updates

    async def _refused(self, error: ApiError) -> None:
        if error.code == 409:
            log.error("poller_conflict", error=str(error))
            await self._conflict()
        await self._pause("get_updates_refused", str(error), float(error.retry_after or 0))

    async def _pause(self, event: str, fault: str, at_least: float = 0) -> None:
        self._faults += 1
        seconds = max(at_least, min(LONGEST_PAUSE_SECONDS, 0.3 * 2 ** min(self._faults, 8)) * random.uniform(0.7, 1.3))  # noqa: S311  # jitter
        log.warning(event, fault=fault, seconds=round(seconds, 1))
        await asyncio.sleep(seconds)
