"""Which queue stands behind the port: rows on SQLite, procrastinate on PostgreSQL (imported only where it is used)."""

from dishka import AsyncContainer

from plumbot.features.transcription.queueing import Hands, LookingHands, Queue, RowsAreEnough
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.settings import Settings
from plumbot.migrations.addresses import libpq_address


def queue(settings: Settings) -> Queue:
    if settings.database.is_sqlite:
        return RowsAreEnough()
    from plumbot.features.transcription.tickets import Tickets

    return Tickets()


async def hands(settings: Settings, container: AsyncContainer) -> Hands:
    if settings.database.is_sqlite:
        return LookingHands(await container.get(SessionManager), await container.get(Clock))
    from plumbot.features.transcription.tickets import TicketHands

    return TicketHands(libpq_address(settings.database.url.get_secret_value()))
