"""The queue on PostgreSQL: procrastinate carries tickets. Each says that one more job waits; whose, a claim decides.

So the order is the same as on SQLite, and a ticket too many costs a glance. Workers are woken by LISTEN/NOTIFY.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition
from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.orm import Session

from plumbot.features.transcription.queueing import SPEECH, WorkOne

log = structlog.get_logger()

POLL_SECONDS = 5.0  # where no call came through
STALLED_SECONDS = 30.0
LOOK_FOR_STALLED_SECONDS = 15.0
AFTER_A_FAULT_SECONDS = 2.0
CONNECTIONS = 3  # beside those of the tickets: to listen, for the heartbeat, to spare

PUT = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY["
    "ROW(:queue, :task, 0, NULL, NULL, '{}'::jsonb, :at)]::procrastinate_job_to_defer_v1[])"
).bindparams(bindparam("at", type_=DateTime(timezone=True)))
TICKETS = text("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = :queue AND status = 'todo'")


class Tickets:
    """The bot's side, and the side of workers that give jobs back."""

    def put(self, session: Session, not_before: datetime | None = None) -> None:
        """In the session's own transaction: what is rolled back has no ticket."""
        session.execute(PUT, {"queue": SPEECH, "task": SPEECH, "at": not_before})

    def top_up(self, session: Session, waiting: int) -> None:
        there = session.scalar(TICKETS, {"queue": SPEECH}) or 0
        for _ in range(waiting - there):
            self.put(session)


class TicketHands:
    """A worker's side: a pool of its own, heartbeats, and the tickets of workers that have died."""

    def __init__(self, address: str, arguments: Mapping[str, Any] | None = None) -> None:
        """`address` is libpq's."""
        self._address = address
        self._arguments = dict(arguments or {})

    async def serve(self, work: WorkOne, slots: int, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._serve(work, slots, stop)
            except ConnectorException as fault:
                log.warning("speech_database_fault", fault=str(fault))
                await asyncio.sleep(AFTER_A_FAULT_SECONDS)

    async def _serve(self, work: WorkOne, slots: int, stop: asyncio.Event) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._address, min_size=1, max_size=slots + CONNECTIONS, kwargs=self._arguments
        )
        app = procrastinate.App(connector=connector)

        @app.task(name=SPEECH, queue=SPEECH)
        async def ticket() -> None:
            await work()

        async with app.open_async():
            stopped = asyncio.create_task(stop.wait(), name="speech stop")
            stalled = asyncio.create_task(self._retry_stalled(app), name="speech stalled")
            worker = asyncio.create_task(self._worker(app, slots), name="speech tickets")
            try:
                await asyncio.wait((stopped, worker), return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
                stalled.cancel()
                worker.cancel()  # which lets what has begun end
                await asyncio.gather(worker, stalled, return_exceptions=True)
        if not stop.is_set():
            await asyncio.sleep(AFTER_A_FAULT_SECONDS)

    @staticmethod
    async def _worker(app: procrastinate.App, slots: int) -> None:
        await app.run_worker_async(
            queues=[SPEECH],
            concurrency=slots,
            install_signal_handlers=False,
            delete_jobs=DeleteJobCondition.ALWAYS,
            fetch_job_polling_interval=POLL_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )

    @staticmethod
    async def _retry_stalled(app: procrastinate.App) -> None:
        """Several workers may look at once; one of them does it."""
        while True:
            await asyncio.sleep(LOOK_FOR_STALLED_SECONDS)
            try:
                for job in await app.job_manager.get_stalled_jobs(
                    queue=SPEECH, seconds_since_heartbeat=STALLED_SECONDS
                ):
                    await app.job_manager.retry_job(job)
            except ConnectorException as fault:
                log.info("stalled_not_retried", fault=str(fault))
