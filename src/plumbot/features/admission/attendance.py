"""Who is inside: the profile says it, the audit remembers every coming and going, the club is told."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.events import Events, MemberArrived, MemberLeft
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Profiles
from plumbot.features.admission import repository, rules
from plumbot.features.admission.schemas import Change


class Attendance:
    """The one place in admission that writes presence."""

    def __init__(self, profiles: Profiles, audit: Audit, events: Events, permissions: Permissions) -> None:
        self._profiles = profiles
        self._audit = audit
        self._events = events
        self._permissions = permissions

    def is_news(self, session: Session, change: Change) -> bool:
        last = repository.last_presence(session, change.person.user_id)
        return rules.is_news(last, change.at, change.is_inside)

    def came_after(self, session: Session, user_id: int, at: datetime) -> bool:
        """Whether the person has come in since `at`, and stayed."""
        last = repository.last_presence(session, user_id)
        return last is not None and last[1] and last[0] >= at

    def record(self, session: Session, change: Change) -> None:
        """Somebody came or went; a removal by another person names that person."""
        self._profiles.meet(session, change.person)
        after: dict[str, Any] = {"at": change.at.isoformat(), "by_hand": change.by_hand}
        if change.link is not None:
            after["link"] = change.link.name or change.link.address
        action = repository.ARRIVED if change.is_inside else repository.LEFT
        self._audit.record(session, action, by=change.by.user_id, on=change.person.user_id, after=after)
        session.flush()

    def is_member(self, session: Session, user_id: int) -> bool:
        """Members and admins need nothing to explain that they are inside."""
        profile = self._profiles.find(session, user_id)
        return (profile is not None and profile.in_club) or self._permissions.is_admin(session, user_id)

    def is_added_by_admin(self, session: Session, change: Change) -> bool:
        """An admin of the club, or one of the chat who acts in its name, added the person by hand."""
        by = change.by.user_id
        return change.by_hand and (by == rules.ANONYMOUS_ADMIN or self._permissions.is_admin(session, by))

    def arrive(self, session: Session, user_id: int) -> None:
        self._profiles.arrive(session, user_id)
        self._events.publish(session, MemberArrived(user_id))

    def confirm(self, session: Session, user_id: int, at: datetime) -> bool:
        """The person turns out to be inside already. False when that was known."""
        profile = self._profiles.meet_by_id(session, user_id)
        if profile.in_club:
            return False
        self._audit.record(session, repository.ARRIVED, by=None, on=user_id, after={"at": at.isoformat()})
        self.arrive(session, user_id)
        return True

    def leave(self, session: Session, user_id: int) -> None:
        """Who was no member is none now either; nobody is told."""
        profile = self._profiles.find(session, user_id)
        if profile is None or not profile.in_club:
            return
        self._profiles.leave(session, user_id)
        self._events.publish(session, MemberLeft(user_id))

    def note(self, session: Session, action: str, *, by: int | None, on: int, **after: Any) -> None:
        """Who decided what on whom."""
        self._audit.record(session, action, by=by, on=on, after=after or None)
