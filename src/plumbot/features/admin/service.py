"""The panel's frame: values for its first page, health, switches and the audit."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from plumbot.club.permissions import Permissions
from plumbot.club.places import AdminSwitch, Places
from plumbot.club.profiles import Person
from plumbot.club.tables import AuditEntry, Profile
from plumbot.features.admin import repository, rules
from plumbot.kit.clock import Clock
from plumbot.kit.screens import NAMED

Values = dict[str, Any]


class PanelService:
    """Knows the sections by what they have placed, and shows a person those that they may open."""

    def __init__(self, clock: Clock, places: Places, permissions: Permissions, zone: ZoneInfo) -> None:
        self._clock = clock
        self._places = places
        self._permissions = permissions
        self._zone = zone

    def home(self, session: Session, user_id: int) -> Values:
        """[text, data, count] of each section."""
        allowed = [
            one
            for one in sorted(self._places.sections, key=lambda one: one.place)
            if self._permissions.allows(session, user_id, one.permission)
        ]
        return {"sections": [[one.text, one.data, one.count(session) if one.count else None] for one in allowed]}

    def health(self, session: Session) -> Values:
        """[title, [text, values, bad]…] of each part that has placed a glance."""
        now = self._clock.now()
        parts = [
            [glance.text, [[fact.text, fact.values, fact.bad] for fact in glance.facts(session, now)]]
            for glance in sorted(self._places.glances, key=lambda one: one.place)
        ]
        return {"parts": parts, "at": now.astimezone(self._zone).isoformat(timespec="seconds")}

    def switches(self, session: Session) -> Values:
        """[name, text, whether it is on]."""
        return {"switches": [[one.name, one.text, one.is_on(session)] for one in self._sorted_switches()]}

    def turn(self, session: Session, name: str, *, on: bool, by: int) -> Values:
        """Turned to what it is already, nothing happens: twice is once."""
        switch = next((one for one in self._places.switches if one.name == name), None)
        if switch is None:
            raise rules.UnknownSwitch
        if switch.is_on(session) is not on:
            switch.turn(session, on, by)
        return self.switches(session)

    def audit(self, session: Session, before: int | None) -> Values:
        """A page of entries, newest first; `following` is what the following page comes before."""
        found = repository.audit_before(session, before, rules.PAGE + 1)
        page = found[: rules.PAGE]
        ids = sorted({one for row in page for one in (row.actor_id, row.subject_id) if one})
        known = repository.people(session, ids)
        entries = [self._entry(row, known) for row in page]
        following = page[-1].id if len(found) > rules.PAGE else None
        return {"entries": entries, "following": following, "newest": not before, NAMED: ids}

    def _sorted_switches(self) -> list[AdminSwitch]:
        return sorted(self._places.switches, key=lambda one: one.place)

    def _entry(self, row: AuditEntry, known: Mapping[int, Profile]) -> Values:
        said = {f"{name}_before": value for name, value in (row.before or {}).items()} | (row.after or {})
        return {
            "at": row.at.astimezone(self._zone).isoformat(timespec="minutes"),
            "by": named(row.actor_id, known) if row.actor_id else None,
            "action": row.action,
            "values": {**said, "on": named(row.subject_id, known) if row.subject_id else ""},
        }


def named(user_id: int, known: Mapping[int, Profile]) -> str:
    """By name, else by id."""
    profile = known.get(user_id)
    name = Person(user_id, profile.first_name, profile.last_name).name if profile else ""
    return name or str(user_id)
