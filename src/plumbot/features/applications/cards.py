"""The card of an application before every admin: dealt when it comes, kept true afterwards, wherever it lies."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Profiles
from plumbot.features.applications import corrections, repository
from plumbot.features.applications.ports import Roster
from plumbot.features.applications.rules import FIELDS
from plumbot.features.applications.tables import Application
from plumbot.features.applications.waves import Waves
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import DECISION
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import NAMED

WAVE_HOURS = 1
WAVE_APPLICATIONS = 10


def fields_of(application: Application) -> dict[str, str]:
    """The fields that are known; an old row may have none."""
    return {name: value for name in FIELDS if (value := getattr(application, name))}


class Cards:
    """Deals cards to the admins on duty and to the review chat, and keeps all of them alike."""

    def __init__(
        self,
        clock: Clock,
        outbox: Outbox,
        permissions: Permissions,
        profiles: Profiles,
        roster: Roster,
        waves: Waves,
        *,
        review_chat_id: int | None,
        zone: tzinfo,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._permissions = permissions
        self._profiles = profiles
        self._roster = roster
        self._waves = waves
        self._review_chat_id = review_chat_id
        self._zone = zone

    def desks(self, session: Session) -> list[int]:
        """Chats in which decisions are made now."""
        review = [self._review_chat_id] if self._review_chat_id else []
        return [*self._permissions.on_duty(session), *review]

    def deal(self, session: Session, application: Application) -> None:
        """A new or corrected application comes before the admins: as a card, or in a wave on the grouped card."""
        lately = self._clock.now() - timedelta(hours=WAVE_HOURS)
        in_a_wave = repository.sent_since(session, lately) > WAVE_APPLICATIONS
        for chat in self.desks(session):
            if in_a_wave and self._outbox.find(session, key(application.id, chat)) is None:
                self._waves.show(session, chat)
            else:
                self.put(session, application, chat)
        self._waves.refresh(session)

    def deal_all(
        self, session: Session, applications: Sequence[Application], chat: int, note: str | None = None
    ) -> None:
        """These come before one chat, as cards or, when they are many, as the grouped card."""
        if len(applications) > WAVE_APPLICATIONS:
            self._waves.show(session, chat, fresh=True)
            return
        for application in applications:
            self.put(session, application, chat, note=note)

    def put(self, session: Session, application: Application, chat: int, note: str | None = None) -> None:
        """The card at the bottom of this chat; one that lies further up goes."""
        values = self.values(session, application, note)
        self._outbox.show(
            session, key(application.id, chat), chat, "applications.card", fresh=True, urgency=DECISION, **values
        )

    def refresh(self, session: Session, application: Application) -> None:
        """All its cards show how it stands now, those of admins who were told later included."""
        values = self.values(session, application)
        for card in self._outbox.keys(session, f"card:{application.id}:"):
            row = self._outbox.find(session, card)
            if row is not None and not row.retired:
                self._outbox.show(session, card, row.chat_id, "applications.card", urgency=DECISION, **values)
        self._waves.refresh(session)

    def take_away(self, session: Session, chat: int) -> None:
        """Nothing that could be decided is left in this chat."""
        for application_id in repository.undecided_ids(session):
            self._outbox.retire(session, key(application_id, chat))
        self._waves.take_away(session, chat)

    def name_of(self, session: Session, user_id: int) -> str:
        profile = self._profiles.find(session, user_id)
        names = (profile.first_name, profile.last_name) if profile else ()
        return " ".join(filter(None, names)) or str(user_id)

    def reaches(self, session: Session, user_id: int) -> bool:
        """Whether the person hears what the bot says to them."""
        profile = self._profiles.find(session, user_id)
        return profile is not None and profile.reachable

    def values(self, session: Session, application: Application, note: str | None = None) -> dict[str, Any]:
        """What the card says, as values of its screen."""
        profile = self._profiles.find(session, application.user_id)
        corrected_at, changed = corrections.last_of(session, application)
        decided_by, decided_at = application.decided_by, application.decided_at
        return {
            "application_id": application.id,
            "status": application.status,
            "user_id": application.user_id,
            "name": self.name_of(session, application.user_id),
            "username": profile.username if profile else application.username,
            "slug": application.slug,
            "fields": fields_of(application),
            "created_at": application.created_at.astimezone(self._zone).isoformat(),
            "corrected_at": corrected_at.astimezone(self._zone).isoformat() if corrected_at else None,
            "changed": changed,
            "earlier": repository.earlier_outcomes(session, application),
            "standing": self._roster.standing(session, application.slug_key, application.user_id),
            "note": note,
            "reason": application.reason,
            "decided_by": self.name_of(session, decided_by) if decided_by else None,
            "decided_at": decided_at.astimezone(self._zone).isoformat() if decided_at else None,
            NAMED: [decided_by] if decided_by else [],
        }


def key(application_id: int, chat: int) -> str:
    """The outbox key of an application's card in a chat."""
    return f"card:{application_id}:{chat}"
