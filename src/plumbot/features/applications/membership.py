"""Telegram's answer whether an applicant is in the club chat already; only those outside come before the admins."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.chat import ClubChat
from plumbot.features.applications import repository
from plumbot.features.applications.applicant import ApplicantView
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.ports import Inside
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.verbs import Answer, Outbox


class MembershipQuestion:
    """Asks Telegram whether the applicant is inside; without a club chat there is nothing to ask."""

    def __init__(self, outbox: Outbox, club_chat: ClubChat, cards: Cards) -> None:
        self._outbox = outbox
        self._club_chat = club_chat
        self._cards = cards

    def ask(self, session: Session, application: Application) -> None:
        """The answer decides whether the admins have anything to decide."""
        chat = self._club_chat.id(session)
        if chat is None:
            self._cards.deal(session, application)
            return
        occasion = f"member:{application.id}:{application.updated_at.isoformat()}"
        self._outbox.call(
            session, occasion, "getChatMember", chat_id=chat, user_id=application.user_id, lane=application.user_id,
            then="applications.membership_known", then_values={"application_id": application.id},
        )  # fmt: skip


class MembershipCheck:
    """Takes the answer. Apart from the question, since it needs admission, which needs applications."""

    def __init__(self, clock: Clock, cards: Cards, applicant: ApplicantView, inside: Inside) -> None:
        self._clock = clock
        self._cards = cards
        self._applicant = applicant
        self._inside = inside

    def membership_known(self, session: Session, answer: Answer) -> None:
        """Inside: done at once. Outside, or not to be found out: the admins decide."""
        application = repository.by_id(session, answer.values["application_id"])
        if application is None or application.status != Status.PENDING:
            return
        if not (answer.ok and is_inside(answer.result)):
            self._cards.deal(session, application)
            return
        if repository.move(session, application, Status.DONE, now=self._clock.now()):
            self._applicant.show(session, application, fresh=True)
            self._inside.confirm(session, application.user_id, application.slug)
            self._cards.refresh(session, application)


def is_inside(member: Any) -> bool:
    """Whether a ChatMember of the Bot API is in the chat; restricted people may be either."""
    status = member.get("status") if isinstance(member, dict) else None
    if status == "restricted":
        return bool(member.get("is_member"))
    return status in ("creator", "administrator", "member")
