"""Whether a person may apply now, and with this slug: the checks in the order in which the club always made them."""

from datetime import tzinfo

from sqlalchemy.orm import Session

from plumbot.club.profiles import Profiles
from plumbot.features.applications import refusals, repository
from plumbot.features.applications.cooldown import Cooldown
from plumbot.features.applications.pausing import pause_note
from plumbot.features.applications.ports import Blacklist, Invites, Roster
from plumbot.kit.folding import folded

MOMENT = "%d.%m.%Y %H:%M"


class Eligibility:
    """Answers by raising: silence means yes."""

    def __init__(
        self,
        cooldown: Cooldown,
        profiles: Profiles,
        roster: Roster,
        blacklist: Blacklist,
        invites: Invites,
        *,
        zone: tzinfo,
    ) -> None:
        self._cooldown = cooldown
        self._profiles = profiles
        self._roster = roster
        self._blacklist = blacklist
        self._invites = invites
        self._zone = zone

    def require_slug_free(self, session: Session, user_id: int, slug: str) -> None:
        """Refused only when the slug is somebody else's; an unclaimed entry of the roster speaks for the applicant."""
        if self._roster.standing(session, folded(slug), user_id) == "taken":
            raise refusals.SlugTaken(slug=slug[:60])

    def require_welcome(self, session: Session, user_id: int) -> None:
        if self._blacklist.has(session, user_id):
            raise refusals.MayNotJoin

    def require_may_apply(self, session: Session, user_id: int) -> None:
        """All but the slug: welcome, outside, without link and open application, not too soon, not paused."""
        self.require_welcome(session, user_id)
        profile = self._profiles.find(session, user_id)
        if profile is not None and profile.in_club:
            raise refusals.AlreadyInside
        until = self._invites.open_until(session, user_id)
        if until is not None:
            raise refusals.InviteIsOpen(until=until.astimezone(self._zone).strftime(MOMENT))
        if repository.open_of(session, user_id) is not None:
            raise refusals.AlreadyApplied
        self._require_cooled_down(session, user_id)
        self._require_not_paused(session)

    def _require_cooled_down(self, session: Session, user_id: int) -> None:
        until = self._cooldown.until(session, user_id)
        if until is not None:
            raise refusals.TooSoon(after=until.astimezone(self._zone).strftime(MOMENT))

    def _require_not_paused(self, session: Session) -> None:
        note = pause_note(session)
        if note:
            raise refusals.ApplicationsPausedBecause(note=note)
        if note is not None:
            raise refusals.ApplicationsPaused
