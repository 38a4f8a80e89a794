"""Backups that the main admin orders in the panel: made beside the lanes, by the process that can send them."""

import asyncio
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from plumbot.apps.backups import options_of, url_of
from plumbot.features.backups.service import BackupService, Order
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.keeping_on import keeping_on
from plumbot.kit.leases import Lease, this_process
from plumbot.kit.settings import Settings
from plumbot.vault import backups
from plumbot.vault.faults import Refused

log = structlog.get_logger()

LOOK_SECONDS = 2.0
SENDER = "sender"  # whoever has this lease sends the file, and has to find it on its own disk


class OrderedBackup:
    """Killed in the middle, it finds the order again."""

    def __init__(
        self,
        settings: Settings,
        sessions: SessionManager,
        clock: Clock,
        service: BackupService,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._url, self._options = url_of(settings), options_of(settings)
        self._sessions = sessions
        self._clock = clock
        self._service = service
        self._look_seconds = look_seconds

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            async with keeping_on("ordered_backup", seconds=0):  # the pause below is long enough
                await self.look()
            await asyncio.sleep(self._look_seconds)

    async def look(self) -> bool:
        """Carry out the order, if there is one for this process; whether a backup was made."""
        order = await self._sessions.read(self._mine)
        if order is None:
            return False
        try:
            made = await asyncio.to_thread(backups.create, self._url, self._options, self._clock.now())
        except Refused as fault:
            log.error("ordered_backup_refused", reason=str(fault))  # noqa: TRY400  # a sentence, not a traceback
            await self._sessions.change(self._service.failed, order, str(fault))
            return False
        size = made.path.stat().st_size
        await self._sessions.change(self._service.made, order, made.path.name, size)
        log.info("ordered_backup_made", file=str(made.path))
        return True

    def _mine(self, session: Session) -> Order | None:
        lease = session.get(Lease, SENDER)
        return self._service.ordered(session) if lease is not None and lease.holder == this_process() else None


def content(folder: Path, _session: Session, *, file: str) -> bytes:
    """For the sender; only what is named as a backup of ours is ever read."""
    path = folder / file
    if backups.NAME.fullmatch(file) is None or not path.is_file():
        raise Refused(f"{file} is not among the backups any more.")
    return path.read_bytes()


def content_from(settings: Settings) -> partial[bytes]:
    return partial(content, options_of(settings).folder)
