"""The number that follows an update: into its messages, calls, their answers and its jobs, and into every log."""

from sqlalchemy.orm import Session

REQUEST = "request"


def request_of(session: Session) -> str | None:
    """What the unit is about; None for timers and the like."""
    found: str | None = session.info.get(REQUEST)
    return found
