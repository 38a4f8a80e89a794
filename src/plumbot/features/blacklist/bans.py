"""The ban in the club chat that follows the list, and what is done when Telegram refuses it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.chat import ClubChat
from plumbot.kit.alerts import Alerts
from plumbot.kit.outbox.tables import DECISION
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.refusals import N_

NO_RIGHT = N_(
    "I could not remove {person} from the club chat: Telegram says “{error}”. "
    "Make me an admin of the chat with the right “Ban users”, then remove the person by hand."
)


class Bans:
    """One order a person (`member:ID`), so that ban, lifting and new link come in the order decided."""

    def __init__(self, outbox: Outbox, club_chat: ClubChat, alerts: Alerts) -> None:
        self._outbox = outbox
        self._club_chat = club_chat
        self._alerts = alerts

    def ban(self, session: Session, user_id: int, now: datetime) -> None:
        chat_id = self._club_chat.id(session)
        if chat_id is None:
            return
        self._outbox.call(
            session, f"ban:{user_id}:{now.isoformat()}", "banChatMember", then="blacklist.banned",
            then_values={"person": user_id}, lane=user_id, order=f"member:{user_id}", urgency=DECISION,
            chat_id=chat_id, user_id=user_id,
        )  # fmt: skip

    def lift(self, session: Session, user_id: int, now: datetime) -> None:
        chat_id = self._club_chat.id(session)
        if chat_id is None:
            return
        self._outbox.call(
            session, f"unban:{user_id}:{now.isoformat()}", "unbanChatMember", lane=user_id, order=f"member:{user_id}",
            urgency=DECISION, chat_id=chat_id, user_id=user_id, only_if_banned=True,
        )  # fmt: skip

    def banned(self, session: Session, answer: Answer) -> None:
        """A ban of somebody whom Telegram does not know in this chat has nothing to remove."""
        if answer.ok or not _is_about_rights(answer):
            return
        person = answer.values["person"]
        self._alerts.tell(session, f"ban:{person}", NO_RIGHT, person=person, error=answer.error[:200])

    def asked(self, session: Session, question: str | None) -> dict[str, Any] | None:
        """The values of a question that is on somebody's screen."""
        row = self._outbox.find(session, question) if question else None
        return dict(row.values) if row is not None and row.screen == "blacklist.question" else None


def _is_about_rights(answer: Answer) -> bool:
    said = answer.error.casefold()
    return answer.error_code == 403 or any(words in said for words in ("right", "admin", "kicked", "chat not found"))
