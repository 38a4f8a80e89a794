"""Leases: a name that one process holds for a while, so that there is one poller and one sender."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbot.kit.tables import Moment, Table


class Lease(Table):
    """Who holds `name`, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[Moment]


def take(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or renew the lease; False when somebody else holds it."""
    mine_or_over = or_(Lease.holder == holder, Lease.until < now)
    taken = session.execute(
        update(Lease).where(Lease.name == name, mine_or_over).values(holder=holder, until=now + lasting)
    )
    if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has a row count; the stub says Result
        return True
    if session.scalar(select(Lease.name).where(Lease.name == name)):
        return False
    session.add(Lease(name=name, holder=holder, until=now + lasting))
    session.flush()
    return True


def give_back(session: Session, name: str, holder: str) -> None:
    """Let the next process have it at once."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
