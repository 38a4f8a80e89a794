"""Applying, as the applicant does it: send, correct, withdraw, look how it stands."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationClosed, Events, PersonBlacklisted
from plumbot.club.profiles import Person
from plumbot.features.applications import corrections, refusals, repository, rules
from plumbot.features.applications.applicant import ApplicantView
from plumbot.features.applications.cards import Cards, fields_of
from plumbot.features.applications.draft import Draft, correction
from plumbot.features.applications.eligibility import Eligibility
from plumbot.features.applications.membership import MembershipQuestion
from plumbot.features.applications.reasons import field_named
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application
from plumbot.kit import dialogue
from plumbot.kit.clock import Clock
from plumbot.kit.folding import folded


class ApplicationService:
    """The applicant's side. What the person sees is in ApplicantView, what admins see in Cards."""

    def __init__(
        self,
        clock: Clock,
        events: Events,
        eligibility: Eligibility,
        applicant: ApplicantView,
        cards: Cards,
        membership: MembershipQuestion,
    ) -> None:
        self._clock = clock
        self._events = events
        self._eligibility = eligibility
        self._applicant = applicant
        self._cards = cards
        self._membership = membership

    def may_begin(self, session: Session, user_id: int) -> bool:
        """False when an application is open: it is brought up instead. Refused when the person may not apply now."""
        application = repository.open_of(session, user_id)
        if application is not None:
            self._eligibility.require_welcome(session, user_id)
            self._applicant.show(session, application, fresh=True)
            return False
        self._eligibility.require_may_apply(session, user_id)
        return True

    def require_slug_free(self, session: Session, user_id: int, draft: Draft) -> None:
        """Said as soon as it is typed; until the line is whole there is nothing to say."""
        if draft.filled_in:
            self._eligibility.require_slug_free(session, user_id, rules.slug_of(draft.values))

    def submit(self, session: Session, person: Person, draft: Draft) -> None:
        """The application goes to the admins, unless it turns out that the person is inside already."""
        if draft.missing:
            self._eligibility.require_may_apply(session, person.user_id)
            raise refusals.DraftGone
        if draft.application_id is not None:
            self._resubmit(session, person, draft)
            return
        slug = rules.slug_of(draft.values)
        self._eligibility.require_slug_free(session, person.user_id, slug)
        self._eligibility.require_may_apply(session, person.user_id)
        now = self._clock.now()
        application = Application(
            user_id=person.user_id, username=person.username, status=Status.PENDING, created_at=now, updated_at=now,
            **_columns(draft.values, slug),
        )  # fmt: skip
        session.add(application)
        session.flush()
        self._send_on(session, application)

    def _resubmit(self, session: Session, person: Person, draft: Draft) -> None:
        application = self._own(session, draft.application_id, person.user_id)
        slug = rules.slug_of(draft.values)
        self._eligibility.require_slug_free(session, person.user_id, slug)
        self._eligibility.require_welcome(session, person.user_id)
        now, before = self._clock.now(), fields_of(application)
        moved = repository.move_from(
            session, application, Status.NEEDS_CHANGES, Status.PENDING, now=now, username=person.username,
            decided_by=None, decided_at=None, reason=None, reminded_at=None, escalated_at=None,
            **_columns(draft.values, slug),
        )  # fmt: skip
        if not moved:
            raise refusals.CorrectionGone
        corrections.record(self._clock, session, application, before)
        self._send_on(session, application)

    def _send_on(self, session: Session, application: Application) -> None:
        self._applicant.show(session, application)
        self._membership.ask(session, application)

    def begin_correction(self, session: Session, application_id: int, *, by: int) -> Draft:
        """A draft with the old values: at the field that the admin named, else at the summary."""
        application = self._own(session, application_id, by)
        self._eligibility.require_welcome(session, by)
        if application.status != Status.NEEDS_CHANGES:
            raise refusals.CorrectionGone
        named = field_named(application.reason)
        return correction(application.id, fields_of(application), application.reason, named)

    def ask_withdrawal(self, session: Session, application_id: int, *, by: int) -> None:
        """A question first; nobody withdraws by a slip of the thumb."""
        application = self._own(session, application_id, by)
        if application.status in (Status.PENDING, Status.NEEDS_CHANGES):
            self._applicant.ask_withdrawal(session, application)
        else:
            self._applicant.show(session, application)

    def withdraw(self, session: Session, application_id: int, *, by: int) -> None:
        """The applicant gives up; decided meanwhile, it stays as it was decided, and the person sees that."""
        application = self._own(session, application_id, by)
        if repository.move(session, application, Status.WITHDRAWN, now=self._clock.now()):
            self._cards.refresh(session, application)
            self._events.publish(session, ApplicationClosed(application.id, application.user_id))
        self._applicant.show(session, application)

    def show_own(self, session: Session, application_id: int, *, by: int) -> None:
        """How the application stands, in the message that the person has."""
        self._applicant.show(session, self._own(session, application_id, by))

    def bring_up(self, session: Session, user_id: int) -> bool:
        """What the person has under way comes to the bottom: the open application, or the form half filled in."""
        if self.bring_up_open(session, user_id):
            return True
        draft = Draft.left_in(dialogue.read(session, user_id, user_id).data)
        if draft is not None:
            self._applicant.ask(session, user_id, draft)
        return draft is not None

    def ask_again(self, session: Session, user_id: int) -> None:
        """Something else was answered in the middle of the form: its question comes to the bottom."""
        position = dialogue.read(session, user_id, user_id)
        draft = Draft.left_in(position.data)
        if draft is not None and position.state is not None:
            self._applicant.ask(session, user_id, draft, where=draft.prompt)

    def bring_up_open(self, session: Session, user_id: int) -> bool:
        """The open application comes to the bottom as it stands; False when there is none."""
        application = repository.open_of(session, user_id)
        if application is not None:
            self._applicant.show(session, application, fresh=True)
        return application is not None

    def on_blacklisted(self, session: Session, event: PersonBlacklisted) -> None:
        """Whatever is open for the person is closed."""
        application = repository.open_of(session, event.user_id)
        now = self._clock.now()
        if application is None or not repository.move(
            session, application, Status.REJECTED, now=now, decided_by=event.by, decided_at=now, reason=None
        ):
            return
        self._cards.refresh(session, application)
        self._applicant.closed_for_good(session, application)
        self._events.publish(session, ApplicationClosed(application.id, application.user_id))

    def _own(self, session: Session, application_id: int | None, by: int) -> Application:
        application = repository.by_id(session, application_id) if application_id else None
        if application is None or application.user_id != by:
            raise refusals.NoSuchApplication
        return application


def _columns(values: Mapping[str, str], slug: str) -> dict[str, str]:
    fields = {name: rules.clean_field(name, values[name]) for name in rules.FIELDS}
    return {**fields, "slug": slug, "slug_key": folded(slug)}
