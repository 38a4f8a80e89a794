"""One attempt at one row: its effect and its mark in one unit, and what is noted when it fails."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, Unit, is_infrastructure, is_passing
from plumbot.kit.errors.faults import reference_of
from plumbot.kit.holding import PERSON, hold
from plumbot.kit.inbox import repository
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import fit
from plumbot.kit.inbox.regrets import is_from_private_chat, sorry, sorry_key
from plumbot.kit.inbox.repository import NotOurs
from plumbot.kit.inbox.tables import FROM_CALL, InboxRow
from plumbot.kit.logging import note, redacted
from plumbot.kit.metrics import UPDATES, kind_label
from plumbot.kit.outbox.verbs import Answer
from plumbot.kit.refusals import N_, Refusal

log = structlog.get_logger()

ATTEMPTS = 8
ATTEMPTS_IN_SILENCE = 3  # by then a second has gone by, and the person wonders
FIRST_PAUSE_SECONDS = 0.4
DATABASE_PAUSE_SECONDS = 1.0
LONGEST_ERROR = 2_000
OUTCOME = "outcome"  # the unit's note of what became of the update
DEAD_UPDATE = N_(
    "Update {seq} ({kind}) failed {attempts} times and was set aside: {error}\nSee it with: plumbot inbox list"
)

After = Callable[[], Awaitable[None]]
Then = Callable[[Session, Answer], None]


class Handling(Protocol):
    """What is done with an update. Both give what is to be done after the commit, if anything."""

    async def handle(self, row: InboxRow, update: dict[str, Any], unit: Unit) -> After | None: ...

    async def refuse(self, row: InboxRow, update: dict[str, Any], refusal: Refusal, unit: Unit) -> After | None: ...


@dataclass(frozen=True)
class CallAnswers:
    """Runs the answer of a call: `then` names the service method that takes it."""

    methods: Mapping[str, Then]

    async def run(self, row: InboxRow, unit: Unit) -> None:
        body = json.loads(row.body)
        note(then=body["then"])
        await unit.run(self.methods[body["then"]], Answer(**body["answer"]))


@dataclass(frozen=True)
class Attempts:
    """Tries rows. `intake` takes the chatter whose observers failed when it came in."""

    sessions: SessionManager
    clock: Clock
    handling: Handling
    answers: CallAnswers
    alerts: Alerts
    intake: Intake | None = None
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    database_pause_seconds: float = DATABASE_PAUSE_SECONDS

    async def run(self, row: InboxRow) -> After | None:
        """The effect and the mark `done`, or nothing of either."""
        async with self.sessions.unit() as unit:
            unit.lane, unit.request = row.lane, row.number
            await self._hold(row, unit)
            after = await self._effect(row, unit)
            if row.attempts >= ATTEMPTS_IN_SILENCE:
                await unit.run(self.alerts.outbox.retire, sorry_key(row))
            unit.closing.append(partial(repository.mark_done, row=row, now=self.clock.now()))  # one hop less
        UPDATES.labels(kind_label(row.kind), unit.notes.get(OUTCOME, "done")).inc()
        return after

    async def _hold(self, row: InboxRow, unit: Unit) -> None:
        """Somebody else's unit may be about this person, too: an admin's who decides on them."""
        if self.sessions.is_shared:
            await unit.run(hold, PERSON, row.lane)

    async def _effect(self, row: InboxRow, unit: Unit) -> After | None:
        if row.source == FROM_CALL:
            await self.answers.run(row, unit)
            return None
        if self.intake is not None and self.intake.interest.is_chatter(_update(row)):
            await unit.run(self.intake.observe, [_update(row)])
            return None
        try:
            return await self.handling.handle(row, _update(row), unit)
        except Refusal as refusal:
            log.info("refused", refusal=type(refusal).__name__)
            await unit.restart()
            unit.notes[OUTCOME] = "refused"
            await self._hold(row, unit)
            return await self.handling.refuse(row, _update(row), refusal, unit)

    async def failed(self, row: InboxRow, fault: Exception) -> float | None:
        """Nothing of the update was kept. Seconds until it is tried again; None when nobody will try it here."""
        if isinstance(fault, NotOurs):
            log.warning("update_finished_elsewhere")
            return None
        if is_infrastructure(fault):
            log.warning("update_database_fault", fault=str(fault))
            return 0.05 if is_passing(fault) else self.database_pause_seconds
        reference = reference_of(fault)
        log.error("update_failed", attempt=row.attempts + 1, reference=reference, exc_info=fault)
        pause = self.first_pause_seconds * 2**row.attempts
        try:
            await self.sessions.change(self._note, row, _described(fault), reference, pause)
        except NotOurs:
            return None
        except Exception as second:
            if not is_infrastructure(second):
                log.exception("failure_not_noted")
            return self.database_pause_seconds
        row.attempts += 1
        UPDATES.labels(kind_label(row.kind), "failed" if row.attempts < ATTEMPTS else "dead").inc()
        return pause if row.attempts < ATTEMPTS else None

    def _note(self, session: Session, row: InboxRow, error: str, reference: str, pause: float) -> None:
        """After the last attempt it is set aside, and somebody is told."""
        now, attempts = self.clock.now(), row.attempts + 1
        if attempts >= ATTEMPTS_IN_SILENCE and is_from_private_chat(row):
            sorry(self.alerts.outbox, session, row, reference, given_up=attempts >= ATTEMPTS)
        if attempts < ATTEMPTS:
            repository.mark_failed(session, row, error, attempts, now, pause)
            return
        repository.mark_dead(session, row, error, attempts, now)
        values = {"seq": row.seq, "kind": row.kind, "attempts": attempts, "error": error.split(":")[0]}
        self.alerts.tell(session, f"dead:{row.seq}", DEAD_UPDATE, **values)


def _update(row: InboxRow) -> dict[str, Any]:
    """Decoded anew for each use, since handling may change it."""
    update: dict[str, Any] = fit(json.loads(row.body))
    return update


def _described(fault: Exception) -> str:
    text = redacted(f"{type(fault).__name__}: {fault}")
    return str(fit(text))[:LONGEST_ERROR]
