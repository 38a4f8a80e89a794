"""Admins correct karma: by command, and by the buttons of a panel about one person."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club import panel
from plumbot.club.profiles import Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma import naming
from plumbot.features.karma.rules import UnknownPerson, shown_name
from plumbot.features.karma.service import KarmaService
from plumbot.features.karma.statistics import StatisticsService
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import NAMED

SCREENS = ("karma.panel", "karma.ask_reason")
SHOWN = 5

Values = dict[str, Any]


class CorrectionService:
    """Each change is a row of the ledger with the admin's reason; the buttons take the reason that the panel shows."""

    def __init__(self, karma: KarmaService, statistics: StatisticsService, profiles: Profiles, outbox: Outbox) -> None:
        self._karma = karma
        self._statistics = statistics
        self._profiles = profiles
        self._outbox = outbox

    def look(self, session: Session, words: str, answered: int | None) -> Values:
        """Words that follow the person are the reason for what is pressed next."""
        meant = naming.meant(words, answered, with_number=False)
        return self._about(session, self._person(session, meant), naming.reason(meant.rest))

    def add(self, session: Session, words: str, answered: int | None, *, by: int) -> Values:
        meant = naming.meant(words, answered, with_number=True)
        number, reason = naming.number_and_reason(meant.rest)
        profile = self._person(session, meant)
        self._karma.change_by_admin(session, profile.user_id, number, by, reason)
        return self._about(session, profile, reason)

    def set(self, session: Session, words: str, answered: int | None, *, by: int) -> Values:
        meant = naming.meant(words, answered, with_number=True)
        number, reason = naming.number_and_reason(meant.rest)
        profile = self._person(session, meant)
        self._karma.set_by_admin(session, profile.user_id, number, by, reason)
        return self._about(session, profile, reason)

    def press(self, session: Session, shown: str, user_id: int, delta: int, karma: int, *, by: int) -> Values | None:
        """Counts only where karma is still what the button was made for: the same press twice counts once, and of two
        admins at once one is told to look. None: it is another by now, and nothing was changed."""
        profile = self._found(session, user_id)
        session.refresh(profile, ["karma"], with_for_update=True)
        if profile.karma != karma:
            return None
        seen = self._seen(session, shown, user_id)
        self._karma.change_by_admin(session, user_id, delta, by, str(seen.get("reason") or ""))
        return self.again(session, shown, user_id)

    def again(self, session: Session, shown: str, user_id: int, reason: str | None = None) -> Values:
        """The panel about this person as it is now, with the reason that it showed or another one."""
        kept = str(self._seen(session, shown, user_id).get("reason") or "")
        return self._about(session, self._found(session, user_id), kept if reason is None else naming.reason(reason))

    def _seen(self, session: Session, shown: str, user_id: int) -> Values:
        seen = panel.seen(session, self._outbox, shown, *SCREENS)
        return seen if seen.get("user_id") == user_id else {}

    def _person(self, session: Session, meant: naming.Meant) -> Profile:
        if meant.user_id is not None:
            return self._found(session, meant.user_id)
        profile = self._profiles.by_username(session, meant.username or "")
        if profile is None:
            raise naming.NeverMet(who=meant.username or "")
        return profile

    def _found(self, session: Session, user_id: int) -> Profile:
        profile = self._profiles.find(session, user_id)
        if profile is None:
            raise UnknownPerson(user_id=user_id)
        return profile

    def _about(self, session: Session, profile: Profile, reason: str) -> Values:
        session.flush()
        name = shown_name(profile.first_name, profile.last_name, profile.username, profile.user_id)
        why = self._statistics.why(session, profile.user_id)
        return {
            "user_id": profile.user_id,
            "name": name,
            "username": profile.username,
            "karma": profile.karma,
            "reason": reason,
            "changes": why["changes"][:SHOWN],
            NAMED: why[NAMED],
        }
