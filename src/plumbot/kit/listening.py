"""LISTEN: what other processes commit wakes this one. A call that is missed costs a poll, never a row."""

import asyncio
from collections.abc import Mapping
from typing import Any

import psycopg
import structlog
from sqlalchemy.engine import make_url

from plumbot.kit.signals import INBOX, OUTBOX, Signals

log = structlog.get_logger()

CHANNEL = "plum"
PAUSE_SECONDS = 2.0
ASK_SECONDS = 60.0  # a connection that is silent for so long is asked whether it is there


class Ear:
    """A connection of its own, made anew whenever it is lost."""

    def __init__(self, url: str, origin: str, signals: Signals, arguments: Mapping[str, Any]) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._origin = origin
        self._signals = signals
        self._arguments = arguments

    async def run(self) -> None:
        """Until cancelled. In between the polls of those who wait are what there is."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as fault:
                log.warning("listener_lost", fault=str(fault))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen(self) -> None:
        connect = psycopg.AsyncConnection.connect(self._address, autocommit=True, **self._arguments)
        async with await connect as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            log.info("listener_hears")
            for topic in (INBOX, OUTBOX):
                self._signals.fire(topic)  # something may have been called while nobody listened
            while True:
                async for call in connection.notifies(timeout=ASK_SECONDS):
                    self._hear(call.payload)
                await connection.execute("SELECT 1")

    def _hear(self, payload: str) -> None:
        """Our own units have woken us without a detour."""
        topic, _, origin = payload.partition(" ")
        if origin != self._origin:
            self._signals.fire(topic)
