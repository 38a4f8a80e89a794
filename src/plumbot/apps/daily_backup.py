"""The nightly backup, taken beside the bot's work; several processes take it once."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from plumbot.apps.backups import options_of, url_of
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.keeping_on import keeping_on
from plumbot.kit.refusals import N_
from plumbot.kit.settings import Settings
from plumbot.kit.timers import Firing
from plumbot.vault import backups
from plumbot.vault.faults import Refused

log = structlog.get_logger()

HOUR = 4
LOOK_SECONDS = 30.0
TRIED, TAKEN = "backup.tried", "backup.taken"
FAILED = N_("The nightly backup failed: {reason} It is tried again in an hour; see `plumbot backup create`.")


class DailyBackup:
    """From four in the club's night on, until one was taken that day; a failure is told and tried again in an hour."""

    def __init__(
        self,
        settings: Settings,
        sessions: SessionManager,
        clock: Clock,
        alerts: Alerts,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._url, self._options = url_of(settings), options_of(settings)
        self._zone = ZoneInfo(settings.club.timezone)
        self._sessions = sessions
        self._clock = clock
        self._alerts = alerts
        self._look_seconds = look_seconds

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            async with keeping_on("daily_backup", seconds=0):  # the pause below is long enough
                await self.look()
            await asyncio.sleep(self._look_seconds)

    async def look(self) -> bool:
        """Take the day's backup if it is time; whether one was taken now."""
        now = self._clock.now()
        local = now.astimezone(self._zone)
        if local.hour < HOUR or not await self._sessions.change(_claim, local, now):
            return False
        try:
            made = await asyncio.to_thread(backups.create, self._url, self._options, now)
        except Refused as fault:
            log.error("backup_failed", reason=str(fault))  # noqa: TRY400  # a sentence, not a traceback
            await self._sessions.change(self._alerts.tell, f"backup:{local:%Y-%m-%d}", FAILED, reason=str(fault))
            return False
        await self._sessions.change(_taken, local, now)
        log.info("backup_taken", file=str(made.path))
        return True


def _claim(session: Session, local: datetime, now: datetime) -> bool:
    """One process an hour, until it is done for the day."""
    slot = f"{local:%Y-%m-%dT%H}"
    if session.get(Firing, (TAKEN, f"{local:%Y-%m-%d}")) or session.get(Firing, (TRIED, slot)):
        return False
    session.add(Firing(name=TRIED, slot=slot, at=now))
    session.flush()
    return True


def _taken(session: Session, local: datetime, now: datetime) -> None:
    session.add(Firing(name=TAKEN, slot=f"{local:%Y-%m-%d}", at=now))
