"""How workers learn that there is work. The rows are the truth: whose turn it is, a claim decides (repository)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from plumbot.features.transcription import repository
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.keeping_on import keeping_on
from plumbot.kit.signals import after_commit

SPEECH = "speech"  # the signal that something was queued
LOOK_SECONDS = 0.5

WorkOne = Callable[[], Awaitable[bool]]  # claims a job and does it; False when there was none


class Queue(Protocol):
    """Tells workers, after the commit, that one more job waits."""

    def put(self, session: Session, not_before: datetime | None = None) -> None:
        """In the unit that made the job, or gave it back."""

    def top_up(self, session: Session, waiting: int) -> None:
        """So many jobs wait: make good what was forgotten of them."""


class Hands(Protocol):
    """A worker's side of the queue."""

    async def serve(self, work: WorkOne, slots: int, stop: asyncio.Event) -> None:
        """Do work whenever there is some, `slots` at once, until `stop`; what has begun is ended."""


class RowsAreEnough:
    """On SQLite: whoever listens looks into the table."""

    def put(self, session: Session, not_before: datetime | None = None) -> None:
        after_commit(session, SPEECH)

    def top_up(self, session: Session, waiting: int) -> None:
        """Nothing can be forgotten."""


class LookingHands:
    """Looks a few times a second, and at once when the signal comes from this very process."""

    def __init__(self, sessions: SessionManager, clock: Clock, look_seconds: float = LOOK_SECONDS) -> None:
        self._sessions = sessions
        self._clock = clock
        self._look_seconds = look_seconds

    async def serve(self, work: WorkOne, slots: int, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as nursery:
            for slot in range(slots):
                nursery.create_task(self._slot(work, stop), name=f"speech {slot}")

    async def _slot(self, work: WorkOne, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if not await self._try(work):
                await self._sessions.signals.wait(SPEECH, self._look_seconds)

    async def _try(self, work: WorkOne) -> bool:
        """A job whose work failed is found again, and the failure counted, when its claim ends."""
        worked = False
        async with keeping_on("speech"):
            worked = await self._sessions.read(repository.waits, self._clock.now()) and await work()
        return worked  # noqa: RET504  # after a fault it is False
