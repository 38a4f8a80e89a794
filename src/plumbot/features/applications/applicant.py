"""What the applicant has before them: one standing message that follows the application."""

from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationApproved, Events
from plumbot.features.applications.cooldown import Cooldown
from plumbot.features.applications.draft import Draft
from plumbot.features.applications.eligibility import MOMENT
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application
from plumbot.kit.outbox.tables import DECISION
from plumbot.kit.outbox.verbs import Outbox


def key(user_id: int) -> str:
    """The outbox key of the message; admission goes on with the same one."""
    return f"join:{user_id}"


class ApplicantView:
    """Shows an application to the person whose it is. `fresh` where they should notice it."""

    def __init__(self, outbox: Outbox, events: Events, cooldown: Cooldown, *, zone: tzinfo) -> None:
        self._outbox = outbox
        self._events = events
        self._cooldown = cooldown
        self._zone = zone

    def show(self, session: Session, application: Application, *, fresh: bool = False) -> None:
        """How it stands now."""
        match application.status:
            case Status.PENDING:
                self._say(
                    session, application.user_id, "pending", fresh, application_id=application.id,
                    slug=application.slug, reminded=application.reminded_at is not None,
                )  # fmt: skip
            case Status.NEEDS_CHANGES:
                self._say(
                    session, application.user_id, "changes_wanted", fresh, application_id=application.id,
                    slug=application.slug, reason=application.reason,
                )  # fmt: skip
            case Status.APPROVED:
                self._bring_up_approved(session, application)
            case Status.REJECTED:
                after = self._after(application.decided_at) if application.decided_at else None
                self._say(session, application.user_id, "rejected", fresh, reason=application.reason, after=after)
            case Status.WITHDRAWN:
                self._say(session, application.user_id, "withdrawn", fresh)
            case Status.DONE:
                self._say(session, application.user_id, "already_inside", fresh)

    def show_undelivered(self, session: Session, user_id: int) -> None:
        """What the person could not be told while they had blocked the bot."""
        row = self._outbox.find(session, key(user_id))
        if row is not None and row.closed:
            self._outbox.show(session, row.key, user_id, row.screen, fresh=True, urgency=row.urgency, **row.values)

    def closed_for_good(self, session: Session, application: Application) -> None:
        """Rejected, and there is no applying again."""
        self._say(session, application.user_id, "rejected", True, reason=None, after=None)

    def ask(self, session: Session, user_id: int, draft: Draft, *, where: str | None = None) -> None:
        """The form's present question, at the bottom; `where` is the key of the message that asked before."""
        screen, values = draft.screen()
        self._outbox.show(session, where or key(user_id), user_id, screen, fresh=True, **values)

    def ask_withdrawal(self, session: Session, application: Application) -> None:
        self._say(session, application.user_id, "withdraw", False, application_id=application.id)

    def _bring_up_approved(self, session: Session, application: Application) -> None:
        """Admission's own message, wherever the person is on the way in; lost or never sent, it begins anew."""
        row = self._outbox.find(session, key(application.user_id))
        if row is not None and row.screen.startswith("admission."):
            self._outbox.show(session, row.key, row.chat_id, row.screen, fresh=True, urgency=row.urgency, **row.values)
            return
        self._events.publish(session, ApplicationApproved(application.id, application.user_id, application.slug))

    def _after(self, decided_at: datetime) -> str:
        return self._cooldown.ends(decided_at).astimezone(self._zone).strftime(MOMENT)

    def _say(self, session: Session, user_id: int, screen: str, fresh: bool, **values: Any) -> None:
        urgency = DECISION if fresh else 0
        self._outbox.show(
            session, key(user_id), user_id, f"applications.{screen}", fresh=fresh, urgency=urgency, **values
        )
