"""Figures of applications for operators: how many stand where, and since when somebody waits for a decision."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.features.applications.states import OPEN, Status
from plumbot.features.applications.tables import Application
from plumbot.kit.readings import Reading, age, by_state


def oldest(session: Session, now: datetime) -> Mapping[str, float]:
    query = select(func.min(Application.created_at)).where(Application.status == Status.PENDING)
    since = session.scalar(query)
    return {"": age(since, now)}


READINGS = (
    Reading("plum_applications", "Open applications by state.", by_state(Application.status, OPEN), "state"),
    Reading("plum_applications_oldest_seconds", "Since when the oldest application waits for a decision.", oldest),
)
