"""Somebody asks to be forgotten: what they have open ends, and admins see that it did."""

from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationClosed, Events
from plumbot.features.applications import repository
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.states import Status
from plumbot.kit.clock import Clock
from plumbot.kit.holding import PERSON, hold


class Leaving:
    """An approved application ends too, which no button does."""

    def __init__(self, clock: Clock, events: Events, cards: Cards) -> None:
        self._clock = clock
        self._events = events
        self._cards = cards

    def withdraw_open(self, session: Session, user_id: int) -> None:
        hold(session, PERSON, user_id)
        application = repository.open_of(session, user_id)
        if application is None:
            return
        before = Status(application.status)
        if repository.move_from(session, application, before, Status.WITHDRAWN, now=self._clock.now()):
            self._cards.refresh(session, application)
            self._events.publish(session, ApplicationClosed(application.id, user_id))
