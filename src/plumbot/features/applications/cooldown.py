"""How long somebody who was rejected has to wait. Being forgotten does not shorten it: the moment alone is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from plumbot.features.applications import repository
from plumbot.kit.clock import Clock
from plumbot.kit.refusals import N_
from plumbot.kit.switches import Switch, turn

PREFIX = "cooldown."
WAIT_STAYS = N_(
    "Your id with the moment at which your application was rejected, until you may apply again: "
    "else nobody would have to wait."
)


def kept_for(session: Session, user_id: int) -> datetime | None:
    """When a forgotten person was rejected, where that is kept."""
    switch = session.get(Switch, f"{PREFIX}{user_id}")
    return datetime.fromisoformat(switch.value) if switch else None


class Cooldown:
    """From the rejection that is known, or from what was kept of it."""

    def __init__(self, clock: Clock, *, reapply_hours: int) -> None:
        self._clock = clock
        self._reapply = timedelta(hours=reapply_hours)

    def ends(self, rejected_at: datetime) -> datetime:
        return rejected_at + self._reapply

    def until(self, session: Session, user_id: int) -> datetime | None:
        """When the person may apply again; None when that is now."""
        rejected = self._rejected(session, user_id)
        if rejected is None or self.ends(rejected) <= self._clock.now():
            return None
        return self.ends(rejected)

    def stays(self, session: Session, user_id: int) -> Sequence[str]:
        """What of it would outlive being forgotten, as msgids."""
        return [WAIT_STAYS] if self.until(session, user_id) else []

    def keep(self, session: Session, user_id: int) -> None:
        """The person is about to be forgotten."""
        rejected = self._rejected(session, user_id)
        if rejected is not None and self.until(session, user_id):
            turn(session, f"{PREFIX}{user_id}", rejected.isoformat(), self._clock.now())

    def prune(self, session: Session, now: datetime) -> None:
        """A timer: what is over is kept of nobody."""
        for switch in session.scalars(select(Switch).where(Switch.name.startswith(PREFIX))).all():
            if self.ends(datetime.fromisoformat(switch.value)) <= now:
                session.execute(delete(Switch).where(Switch.name == switch.name))

    def _rejected(self, session: Session, user_id: int) -> datetime | None:
        known = (repository.last_rejection(session, user_id), kept_for(session, user_id))
        return max((moment for moment in known if moment is not None), default=None)
