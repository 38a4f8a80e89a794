"""The blacklist in the admins' panel."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.features.blacklist import repository, rules
from plumbot.features.blacklist.service import BlacklistService
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.kit.screens import NAMED

PAGE = 10

Values = dict[str, Any]


class BlacklistPanel:
    """Newest first: whom one looks for was mostly added lately."""

    def __init__(self, blacklist: BlacklistService, profiles: Profiles, zone: ZoneInfo) -> None:
        self._blacklist = blacklist
        self._profiles = profiles
        self._zone = zone

    def page(self, session: Session, after: int) -> Values:
        """The list after this person's entry (0, or whoever is off it meanwhile: from the newest on)."""
        last = repository.found(session, after) if after else None
        found = repository.newest(session, last, PAGE + 1)
        page = found[:PAGE]
        entries = [[one.user_id, self._name(session, one.user_id), one.reason or ""] for one in page]
        following = page[-1].user_id if len(found) > PAGE else None
        return {
            "entries": entries,
            "total": repository.count(session),
            "after": last.user_id if last else 0,
            "following": following,
        }

    def open(self, session: Session, user_id: int) -> Values:
        entry = repository.found(session, user_id)
        if entry is None:
            raise rules.NotListed
        return self._about(session, entry)

    def take_off(self, session: Session, user_id: int, *, by: int) -> Values:
        """The list afterwards."""
        self._blacklist.remove(session, user_id, by=by)
        return self.page(session, 0)

    def add(self, session: Session, words: str, *, by: int) -> tuple[str, Values]:
        """The screen that follows: the question when the person is inside, else that it is done."""
        screen, values = self._blacklist.ask_or_add(session, rules.meant(words, None), by=by)
        return screen, {**values, "in_panel": True}

    def _about(self, session: Session, entry: Blacklisted) -> Values:
        profile = self._profiles.find(session, entry.user_id)
        return {
            "user_id": entry.user_id,
            "name": self._name(session, entry.user_id),
            "username": profile.username if profile else None,
            "reason": entry.reason or "",
            "by": self._name(session, entry.added_by) or str(entry.added_by) if entry.added_by else None,
            "created_at": entry.created_at.astimezone(self._zone).isoformat(),
            NAMED: [entry.added_by] if entry.added_by else [],
        }

    def _name(self, session: Session, user_id: int) -> str:
        profile = self._profiles.find(session, user_id)
        return Person(user_id, profile.first_name, profile.last_name).name if profile else ""
