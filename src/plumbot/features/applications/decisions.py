"""Deciding, as admins do it: approve, deny, ask to correct. The first one counts, everybody sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.bot_name import private_link
from plumbot.club.events import ApplicationApproved, ApplicationClosed, Events
from plumbot.features.applications import repository
from plumbot.features.applications.applicant import ApplicantView
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.refusals import NoSuchApplication
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application
from plumbot.kit.clock import Clock
from plumbot.kit.here import Reply
from plumbot.kit.holding import PERSON, hold
from plumbot.kit.refusals import N_
from plumbot.kit.screens import NAMED

MADE = {
    Status.APPROVED: N_("Approved: {name}. They hear it from me."),
    Status.REJECTED: N_("Denied: {name}. They hear it from me."),
    Status.NEEDS_CHANGES: N_("{name} is asked to correct the application."),
}
MADE_UNHEARD = {
    Status.APPROVED: N_("Approved: {name}. They may have blocked me; then they hear it when they write to me again."),
    Status.REJECTED: N_("Denied: {name}. They may have blocked me; then they hear it when they write to me again."),
    Status.NEEDS_CHANGES: N_(
        "{name} is asked to correct the application. They may have blocked me; then they hear it when they write to "
        "me again."
    ),
}
DECIDED_BEFORE = {
    Status.PENDING: N_("The applicant has corrected it meanwhile; look at it again."),
    Status.NEEDS_CHANGES: N_("{by} has already asked {name} to correct it."),
    Status.APPROVED: N_("Already approved by {by}."),
    Status.REJECTED: N_("Already rejected by {by}."),
    Status.WITHDRAWN: N_("{name} has withdrawn the application."),
    Status.DONE: N_("{name} is in the club already."),
}


@dataclass(frozen=True)
class Verdict:
    """What came of a decision. `counted` is False when another was made before; `text` is a msgid for `values`, which
    name the people of these ids."""

    counted: bool
    named: list[int]
    text: str
    values: dict[str, Any]


class DecisionService:
    """Each decision is a compare-and-set: of two admins who press at once one decides, the other learns who did."""

    def __init__(self, clock: Clock, events: Events, audit: Audit, cards: Cards, applicant: ApplicantView) -> None:
        self._clock = clock
        self._events = events
        self._audit = audit
        self._cards = cards
        self._applicant = applicant

    def approve(self, session: Session, application_id: int, *, by: int) -> Verdict:
        """The person now has to accept the rules: admission takes it from here."""
        application = self._find(session, application_id)
        if self._decide(session, application, Status.APPROVED, by, None):
            approved = ApplicationApproved(application.id, application.user_id, application.slug)
            self._events.publish(session, approved)
            return self._made(session, application)
        return self._late(session, application)

    def deny(self, session: Session, application_id: int, *, by: int, reason: str | None) -> Verdict:
        """`reason` is a code of reasons.py or the admin's own words; the applicant reads it."""
        application = self._find(session, application_id)
        if self._decide(session, application, Status.REJECTED, by, reason):
            self._applicant.show(session, application, fresh=True)
            self._events.publish(session, ApplicationClosed(application.id, application.user_id))
            return self._made(session, application)
        return self._late(session, application)

    def ask_to_correct(self, session: Session, application_id: int, *, by: int, reason: str | None) -> Verdict:
        """The applicant has it again, with the admin's words, until they send it anew or withdraw it."""
        application = self._find(session, application_id)
        if self._decide(session, application, Status.NEEDS_CHANGES, by, reason):
            self._applicant.show(session, application, fresh=True)
            return self._made(session, application)
        return self._late(session, application)

    def deny_many(self, session: Session, application_ids: Sequence[int], *, by: int, reason: str | None) -> int:
        """How many of them this admin denied; those decided meanwhile stay as they are."""
        verdicts = [self.deny(session, one, by=by, reason=reason) for one in application_ids]
        return sum(verdict.counted for verdict in verdicts)

    def decided_before(self, session: Session, application_id: int) -> Verdict | None:
        """None while the application can be decided, else what came of it; its cards are made to say so."""
        application = self._find(session, application_id)
        if application.status == Status.PENDING:
            return None
        self._cards.refresh(session, application)
        return self._late(session, application)

    def question(self, session: Session, application_id: int, *, deny: bool, private: bool) -> dict[str, Any]:
        """Values of the screen that asks for a reason; in a group own words lead into the private chat."""
        url = None if private else private_link(session, f"{'deny' if deny else 'fix'}_{application_id}")
        return {**self.applicant_of(session, application_id), "private": private, "url": url}

    def applicant_of(self, session: Session, application_id: int) -> dict[str, Any]:
        """Whose application it is, as values of a screen."""
        user_id = self._find(session, application_id).user_id
        return {"application_id": application_id, "name": self._cards.name_of(session, user_id), NAMED: [user_id]}

    def refresh(self, session: Session, application_id: int) -> None:
        """The cards show the application again, where one showed a question."""
        application = repository.by_id(session, application_id)
        if application is not None:
            self._cards.refresh(session, application)

    def card(self, session: Session, application_id: int) -> dict[str, Any]:
        """The card's values as they are now, for the message whose button was pressed."""
        return self._cards.values(session, self._find(session, application_id))

    def open_card(self, session: Session, application_id: int, chat: int) -> None:
        """A card of its own for one line of the grouped card."""
        self._cards.put(session, self._find(session, application_id), chat)

    def _find(self, session: Session, application_id: int) -> Application:
        application = repository.by_id(session, application_id)
        if application is None:
            raise NoSuchApplication
        return application

    def _decide(self, session: Session, application: Application, to: Status, by: int, reason: str | None) -> bool:
        hold(session, PERSON, application.user_id)
        now = self._clock.now()
        before = {"status": application.status, "application": application.id}
        decided = repository.move_from(
            session, application, Status.PENDING, to, now=now, decided_by=by, decided_at=now, reason=reason
        )
        if decided:
            after = {"status": to, "reason": reason, "slug": application.slug}
            self._audit.record(session, f"applications.{to}", by=by, on=application.user_id, before=before, after=after)
        self._cards.refresh(session, application)
        return decided

    def _made(self, session: Session, application: Application) -> Verdict:
        name = self._cards.name_of(session, application.user_id)
        texts = MADE if self._cards.reaches(session, application.user_id) else MADE_UNHEARD
        return Verdict(True, [application.user_id], texts[Status(application.status)], {"name": name[:64]})

    def _late(self, session: Session, application: Application) -> Verdict:
        name = self._cards.name_of(session, application.user_id)[:64]
        by = self._cards.name_of(session, application.decided_by)[:64] if application.decided_by else "?"
        text = DECIDED_BEFORE[Status(application.status)]
        named = [who for who in (application.user_id, application.decided_by) if who]
        return Verdict(False, named, text, {"by": by, "name": name})


async def conclude(reply: Reply, decisions: DecisionService, application_id: int, verdict: Verdict) -> None:
    """Tell the admin what came of it; the message whose button was pressed shows the card as it is now."""
    if reply.here.pressed is None:
        await reply.show("applications.told", text=verdict.text, values=verdict.values, named=verdict.named)
        return
    reply.toast(verdict.text, **verdict.values)
    await reply.show("applications.card", **await reply.unit.run(decisions.card, application_id))
