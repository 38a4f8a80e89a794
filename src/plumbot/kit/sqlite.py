"""SQLite: one writer in a thread of its own, whose commits are shared by the units that wait; readers beside it."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from plumbot.kit.db import CommitLost, SessionManager, Unit
from plumbot.kit.killpoints import reach
from plumbot.kit.signals import Signals

log = structlog.get_logger()

R = TypeVar("R")

UNITS_A_COMMIT = 16
READERS = 3
BUSY_SECONDS = 10


@dataclass(eq=False)
class Turn:
    """One unit's use of the writer: granted, finished by the unit (True keeps), settled by the commit."""

    granted: "asyncio.Future[None]"
    finished: "asyncio.Future[bool]"
    settled: "asyncio.Future[None]"
    session: Session | None = None
    spoilt: bool = False
    closing: list[Callable[[Session], None]] = field(default_factory=list)


class Writer:
    """Hands the one writing connection from unit to unit in the order of asking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._queue: asyncio.Queue[Turn] = asyncio.Queue()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._open: set[Turn] = set()

    async def hop(self, work: Callable[[], R]) -> R:
        """Run in the writer's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def turn(self) -> Turn:
        """Wait for the writer."""
        if self._task is None:
            self._task = asyncio.create_task(self._serve(), name="sqlite-writer")
        loop = asyncio.get_running_loop()
        turn = Turn(loop.create_future(), loop.create_future(), loop.create_future())
        self._open.add(turn)
        turn.settled.add_done_callback(lambda _: self._open.discard(turn))
        self._queue.put_nowait(turn)
        try:
            await turn.granted
        except asyncio.CancelledError:
            self.finish(turn, keep=False)
            raise
        return turn

    def open_session(self) -> Session:
        """In the writer's thread: a session inside a savepoint of the shared transaction."""
        if self._connection is None:
            self._connection = self._engine.connect()
        if not self._connection.in_transaction():
            self._connection.begin()
        return Session(self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def finish(self, turn: Turn, *, keep: bool) -> None:
        """The unit is done with the writer."""
        if not turn.finished.done():
            turn.finished.set_result(keep)

    async def _serve(self) -> None:
        while True:
            await self._group(await self._queue.get())

    async def _group(self, first: Turn) -> None:
        kept: list[Turn] = []
        turn = first
        try:
            while True:
                await self._one(turn, kept)
                if len(kept) >= UNITS_A_COMMIT or self._queue.empty():
                    break
                turn = self._queue.get_nowait()
            await self.hop(self._commit)
        except Exception as fault:  # noqa: BLE001  # logged; whatever it is, the next group needs a writer that lives
            log.warning("commit_lost", units=len(kept), fault=str(fault))
            await self.hop(self._abandon)
            lost = CommitLost(f"The commit failed: {fault}")
            for unit in dict.fromkeys([*kept, turn]):
                self._settle(unit, lost)
        else:
            for unit in kept:
                self._settle(unit, None)

    async def _one(self, turn: Turn, kept: list[Turn]) -> None:
        if not turn.granted.cancelled():
            turn.granted.set_result(None)
        keep = await turn.finished
        if keep and await self.hop(partial(self._release, turn)):
            kept.append(turn)
        elif not keep:
            await self.hop(partial(self._drop, turn))
            self._settle(turn, None)

    def _release(self, turn: Turn) -> bool:
        """Write what the unit left for its end and release its savepoint; False when only this unit fails."""
        if turn.session is None:
            return True
        try:
            for last_word in turn.closing:
                last_word(turn.session)
            turn.session.commit()
        except Exception as fault:  # noqa: BLE001  # whatever it is belongs to this unit alone; it is raised there
            self.undo(turn)
            turn.settled.get_loop().call_soon_threadsafe(self._settle, turn, fault)
            return False
        turn.session.close()
        return True

    def _drop(self, turn: Turn) -> None:
        """In the writer's thread, behind whatever of this unit still runs there: only here its session is known."""
        if turn.spoilt:
            raise sqlite3.OperationalError("what a unit wrote could not be taken back")
        self.undo(turn)

    def undo(self, turn: Turn) -> None:
        """Back to the savepoint. Where that fails, what was written is still there: the whole group must go."""
        session, turn.session = turn.session, None
        if session is None:
            return
        turn.spoilt = True
        session.rollback()
        session.close()
        self.require_transaction()
        turn.spoilt = False

    def require_transaction(self) -> None:
        """SQLite drops a transaction by itself on some faults; what followed would commit statement by statement."""
        driver = self._connection.connection.driver_connection if self._connection is not None else None
        if not isinstance(driver, sqlite3.Connection) or not driver.in_transaction:
            raise sqlite3.OperationalError("the transaction was dropped by SQLite")

    @staticmethod
    def _settle(turn: Turn, fault: BaseException | None) -> None:
        if turn.settled.done():
            return
        if fault is None:
            turn.settled.set_result(None)
        else:
            turn.settled.set_exception(fault)
            turn.settled.exception()  # a unit that was dropped does not ask; that is no error

    def _commit(self) -> None:
        if self._connection is not None and self._connection.in_transaction():
            reach("unit.written")
            self._connection.commit()
            reach("unit.committed")

    def _abandon(self) -> None:
        """After a fault the connection's state is unknown: throw it away and begin with a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError, sqlite3.Error):  # it is thrown away in any case
                connection.invalidate()
                connection.close()

    async def close(self) -> None:
        """Who still waits learns that nothing was kept."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for turn in list(self._open):
            if not turn.granted.done():
                turn.granted.set_exception(CommitLost("The database is closed."))
            self._settle(turn, CommitLost("The database is closed."))
        await self.hop(self._abandon)
        self._thread.shutdown()


class SqliteUnit(Unit):
    """Takes the writer at its first statement and gives it back at its end."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self._writer = writer
        self._turn: Turn | None = None

    async def _run(self, question: Callable[[Session], R]) -> R:
        if self._turn is None:
            self._turn = await self._writer.turn()
        turn = self._turn

        def work() -> R:
            if turn.session is None:
                turn.session = self._writer.open_session()
            self._writer.require_transaction()
            try:
                answer = question(turn.session)
                turn.session.flush()
            except Exception:
                self._writer.require_transaction()  # gone with it: the database is at fault, whatever was raised
                raise
            return answer

        return await self._writer.hop(work)

    async def restart(self) -> None:
        if self._turn is not None:
            await self._writer.hop(partial(self._writer.undo, self._turn))
        self.closing.clear()
        self.notes.clear()

    async def keep(self) -> set[str]:
        if self.closing and (self._turn is None or self._turn.session is None):
            await self._run(lambda _: None)
        turn = self._turn
        if turn is None:
            return set()
        turn.closing = self.closing
        topics: set[str] = turn.session.info.get("signals", set()) if turn.session else set()
        self._writer.finish(turn, keep=True)
        await asyncio.shield(turn.settled)
        return topics

    async def drop(self) -> None:
        if self._turn is not None:
            self._writer.finish(self._turn, keep=False)


class SqliteSessions(SessionManager):
    """One file, one process: WAL, FULL, one writer, a few readers."""

    def __init__(self, url: str, signals: Signals) -> None:
        super().__init__(signals)
        path = make_url(url).database
        self._write_engine, self._read_engine = _engine(path, writer=True), _engine(path, writer=False)
        self.pools = {"unit": self._write_engine.pool, "read": self._read_engine.pool}
        self._writer = Writer(self._write_engine)
        self._closed = False
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")

    def _new_unit(self) -> Unit:
        return SqliteUnit(self._writer)

    async def _read(self, question: Callable[[Session], R]) -> R:
        def work() -> R:
            with Session(self._read_engine) as session:
                return question(session)

        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def close(self) -> None:
        """Once or more often."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        self._readers.shutdown()
        self._write_engine.dispose()
        self._read_engine.dispose()


def _engine(path: str | None, *, writer: bool) -> Engine:
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args=arguments,
        pool_size=1 if writer else READERS,
        max_overflow=0,
        hide_parameters=True,  # people's words stay out of errors and logs
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not writer:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine
