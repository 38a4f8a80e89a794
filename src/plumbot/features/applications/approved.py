"""What admission needs to know of applications, and what it tells them: accepted rules, arrival."""

from sqlalchemy.orm import Session

from plumbot.features.applications import repository
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.states import Status
from plumbot.kit.clock import Clock


class ApprovedApplications:
    """Stands behind admission's port; needs nothing of admission, so that the two can be wired."""

    def __init__(self, clock: Clock, cards: Cards) -> None:
        self._clock = clock
        self._cards = cards

    def approved_of(self, session: Session, user_id: int) -> tuple[int, str] | None:
        """Id and slug of the person's approved application."""
        application = repository.open_of(session, user_id)
        if application is None or application.status != Status.APPROVED:
            return None
        return application.id, application.slug

    def mark_accepted(self, session: Session, application_id: int) -> None:
        """The person accepted the rules; the first time counts."""
        application = repository.by_id(session, application_id)
        if application is not None and application.accepted_at is None:
            application.accepted_at = self._clock.now()
            session.flush()

    def finish(self, session: Session, user_id: int) -> tuple[int, str] | None:
        """The person is inside: what was open is done. Gives its id and slug."""
        application = repository.open_of(session, user_id)
        if application is None:
            return None
        if not repository.move(session, application, Status.DONE, now=self._clock.now()):
            return None
        self.refresh(session, application.id)
        return application.id, application.slug

    def refresh(self, session: Session, application_id: int) -> None:
        """What its cards say of the slug may have changed."""
        application = repository.by_id(session, application_id)
        if application is not None:
            self._cards.refresh(session, application)
