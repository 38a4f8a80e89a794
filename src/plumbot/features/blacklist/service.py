"""The blacklist's verbs."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.events import Events, PersonBlacklisted
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Profiles
from plumbot.features.blacklist import repository, rules
from plumbot.features.blacklist.bans import Bans
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.kit.clock import Clock
from plumbot.kit.holding import PERSON, hold


class BlacklistService:
    """Keeps people out, and lets them off."""

    def __init__(
        self, clock: Clock, bans: Bans, events: Events, audit: Audit, profiles: Profiles, permissions: Permissions
    ) -> None:
        self._clock = clock
        self._bans = bans
        self._events = events
        self._audit = audit
        self._profiles = profiles
        self._permissions = permissions

    def has(self, session: Session, user_id: int) -> bool:
        return repository.found(session, user_id) is not None

    def add(self, session: Session, user_id: int, *, by: int | None, reason: str) -> bool:
        """Nobody is added twice (False). Whoever is inside is removed; `by` is None when the gate did it."""
        hold(session, PERSON, user_id)
        if self.has(session, user_id):
            return False
        now = self._clock.now()
        session.add(Blacklisted(user_id=user_id, reason=reason or None, added_by=by, created_at=now))
        session.flush()
        self._audit.record(session, "blacklist.add", by=by, on=user_id, after={"reason": reason})
        self._bans.ban(session, user_id, now)
        self._events.publish(session, PersonBlacklisted(user_id, by))
        return True

    def keep_out(self, session: Session, user_id: int) -> None:
        """Somebody on the list came in all the same: remove them again."""
        self._bans.ban(session, user_id, self._clock.now())

    def ask_or_add(self, session: Session, meant: rules.Meant, *, by: int) -> tuple[str, dict[str, Any]]:
        """What to show the admin: a question when the person is inside, else that it is done."""
        user_id = self._person(session, meant)
        if self._permissions.is_admin(session, user_id):
            raise rules.AdminsStay
        if self.has(session, user_id):
            raise rules.ListedAlready
        values = {"user_id": user_id, "name": self._name(session, user_id), "reason": meant.reason}
        profile = self._profiles.find(session, user_id)
        if profile is not None and profile.in_club:
            return "blacklist.question", values
        self.add(session, user_id, by=by, reason=meant.reason)
        return "blacklist.added", values

    def confirm(self, session: Session, question: str | None, user_id: int, *, by: int) -> dict[str, Any]:
        """The admin said yes to the question `question` (its outbox key), which remembers the reason."""
        values = self._bans.asked(session, question)
        if values is None or values.get("user_id") != user_id:
            raise rules.QuestionGone
        if self._permissions.is_admin(session, user_id):
            raise rules.AdminsStay
        if not self.add(session, user_id, by=by, reason=str(values["reason"])):
            raise rules.ListedAlready
        return values

    def cancel(self, session: Session, user_id: int) -> dict[str, Any]:
        if self.has(session, user_id):
            raise rules.ListedAlready
        return {"user_id": user_id, "name": self._name(session, user_id)}

    def remove(self, session: Session, user_id: int, *, by: int) -> None:
        """The person may apply again; their ban in the chat is lifted."""
        hold(session, PERSON, user_id)
        before = repository.take_off(session, user_id)
        if before is None:
            raise rules.NotListed
        self._audit.record(session, "blacklist.remove", by=by, on=user_id, before=before)
        self._bans.lift(session, user_id, self._clock.now())

    def remove_named(self, session: Session, meant: rules.Meant, *, by: int) -> dict[str, Any]:
        user_id = self._person(session, meant)
        self.remove(session, user_id, by=by)
        return {"user_id": user_id, "name": self._name(session, user_id)}

    def _person(self, session: Session, meant: rules.Meant) -> int:
        if meant.user_id is not None:
            return meant.user_id
        profile = self._profiles.by_username(session, meant.username or "")
        if profile is None:
            raise rules.UnknownName(name=meant.username or "")
        return profile.user_id

    def _name(self, session: Session, user_id: int) -> str:
        profile = self._profiles.find(session, user_id)
        return " ".join(filter(None, (profile.first_name, profile.last_name))) if profile else ""
