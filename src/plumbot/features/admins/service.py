"""Appointing, dismissing, and being away. Each change is audited and told to the other features."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.events import AdminsChanged, Events
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Admin
from plumbot.features.admins import repository
from plumbot.features.admins.rules import (
    ADMINS_VARIABLE,
    OWNER_VARIABLE,
    AdminAlready,
    LastAdminStays,
    NamedInSettings,
    NeverMet,
    NoAdmin,
    OwnerStays,
    named,
)
from plumbot.kit.clock import Clock
from plumbot.kit.holding import ADMINS, hold
from plumbot.kit.outbox.verbs import Outbox

ENV, PANEL = "env", "panel"

Listed = dict[str, Any]


class AdminService:
    """`by` is the main admin who acts; None is the operator at the command line."""

    def __init__(
        self, clock: Clock, outbox: Outbox, events: Events, audit: Audit, profiles: Profiles, permissions: Permissions
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._events = events
        self._audit = audit
        self._profiles = profiles
        self._permissions = permissions

    def everybody(self, session: Session) -> list[Listed]:
        """All admins, the main one first."""
        ids = self._permissions.admins(session)
        rows, profiles = repository.admins_among(session, ids), repository.profiles_of(session, ids)
        return [
            {
                "user_id": user_id,
                "name": Person(user_id, profile.first_name, profile.last_name).name if profile else "",
                "username": profile.username if profile else None,
                "owner": user_id == self._permissions.owner_id,
                "source": row.source if row else ENV,
                "away": bool(row and row.away),
                "reachable": bool(profile and profile.reachable),
            }
            for user_id in ids
            for row, profile in [(rows.get(user_id), profiles.get(user_id))]
        ]

    def add(self, session: Session, who: str, *, by: int | None) -> Listed:
        """`who` is an id or an @name. Gives the new admin as `everybody` does."""
        self._only_the_owner(session, by)
        hold(session, ADMINS)
        user_id = self._person(session, who)
        if self._permissions.is_admin(session, user_id):
            raise AdminAlready
        self._appoint(session, user_id, PANEL, by)
        return self._entry(session, user_id)

    def remove(self, session: Session, who: str, *, by: int | None) -> Listed:
        """Gives the former admin as `everybody` did. Whom the settings name stays until the settings change."""
        self._only_the_owner(session, by)
        hold(session, ADMINS)
        row = self._removable(session, self._person(session, who))
        former = self._entry(session, row.user_id)
        self._dismiss(session, row, by)
        return former

    def about_to_remove(self, session: Session, user_id: int) -> Listed:
        """The admin as `everybody` gives them; refused, as `remove` would be, for whom it cannot be done."""
        return self._entry(session, self._removable(session, user_id).user_id)

    def reconcile(self, session: Session, ids: Iterable[int]) -> None:
        """At start: the settings name these people. Others whom they named before are admins no longer."""
        hold(session, ADMINS)
        wanted = set(ids) - {self._permissions.owner_id}
        for row in repository.named_by_settings(session):
            if row.user_id not in wanted and row.user_id != self._permissions.owner_id:
                self._dismiss(session, row, by=None)
        for user_id in sorted(wanted):
            known = repository.row_of(session, user_id)
            if known is None:
                self._appoint(session, user_id, ENV, by=None)
            else:
                known.source = ENV

    def go_away(self, session: Session, user_id: int) -> bool:
        """Others decide from now on. True when nobody else is left, so that cards come to all as before."""
        self._set_away(session, user_id, away=True)
        return user_id in self._permissions.on_duty(session)

    def come_back(self, session: Session, user_id: int) -> None:
        self._set_away(session, user_id, away=False)

    def _removable(self, session: Session, user_id: int) -> Admin:
        row = repository.row_of(session, user_id)
        if user_id == self._permissions.owner_id:
            raise OwnerStays(variable=OWNER_VARIABLE)
        if row is None:
            raise NoAdmin
        if row.source == ENV:
            raise NamedInSettings(variable=ADMINS_VARIABLE)
        if len(self._permissions.admins(session)) == 1:
            raise LastAdminStays
        return row

    def _only_the_owner(self, session: Session, by: int | None) -> None:
        if by is not None:
            self._permissions.require(session, by, Permission.OWNER)

    def _person(self, session: Session, who: str) -> int:
        wanted = named(who)
        if wanted.user_id is not None:
            return wanted.user_id
        username = wanted.username or ""
        profile = self._profiles.by_username(session, username)
        if profile is None:
            raise NeverMet(who=f"@{username}")
        return profile.user_id

    def _entry(self, session: Session, user_id: int) -> Listed:
        return next(entry for entry in self.everybody(session) if entry["user_id"] == user_id)

    def _appoint(self, session: Session, user_id: int, source: str, by: int | None) -> None:
        session.add(Admin(user_id=user_id, source=source, added_by=by, away=False, created_at=self._clock.now()))
        session.flush()
        self._audit.record(session, "admins.add", by=by, on=user_id, after={"source": source})
        self._tell(session, user_id, "admins.appointed")
        self._events.publish(session, AdminsChanged(user_id, is_admin=True, by=by))

    def _dismiss(self, session: Session, row: Admin, by: int | None) -> None:
        user_id, source = row.user_id, row.source
        session.delete(row)
        session.flush()
        self._audit.record(session, "admins.remove", by=by, on=user_id, before={"source": source})
        self._tell(session, user_id, "admins.dismissed")
        self._events.publish(session, AdminsChanged(user_id, is_admin=False, by=by))

    def _tell(self, session: Session, user_id: int, screen: str) -> None:
        """Only who opened a chat with the bot can be written to."""
        profile = self._profiles.find(session, user_id)
        if profile is not None and profile.reachable:
            self._outbox.show(session, f"admin:{user_id}", user_id, screen, fresh=True)

    def _set_away(self, session: Session, user_id: int, *, away: bool) -> None:
        hold(session, ADMINS)
        row = repository.row_of(session, user_id)
        if row is None and user_id == self._permissions.owner_id:
            row = Admin(user_id=user_id, source=ENV, added_by=None, away=False, created_at=self._clock.now())
            session.add(row)
        if row is None:
            raise NoAdmin
        if row.away != away:
            self._audit.record(
                session, "admins.away", by=user_id, on=user_id, before={"away": row.away}, after={"away": away}
            )
        row.away = away
        session.flush()
