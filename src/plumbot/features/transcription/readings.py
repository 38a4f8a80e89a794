"""Figures of recordings for operators: how many wait or are being recognised, and since when the oldest waits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.readings import Reading

OPEN = ("queued", "running")


def by_state(session: Session, _now: datetime) -> Mapping[str, float]:
    query = select(A2TJob.status, func.count()).where(A2TJob.status.in_(OPEN)).group_by(A2TJob.status)
    found = {state: count for state, count in session.execute(query)}  # noqa: C416  # rows are no pairs for mypy
    return {state: found.get(state, 0) for state in OPEN}


def oldest(session: Session, now: datetime) -> Mapping[str, float]:
    since = session.scalar(select(func.min(A2TJob.created_at)).where(A2TJob.status == "queued"))
    return {"": (now - since).total_seconds() if since else 0}


READINGS = (
    Reading("plum_jobs", "Recordings that wait or are being recognised.", by_state, "state"),
    Reading("plum_jobs_oldest_seconds", "Since when the oldest recording waits.", oldest),
)
