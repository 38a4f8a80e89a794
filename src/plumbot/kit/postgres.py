"""PostgreSQL: asynchronous sessions over psycopg 3; the same plain functions run inside them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar, TypeVar
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from plumbot.kit.db import Listener, SessionManager, Unit, is_infrastructure, is_passing
from plumbot.kit.killpoints import reach
from plumbot.kit.listening import CHANNEL, Ear
from plumbot.kit.signals import Signals

R = TypeVar("R")

UNITS, READERS = 10, 5  # at once; apart, since a unit may read beside itself and must not wait for other units
WAIT_FOR_CONNECTION_SECONDS = 20
CONNECT_SECONDS = 5
STATEMENT_MILLISECONDS = 15_000
LOCK_MILLISECONDS = 10_000  # shorter than a statement: who waits for a row is told so
IDLE_MILLISECONDS = 30_000  # a unit awaits the database only; one that idles has lost its process

TIMES = {
    "statement_timeout": STATEMENT_MILLISECONDS,
    "lock_timeout": LOCK_MILLISECONDS,
    "idle_in_transaction_session_timeout": IDLE_MILLISECONDS,
}
# A machine that vanished is noticed by the other end, there and here.
KEPT_ALIVE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

NOTIFY = text("SELECT pg_notify(:channel, :payload)")


class PostgresUnit(Unit):
    """One asynchronous session, one transaction. `origin` tells our own wake-up calls from those of others."""

    def __init__(self, session: AsyncSession, origin: str) -> None:
        super().__init__()
        self._session = session
        self._origin = origin

    async def _run(self, question: Callable[[Session], R]) -> R:
        def work(session: Session) -> R:
            answer = question(session)
            session.flush()
            return answer

        return await self._session.run_sync(work)

    async def restart(self) -> None:
        await self._session.rollback()
        self._session.sync_session.info.pop("signals", None)
        self.closing.clear()
        self.notes.clear()

    async def keep(self) -> set[str]:
        """Other processes are woken by the commit itself: what was rolled back wakes nobody."""
        for last_word in self.closing:
            await self._session.run_sync(last_word)
        topics: set[str] = self._session.sync_session.info.get("signals", set())
        await self._session.flush()
        for topic in sorted(topics):
            await self._session.execute(NOTIFY, {"channel": CHANNEL, "payload": f"{topic} {self._origin}"})
        self.committing = True
        reach("unit.written")
        await self._session.commit()
        reach("unit.committed")
        self.committing = False
        await self._session.close()
        return topics

    async def drop(self) -> None:
        """A connection that is lost has nothing to roll back."""
        with suppress(DBAPIError):
            await self._session.rollback()
        with suppress(DBAPIError):
            await self._session.close()


class PostgresSessions(SessionManager):
    """A pool of connections; no statement, no lock and no idle unit lasts for ever."""

    is_shared: ClassVar[bool] = True

    def __init__(self, url: str, signals: Signals) -> None:
        super().__init__(signals)
        self._url = url
        self._origin = uuid4().hex[:12]
        self._engine, self._read_engine = self._pool(UNITS), self._pool(READERS)
        self.pools = {"unit": self._engine.pool, "read": self._read_engine.pool}

    def _pool(self, size: int) -> AsyncEngine:
        options = " ".join(f"-c {name}={value}" for name, value in TIMES.items())
        return create_async_engine(
            self._url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=WAIT_FOR_CONNECTION_SECONDS,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            hide_parameters=True,  # people's words stay out of errors and logs
            connect_args={"options": f"{options} -c timezone=UTC", **KEPT_ALIVE},
        )

    def listeners(self) -> Sequence[Listener]:
        return (Ear(self._url, self._origin, self.signals, KEPT_ALIVE),)

    def _may_repeat(self, unit: Unit, fault: Exception) -> bool:
        """Undone by the server, or lost before the commit was asked for."""
        lost = isinstance(fault, DBAPIError) and fault.connection_invalidated and is_infrastructure(fault)
        return is_passing(fault) or (lost and not unit.committing)

    def _new_unit(self) -> Unit:
        return PostgresUnit(AsyncSession(self._engine, expire_on_commit=False), self._origin)

    async def _read(self, question: Callable[[Session], R]) -> R:
        async with AsyncSession(self._read_engine, expire_on_commit=False) as session:
            return await session.run_sync(question)

    async def close(self) -> None:
        await self._engine.dispose()
        await self._read_engine.dispose()
