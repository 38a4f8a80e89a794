"""The polling loop: raw JSON, stored and committed before the next request confirms it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from plumbot.kit.db import is_infrastructure
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.leases import LASTING, Holding
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient

log = structlog.get_logger()

LONG_POLL_SECONDS = 20
UPDATES_A_REQUEST = 100
LONGEST_PAUSE_SECONDS = 20.0  # with its jitter shorter than the lease lasts: who is refused keeps it, and is seen
STOP_THE_OTHER = "Another program takes the updates of this token: stop it, or see docs/operations/token.md."
CONFLICTS_BEFORE_ALERT = 3  # the request of a process that was just killed may still hang at Telegram
REFUSED_FOR_LONG = timedelta(seconds=60)


class Poller:
    """Asks for updates while it holds the lease `poller`; a second process waits until the lease is free."""

    def __init__(
        self,
        client: TelegramClient,
        intake: Intake,
        holder: str,
        allowed_updates: Sequence[str],
        conflict: Callable[[], Awaitable[None]],
        *,
        pause_seconds: float = 0.3,
        poll_seconds: int = LONG_POLL_SECONDS,
    ) -> None:
        self._client = client
        self._intake = intake
        self._lease = Holding(
            intake.sessions, intake.clock, "poller", holder, renew_after=timedelta(0)
        )  # a long poll needs it whole
        self._allowed = list(allowed_updates)
        self._conflict = conflict
        self._pause_seconds = pause_seconds
        self._poll_seconds = poll_seconds
        self._offset: int | None = None
        self._faults = 0
        self._conflicts = 0
        self._refused_since: datetime | None = None

    async def run(self) -> None:
        """Until cancelled. On start no offset is sent: what was not confirmed comes again and is known already."""
        try:
            while True:
                await self._once()
        finally:
            await asyncio.shield(self._lease.give_back())

    def trouble(self) -> str | None:
        """Said when Telegram has done nothing but refuse for a minute, for instance since another program polls."""
        if self._refused_since is None:
            return None
        lasts = self._intake.clock.now() - self._refused_since
        return f"getUpdates is refused since {lasts.total_seconds():.0f} s" if lasts >= REFUSED_FOR_LONG else None

    async def _once(self) -> None:
        """Whatever goes wrong is logged and waited out: a poller that ends hears nobody any more."""
        try:
            if await self._lease.is_ours():
                await self._take()
            else:
                self._offset = self._refused_since = None
                await asyncio.sleep(LASTING.total_seconds() / 15)
        except ApiError as error:
            await self._refused(error)
        except NetworkFault as fault:
            await self._pause("get_updates_failed", str(fault))
        except Exception as fault:
            self._offset = None  # what was not stored must come again
            if not is_infrastructure(fault):
                log.exception("intake_failed")
            await self._pause("intake_fault", str(fault))

    async def _take(self) -> None:
        updates = await self._ask()
        self._refused_since = None
        await self._intake.take(updates)
        self._faults = self._conflicts = 0
        self._confirm(updates)

    def _confirm(self, updates: Sequence[object]) -> None:
        """With the next request. By the last one: ids are not compared, they start anew at times."""
        for update in reversed(updates):
            number = update.get("update_id") if isinstance(update, dict) else None
            if type(number) is int:
                self._offset = number + 1
                return

    async def _ask(self) -> list[object]:
        values: dict[str, object] = {
            "timeout": self._poll_seconds, "limit": UPDATES_A_REQUEST, "allowed_updates": self._allowed,
        }  # fmt: skip
        if self._offset is not None:
            values["offset"] = self._offset
        updates = await self._client.request("getUpdates", values, seconds=self._poll_seconds + 5)
        if not isinstance(updates, list):
            raise NetworkFault("getUpdates: the result is not a list.")
        return updates

    async def _refused(self, error: ApiError) -> None:
        self._refused_since = self._refused_since or self._intake.clock.now()
        pause = float(error.retry_after or 0)
        if error.code != 409:
            await self._pause("get_updates_refused", str(error), pause)
            return
        self._conflicts += 1
        if self._conflicts >= CONFLICTS_BEFORE_ALERT:
            await self._tell_conflict()
        await self._pause("poller_conflict", str(error), pause, todo=STOP_THE_OTHER)

    async def _tell_conflict(self) -> None:
        try:
            await self._conflict()
        except Exception:
            log.exception("conflict_not_told")  # it comes again with the next 409

    async def _pause(self, event: str, fault: str, at_least: float = 0, **says: str) -> None:
        self._faults += 1
        longest = min(LONGEST_PAUSE_SECONDS, self._pause_seconds * 2 ** min(self._faults, 8))
        seconds = max(at_least, longest * random.uniform(0.7, 1.3))  # noqa: S311  # jitter
        log.warning(event, fault=fault, seconds=round(seconds, 1), **says)
        await asyncio.sleep(seconds)
