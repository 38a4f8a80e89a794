"""How the house is closed behind a process that ends: in time, whatever the database does."""

import asyncio

import structlog
from dishka import AsyncContainer

from plumbot.kit.db import SessionManager

log = structlog.get_logger()

CLOSE_SECONDS = 3.0


async def close(container: AsyncContainer) -> None:
    """A database that hangs is left as it is: what was not committed never happened."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await (await container.get(SessionManager)).close()
            await container.close()
    except TimeoutError:
        log.warning("database_left_open", seconds=CLOSE_SECONDS)
