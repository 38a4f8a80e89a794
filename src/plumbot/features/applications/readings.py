"""Figures of applications for operators: how many stand where, and since when somebody waits for a decision."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.features.applications.states import OPEN, Status
from plumbot.features.applications.tables import Application
from plumbot.kit.readings import Reading


def by_state(session: Session, _now: datetime) -> Mapping[str, float]:
    """Those that are open; a count of all that ever were would be a scan."""
    query = select(Application.status, func.count()).where(Application.status.in_(OPEN)).group_by(Application.status)
    found = {state: count for state, count in session.execute(query)}  # noqa: C416  # rows are no pairs for mypy
    return {str(status): found.get(status, 0) for status in OPEN}


def oldest(session: Session, now: datetime) -> Mapping[str, float]:
    query = select(func.min(Application.created_at)).where(Application.status == Status.PENDING)
    since = session.scalar(query)
    return {"": (now - since).total_seconds() if since else 0}


READINGS = (
    Reading("plum_applications", "Open applications by state.", by_state, "state"),
    Reading("plum_applications_oldest_seconds", "Since when the oldest application waits for a decision.", oldest),
)
