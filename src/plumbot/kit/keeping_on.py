"""For loops whose work lies in rows: what goes wrong is logged, and after a pause they go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from plumbot.kit.db import is_infrastructure

log = structlog.get_logger()

PAUSE_SECONDS = 2.0


@asynccontextmanager
async def keeping_on(what: str, seconds: float = PAUSE_SECONDS) -> AsyncIterator[None]:
    """One round of the loop. Whatever ends it early, the rows say what is still to be done."""
    try:
        yield
    except Exception as fault:  # it may be anything: the next round may fare better, and nobody else would begin it
        if is_infrastructure(fault):
            log.warning("database_fault", within=what, fault=str(fault))
        else:
            log.exception("fault_within_a_loop", within=what)
        await asyncio.sleep(seconds)
