"""Somebody asks to be forgotten: what they have open ends, and admins see that it did."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationClosed, Events
from plumbot.features.applications import repository
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.cooldown import Cooldown
from plumbot.features.applications.states import Status
from plumbot.kit.clock import Clock
from plumbot.kit.holding import PERSON, hold


class Leaving:
    """An approved application ends too, which no button does."""

    def __init__(self, clock: Clock, events: Events, cards: Cards, cooldown: Cooldown) -> None:
        self._clock = clock
        self._events = events
        self._cards = cards
        self._cooldown = cooldown

    def stays(self, session: Session, user_id: int) -> Sequence[str]:
        return self._cooldown.stays(session, user_id)

    def let_go(self, session: Session, user_id: int) -> None:
        hold(session, PERSON, user_id)
        self._cooldown.keep(session, user_id)
        self._withdraw_open(session, user_id)
        self._hide_decider(session, user_id)

    def _withdraw_open(self, session: Session, user_id: int) -> None:
        application = repository.open_of(session, user_id)
        if application is None:
            return
        before = Status(application.status)
        if repository.move_from(session, application, before, Status.WITHDRAWN, now=self._clock.now()):
            self._cards.refresh(session, application)
            self._events.publish(session, ApplicationClosed(application.id, user_id))

    def _hide_decider(self, session: Session, user_id: int) -> None:
        """Who decided once, as an admin, is no longer named on anybody's card."""
        for application in repository.decided_by(session, user_id):
            application.decided_by = None
            session.flush()
            self._cards.refresh(session, application)
