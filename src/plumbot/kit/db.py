"""Engines, sessions, retries and commit: the one place that owns them. A unit is all that one update changes."""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from plumbot.kit.metrics import DATABASE_SECONDS, RETRIES, TRANSACTIONS, outcome_of, timed
from plumbot.kit.requests import REQUEST
from plumbot.kit.signals import Signals

log = structlog.get_logger()

LONGEST_PAUSE_SECONDS = 5.0
TROUBLES_OF_SQLITE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
})  # fmt: skip

# What PostgreSQL calls trouble of its own: connection, rollback (deadlock, serialization), resources, operator, system;
# a lock not got in time, a unit that idled for too long, a server that takes no writes for now.
TROUBLES_OF_POSTGRES = ("08", "40", "53", "57", "58", "55P03", "25P03", "25006")
ROLLED_BACK = ("40001", "40P01")
PAUSES_SECONDS = (0.02, 0.1, 0.5)

P = ParamSpec("P")
R = TypeVar("R")
Question = Callable[Concatenate[Session, P], R]


class UnitMisuse(RuntimeError):
    """A second unit was opened inside one, or a closed one was used."""


class CommitLost(Exception):
    """The shared commit failed; nothing of this unit was kept, and it may run again."""


def is_infrastructure(fault: BaseException) -> bool:
    """Whether the database (not the update) is at fault: locked, full, lost. Such faults do not count as attempts."""
    if isinstance(fault, CommitLost | PoolTimeout):
        return True
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    if isinstance(cause, sqlite3.Error):
        return _is_trouble_of_sqlite(cause)
    if _sqlstate(fault).startswith(TROUBLES_OF_POSTGRES):
        return True
    return isinstance(fault, OperationalError | InterfaceError) or (
        isinstance(fault, DBAPIError) and fault.connection_invalidated
    )


def is_passing(fault: BaseException) -> bool:
    """Whether the same again may well succeed at once: units got in each other's way, and this one was undone."""
    return isinstance(fault, CommitLost) or _sqlstate(fault) in ROLLED_BACK


def _sqlstate(fault: BaseException) -> str:
    return getattr(getattr(fault, "orig", None), "sqlstate", None) or ""


def _is_trouble_of_sqlite(fault: sqlite3.Error) -> bool:
    """SQLite says OperationalError for a missing table, too; only its code tells our mistakes from trouble."""
    code: int | None = getattr(fault, "sqlite_errorcode", None)
    if code is None:
        return isinstance(fault, sqlite3.OperationalError)
    return (code & 0xFF) in TROUBLES_OF_SQLITE


class Unit(ABC):
    """One transaction. From its first statement to its end nothing but the database is awaited."""

    def __init__(self) -> None:
        self.closed = False
        self.committing = False  # from here on a lost connection leaves open whether it was kept
        self.lane: int | None = None  # of the update that is handled; None for timers and the like
        self.request: str | None = None  # see kit/requests.py
        self.closing: list[Callable[[Session], None]] = []
        self.notes: dict[str, Any] = {}

    async def run(self, question: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a plain function on this unit's session, away from the event loop."""
        if self.closed:
            raise UnitMisuse("This unit is closed; what comes after it needs a unit of its own.")

        def work(session: Session) -> R:
            session.info[REQUEST] = self.request
            return question(session, *args, **kwargs)

        return await self._run(work)

    @abstractmethod
    async def _run(self, question: Callable[[Session], R]) -> R: ...

    @abstractmethod
    async def restart(self) -> None:
        """Drop all that was written, and go on in the same unit."""

    @abstractmethod
    async def keep(self) -> set[str]:
        """Commit; gives the signals to fire. Called by the session manager only."""

    @abstractmethod
    async def drop(self) -> None:
        """Roll back. Called by the session manager only."""


current_unit: ContextVar[Unit | None] = ContextVar("current_unit", default=None)


class Listener(Protocol):
    """Hears what other processes have committed; runs until it is cancelled."""

    async def run(self) -> None: ...


class SessionManager(ABC):
    """Opens units and answers reads, on SQLite or PostgreSQL."""

    is_shared: ClassVar[bool] = False  # whether several processes may work on it
    pools: Mapping[str, Pool]  # the connections of this process, by what they are for: unit, read

    def __init__(self, signals: Signals) -> None:
        self.signals = signals

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """One transaction: committed at the end, rolled back when an exception leaves it."""
        if current_unit.get() is not None:
            raise UnitMisuse("One update has one unit; pass it on instead of opening another.")
        unit = self._new_unit()
        token = current_unit.set(unit)
        try:
            with timed(DATABASE_SECONDS.labels("unit")):
                yield unit
                topics = await unit.keep()
            TRANSACTIONS.labels("kept").inc()
        except BaseException as fault:
            TRANSACTIONS.labels(outcome_of(fault)).inc()
            await asyncio.shield(unit.drop())
            raise
        finally:
            unit.closed = True
            current_unit.reset(token)
        for topic in topics:
            self.signals.fire(topic)

    async def change(self, question: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """A unit of a single function; where nothing of it can have been kept, it runs again a few times."""
        for pause in PAUSES_SECONDS:
            unit: Unit | None = None
            try:
                async with self.unit() as unit:
                    return await unit.run(question, *args, **kwargs)
            except Exception as fault:
                if unit is None or not self._may_repeat(unit, fault):
                    raise
                log.info("unit_repeated", fault=str(fault))
                RETRIES.inc()
            await asyncio.sleep(pause)
        async with self.unit() as unit:
            return await unit.run(question, *args, **kwargs)

    def _may_repeat(self, unit: Unit, fault: Exception) -> bool:
        """On SQLite it may not: who waited for the lock has waited long enough; of a lost commit the caller decides."""
        return False

    def listeners(self) -> Sequence[Listener]:
        """What has to run in a process that wants to hear of the work that others make."""
        return ()

    async def insist(self, question: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`change` for what has happened outside already (Telegram took it): tried until the database takes it."""
        pause = 0.05
        while True:
            try:
                return await self.change(question, *args, **kwargs)
            except Exception as fault:
                if not is_infrastructure(fault):
                    raise
                log.warning("database_fault", fault=str(fault), seconds=pause)
                RETRIES.inc()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def read(self, question: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask without changing anything, beside the writer."""
        with timed(DATABASE_SECONDS.labels("read")):
            return await self._read(lambda session: question(session, *args, **kwargs))

    @abstractmethod
    def _new_unit(self) -> Unit: ...

    @abstractmethod
    async def _read(self, question: Callable[[Session], R]) -> R: ...

    @abstractmethod
    async def close(self) -> None: ...
