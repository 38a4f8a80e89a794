"""What `/health/ready` asks of a bot: database, schema, the way updates come in, and whether they wait long."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.health import Probe
from plumbot.kit.leases import LASTING, Lease
from plumbot.kit.spine_readings import oldest_due

LONGEST_WAIT = timedelta(minutes=5)


@dataclass
class Readiness:
    """`phase` is kept by the bot; so is the way in's own trouble: `webhook_is_up` or `poller_trouble`."""

    sessions: SessionManager
    clock: Clock
    phase: str = "starting"
    webhook_is_up: Callable[[], bool] | None = field(default=None)
    poller_trouble: Callable[[], str | None] = field(default=lambda: None)

    def probes(self) -> dict[str, Probe]:
        return {"process": self.process, "database": self.database, "intake": self.intake, "inbox": self.inbox}

    async def process(self) -> str | None:
        return None if self.phase == "running" else self.phase

    async def database(self) -> str | None:
        found = await self.sessions.read(revision)
        return None if found == migrations.head() else f"at revision {found}, not {migrations.head()}"

    async def intake(self) -> str | None:
        """Any process may poll: who waits for the lease is ready, as is who holds it and is not refused."""
        if self.webhook_is_up is not None:
            return None if self.webhook_is_up() else "the webhook is not set yet"
        polled = await self.sessions.read(is_polled, self.clock.now())
        return self.poller_trouble() if polled else "nobody takes updates"

    async def inbox(self) -> str | None:
        now = self.clock.now()
        oldest = await self.sessions.read(oldest_due, now)
        waits = now - oldest if oldest is not None else timedelta(0)
        return None if waits < LONGEST_WAIT else f"an update waits since {waits.total_seconds():.0f} s"


def revision(session: Session) -> str | None:
    found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_polled(session: Session, now: datetime) -> bool:
    """Whether the lease `poller` is held; a little over its time counts, since clocks of machines differ."""
    until = session.scalar(select(Lease.until).where(Lease.name == "poller"))
    return until is not None and until > now - LASTING / 3
