"""Telegram is told which commands to offer: to everybody at the start, to a person when they become somebody else."""

from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from plumbot.features.menu import repository
from plumbot.features.menu.command_lists import CommandList, CommandLists
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import DECISION, TIMER
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.switches import Switch, turn

log = structlog.get_logger()

TOLD, UNDER_WAY = "commands.told", "commands.under_way"
AT_ONCE = 100  # people in one unit


class Concerning(Protocol):
    """An event that concerns one person."""

    @property
    def user_id(self) -> int: ...


class CommandService:
    """Asks Telegram for a list only when it differs from what was asked for last."""

    def __init__(self, lists: CommandLists, clock: Clock, outbox: Outbox) -> None:
        self._lists = lists
        self._clock = clock
        self._outbox = outbox

    def slot(self, now: datetime) -> str:
        """For a timer: daily, and at once when a new version brings other commands."""
        return f"{now:%Y-%m-%d}:{self._lists.version()}"

    def begin(self, session: Session, now: datetime) -> None:
        """Everybody's lists and those of admins; all others are to follow when the commands have changed."""
        for each in self._lists.for_everybody():
            self._tell(session, each)
        for user_id in self._lists.admins(session):
            self.tell(session, user_id)
        told, version = session.get(Switch, TOLD), self._lists.version()
        if told is None or told.value != version:
            turn(session, UNDER_WAY, {"after": 0}, now)
            turn(session, TOLD, version, now)

    def carry_on(self, session: Session, _now: datetime) -> bool:
        """The next people who have a list of their own; False when all are told."""
        note = repository.locked_switch(session, UNDER_WAY)
        if note is None:
            return False
        people = repository.people_with_lists(session, note.value["after"], AT_ONCE)
        for user_id in people:
            self.tell(session, user_id, urgency=TIMER)
        if len(people) < AT_ONCE:
            session.delete(note)
            return False
        note.value = {"after": people[-1]}
        return True

    def on_change(self, session: Session, event: Concerning) -> None:
        """Somebody came, left, became an admin or is one no longer, chose a language, wrote for the first time."""
        self.tell(session, event.user_id)

    def tell(self, session: Session, user_id: int, *, urgency: int = DECISION) -> None:
        session.flush()
        mine = self._lists.of_person(session, user_id)
        if mine is not None:
            self._tell(session, mine, urgency)

    def commands_told(self, session: Session, answer: Answer) -> None:
        """Whoever blocked the bot meanwhile is told when they come back."""
        if not answer.ok:
            log.warning("commands_refused", list=answer.values["list"], error=answer.error)

    def _tell(self, session: Session, wanted: CommandList, urgency: int = DECISION) -> None:
        last = repository.last_told(session, wanted.name)
        if last is None and not wanted.commands:
            return
        if last is not None and last.status != "failed" and last.then_values.get("content") == wanted.content:
            return
        self._outbox.call(
            session, f"commands:{wanted.name}:{last.id if last else 0}:{wanted.content}", wanted.method,
            then="menu.commands_told", then_values={"list": wanted.name, "content": wanted.content},
            order=f"commands:{wanted.name}", urgency=urgency, **wanted.values,
        )  # fmt: skip
