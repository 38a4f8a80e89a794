"""When something is tried again: soon at first, then ever more seldom, never all at the same moment."""

import random
from dataclasses import dataclass

import structlog

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox import repository

log = structlog.get_logger()

FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 60.0


@dataclass(frozen=True)
class Retries:
    """Puts a row off; for ever, since what people should see comes to be seen."""

    sessions: SessionManager
    clock: Clock
    first_seconds: float = FIRST_RETRY_SECONDS

    async def later(self, row: repository.Row, error: str, seconds: float | None = None) -> None:
        """`seconds`: as long as Telegram said."""
        pause = seconds or min(LONGEST_RETRY_SECONDS, self.first_seconds * 2 ** min(row.attempts, 8)) * _jitter()
        log.warning("outbox_retry", key=row.key, attempt=row.attempts + 1, seconds=round(pause, 1), error=error)
        await self.sessions.insist(repository.try_later, row, self.clock.now(), pause, error)


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311  # spreads retries, guards nothing
