"""PostgreSQL: asynchronous sessions over psycopg 3; the same plain functions run inside them."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager, Unit
from plumbot.kit.signals import Signals

R = TypeVar("R")

STATEMENT_MILLISECONDS = 15_000


class PostgresUnit(Unit):
    """One asynchronous session, one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__()
        self._session = session

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
        for last_word in self.closing:
            await self._session.run_sync(last_word)
        topics: set[str] = self._session.sync_session.info.get("signals", set())
        await self._session.commit()
        await self._session.close()
        return topics

    async def drop(self) -> None:
        await self._session.rollback()
        await self._session.close()


class PostgresSessions(SessionManager):
    """A pool of connections, each with a time-out for statements."""

    def __init__(self, url: str, signals: Signals) -> None:
        super().__init__(signals)
        options = {"options": f"-c statement_timeout={STATEMENT_MILLISECONDS} -c timezone=UTC"}
        self._engine = create_async_engine(
            url, pool_size=10, max_overflow=5, pool_pre_ping=True, connect_args=options, hide_parameters=True
        )

    def _new_unit(self) -> Unit:
        return PostgresUnit(AsyncSession(self._engine, expire_on_commit=False))

    async def _read(self, question: Callable[[Session], R]) -> R:
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            return await session.run_sync(question)

    async def close(self) -> None:
        await self._engine.dispose()
