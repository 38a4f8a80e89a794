"""The number that follows an update: into its messages, calls, their answers and its jobs, and into every log."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

REQUEST = "request"


def request_of(session: Session) -> str | None:
    """What the unit is about; None for timers and the like."""
    found: str | None = session.info.get(REQUEST)
    return found


@contextmanager
def about(session: Session, request: str | None) -> Iterator[None]:
    """What is written inside bears this number, unless the unit is about an update of its own."""
    own = request_of(session)
    session.info[REQUEST] = own or request
    try:
        yield
    finally:
        session.info[REQUEST] = own
