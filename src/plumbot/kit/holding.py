"""Holding a thing until the end of the unit, so that what is read of it is still true when something is written."""

from sqlalchemy import text
from sqlalchemy.orm import Session

PERSON = "person"  # by the lane: a unit holds the person whose update it handles
CLAIMS, KARMA, ROSTER, ADMINS, WAVES, TIMERS = "claims", "karma", "roster", "admins", "waves", "timers"

_WAIT = text("SELECT pg_advisory_xact_lock(hashtextextended(:thing, 0))")


def hold(session: Session, kind: str, name: int | str = "") -> None:
    """Wait until no other unit holds it. What was read before is read anew when it is looked at again.

    SQLite has one writer, so there everything is held already. Two units that hold things crosswise are told apart
    by the database, and the one that it stops runs again.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    session.execute(_WAIT, {"thing": f"{kind}:{name}"})
    session.flush()
    session.expire_all()
