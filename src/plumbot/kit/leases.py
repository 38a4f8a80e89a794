"""Leases: a name that one process holds for a while, so that there is one poller, one runner of lanes, one sender."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import String, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.inserting import put_if_absent
from plumbot.kit.tables import Moment, Table

LASTING = timedelta(seconds=30)


class Lease(Table):
    """Who holds `name`, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[Moment]


def this_process() -> str:
    """The holder's name: the numbers of its process, of its kind of numbers, and its host.

    So a process killed on this machine is known to be gone; containers may share a host's name, not its numbers.
    """
    return f"{_numbers()}:{os.getpid()}"


def _numbers() -> str:
    """Where process numbers mean the same: a host, and in it a container."""
    return f"{socket.gethostname()[:34]}:{Path('/proc/self/ns/pid').stat().st_ino}"


def take(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or renew the lease; False when somebody else holds it."""
    now = server_time(session, now)
    values = {"holder": holder, "until": now + lasting}
    if put_if_absent(session, Lease, "name", name=name, **values) is not None:
        return True
    former = session.scalar(select(Lease.holder).where(Lease.name == name))
    free = or_(Lease.holder == holder, Lease.until < now)
    if former is not None and is_gone(former):
        free = or_(free, Lease.holder == former)
    session.execute(update(Lease).where(Lease.name == name, free).values(**values))
    return session.scalar(select(Lease.holder).where(Lease.name == name)) == holder


def server_time(session: Session, now: datetime) -> datetime:
    """On PostgreSQL the server's: the clocks of several machines differ, and what they agree on is read by one."""
    if session.get_bind().dialect.name == "sqlite":
        return now
    return session.scalar(select(func.now())) or now


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that does not live any more: nobody need wait for its end."""
    host, _, number = holder.rpartition(":")
    if host != _numbers() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def give_back(session: Session, name: str, holder: str) -> None:
    """Let the next process have it at once."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


class Holding:
    """One process's hold on a lease, renewed in time; asked for again while others have it."""

    def __init__(
        self,
        sessions: SessionManager,
        clock: Clock,
        name: str,
        holder: str | None = None,
        renew_after: timedelta = LASTING / 3,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._name = name
        self._holder = holder or this_process()
        self._renew_after = renew_after
        self._renew_at: datetime | None = None

    async def is_ours(self) -> bool:
        """False, too, while the database cannot be asked and the time is over."""
        now = self._clock.now()
        if self._renew_at is not None and now < self._renew_at:
            return True
        if await self._sessions.change(take, self._name, self._holder, now, LASTING):
            self._renew_at = now + self._renew_after
        else:
            self._renew_at = None
        return self._renew_at is not None

    async def give_back(self) -> None:
        """A database that is away keeps the lease until it runs out."""
        try:
            await self._sessions.change(give_back, self._name, self._holder)
        except Exception as fault:
            if not is_infrastructure(fault):
                raise
