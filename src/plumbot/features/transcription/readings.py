"""Figures of recordings for operators: how many wait or are being recognised, and since when the oldest waits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.readings import Reading, age, by_state

OPEN = ("queued", "running")


def oldest(session: Session, now: datetime) -> Mapping[str, float]:
    since = session.scalar(select(func.min(A2TJob.created_at)).where(A2TJob.status == "queued"))
    return {"": age(since, now)}


READINGS = (
    Reading("plum_jobs", "Recordings that wait or are being recognised.", by_state(A2TJob.status, OPEN), "state"),
    Reading("plum_jobs_oldest_seconds", "Since when the oldest recording waits.", oldest),
)
