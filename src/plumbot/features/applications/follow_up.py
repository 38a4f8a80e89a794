"""What keeps an application from being forgotten: reminders, admins who come later, applicants who come back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from plumbot.club.events import AdminsChanged, PersonReachable
from plumbot.club.permissions import Permissions
from plumbot.features.applications import repository
from plumbot.features.applications.applicant import ApplicantView
from plumbot.features.applications.cards import Cards

ESCALATE_HOURS = 48


class FollowUpService:
    """Brings up what waits; the timer asks hourly."""

    def __init__(self, permissions: Permissions, cards: Cards, applicant: ApplicantView, *, remind_hours: int) -> None:
        self._permissions = permissions
        self._cards = cards
        self._applicant = applicant
        self._remind = timedelta(hours=remind_hours)

    def remind(self, session: Session, now: datetime) -> None:
        """Late cards come up again, every `remind_hours`; after two days the owner is told, too."""
        late = repository.overdue(session, now - self._remind)
        firsts = [application for application in late if application.reminded_at is None]
        for application in late:
            application.reminded_at = now
        session.flush()
        for chat in self._cards.desks(session) if late else []:
            self._cards.deal_all(session, late, chat, note="late")
        for application in firsts:
            self._applicant.show(session, application, fresh=True)
        self._escalate(session, now)

    def _escalate(self, session: Session, now: datetime) -> None:
        owner = self._permissions.owner_id
        waiting = repository.to_escalate(session, now - timedelta(hours=ESCALATE_HOURS)) if owner else []
        if not owner or not waiting:
            return
        for application in waiting:
            application.escalated_at = now
        session.flush()
        self._cards.deal_all(session, waiting, owner, note="owner")

    def bring_up_all(self, session: Session) -> None:
        """After a move nobody has a message of ours: cards before the admins, and how it stands before applicants."""
        pending = repository.all_pending(session)
        for chat in self._cards.desks(session) if pending else []:
            self._cards.deal_all(session, pending, chat)
        for application in repository.all_open(session):
            self._applicant.show(session, application, fresh=True)

    def on_reachable(self, session: Session, event: PersonReachable) -> None:
        """An admin who presses /start only now gets what is pending; an applicant sees how it stands."""
        if self._permissions.is_admin(session, event.user_id):
            self._cards.deal_all(session, repository.held_pending(session), event.user_id)
        application = repository.open_of(session, event.user_id)
        if application is not None:
            self._applicant.show(session, application, fresh=True)
        else:
            self._applicant.show_undelivered(session, event.user_id)

    def on_admins_changed(self, session: Session, event: AdminsChanged) -> None:
        """A new admin gets what is pending; one who is an admin no longer has nothing left to press."""
        if self._permissions.is_admin(session, event.user_id):
            self._cards.deal_all(session, repository.held_pending(session), event.user_id)
        else:
            self._cards.take_away(session, event.user_id)
