"""Wishes about digests: a member's own, and the admins' for the club chat."""

from datetime import datetime

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.places import AdminSwitch, Places
from plumbot.club.profiles import Profiles
from plumbot.kit.clock import Clock
from plumbot.kit.refusals import N_
from plumbot.kit.switches import Switch, turn

WEEKLY = "digest.weekly"


class DigestService:
    """Who hears what."""

    def __init__(self, clock: Clock, profiles: Profiles, audit: Audit, *, weekly_by_default: bool) -> None:
        self._clock = clock
        self._profiles = profiles
        self._audit = audit
        self._weekly_by_default = weekly_by_default

    def wish(self, session: Session, user_id: int, wanted: bool) -> None:
        """A member wants the daily digest, or does not."""
        self._profiles.meet_by_id(session, user_id).digest = wanted

    def is_weekly(self, session: Session) -> bool:
        """What admins switched, else PLUM_DIGEST__WEEKLY."""
        switched = session.get(Switch, WEEKLY)
        return bool(switched.value) if switched is not None else self._weekly_by_default

    def add_to_panel(self, places: Places) -> None:
        switch = AdminSwitch(20, "weekly", N_("Weekly digest in the club chat"), self.is_weekly, self.switch_weekly)
        places.switches.append(switch)

    def switch_weekly(self, session: Session, on: bool, by: int) -> None:
        """The club chat gets the weekly digest, or not; remembered over restarts."""
        before = self.is_weekly(session)
        now: datetime = self._clock.now()
        turn(session, WEEKLY, on, now)
        if before != on:
            self._audit.record(session, WEEKLY, by=by, on=None, before={"on": before}, after={"on": on})
