"""How jobs stand, for the panel's page of health: counts by state."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.club.places import Fact, Glance, Places
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.refusals import N_

STATES = {
    "queued": N_("waiting: {n}"),
    "running": N_("being recognised: {n}"),
    "done": N_("done: {n}"),
    "failed": N_("failed: {n}"),
    "cancelled": N_("cancelled: {n}"),
    "dead": N_("given up: {n}"),
}


def facts(session: Session, _now: datetime) -> Sequence[Fact]:
    counted = select(A2TJob.status, func.count()).group_by(A2TJob.status).order_by(A2TJob.status)
    found = [
        Fact(STATES.get(status, N_("{state}: {n}")), {"state": status, "n": number})
        for status, number in session.execute(counted)
    ]
    return found or [Fact(N_("None yet."))]


def add_to(places: Places) -> None:
    places.glances.append(Glance(40, N_("Speech to text, jobs by state"), facts))
