"""The bot's inner parts around a database of their own, without Telegram: updates go in, and rows come out."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.apps import wiring
from plumbot.apps.assembly import Inward, assemble_inward
from plumbot.apps.benches.scratch import settings_for
from plumbot.apps.benches.traffic import Json
from plumbot.apps.closing import close
from plumbot.features.admins.service import AdminService
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.telegram.client import TelegramClient

PAUSE_SECONDS = 0.001


@dataclass
class House:
    """`numbers` gives update ids that the database has not seen."""

    sessions: SessionManager
    inward: Inward
    numbers: "itertools.count[int]"

    def numbered(self, contents: Sequence[Json]) -> list[Json]:
        return [{"update_id": next(self.numbers), **content} for content in contents]

    async def handle(self, contents: Sequence[Json]) -> None:
        """As one poll hands them over; returns when the lanes are done with them."""
        await self.inward.intake.take(self.numbered(contents))
        await self.settled()

    async def settled(self) -> None:
        while await self.sessions.read(_waiting):  # noqa: ASYNC110  # the lanes set no event when they are done
            await asyncio.sleep(PAUSE_SECONDS)


class MuteTelegram(TelegramClient):
    """Takes every call and says yes: what the network costs is not measured here."""

    async def request(self, *_args: Any, **_kwargs: Any) -> Any:
        return True


def _last_number(session: Session) -> int:
    return session.scalar(select(func.max(InboxRow.update_id))) or 0


def _waiting(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(InboxRow).where(InboxRow.status == "new")) or 0


@asynccontextmanager
async def house(url: str) -> AsyncIterator[House]:
    """Its lanes run; nothing is sent, and no timer goes off."""
    settings = settings_for(url)
    container = wiring.build(settings)
    try:
        await wiring.connect(container)
        sessions = await container.get(SessionManager)
        await sessions.change((await container.get(AdminService)).reconcile, settings.club.admin_ids)
        mute = MuteTelegram(settings.telegram.require_token(), settings.telegram.api_url)
        inward = await assemble_inward(settings, container, mute)
        listening = [asyncio.create_task(one.run()) for one in sessions.listeners()]
        lanes = asyncio.create_task(inward.lanes.run())
        try:
            yield House(sessions, inward, itertools.count(await sessions.read(_last_number) + 1))
        finally:
            inward.lanes.stop()
            await lanes
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
    finally:
        await close(container)
