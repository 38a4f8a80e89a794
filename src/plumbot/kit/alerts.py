"""Alerts to the maintainers' chat (else the owner): one message for each occasion, through the outbox."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.kit.outbox.tables import DECISION
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import Message, screen
from plumbot.kit.texts import Texts


class Alerts:
    """Tells somebody who can mend it. Without a chat to tell, the log has to do."""

    def __init__(self, outbox: Outbox, chat_id: int | None) -> None:
        self.outbox = outbox
        self._chat_id = chat_id

    def tell(self, session: Session, /, occasion: str, text: str, **values: Any) -> None:
        """`text` is a msgid with placeholders for `values`; the same occasion edits the message that it made."""
        if self._chat_id is None:
            return
        key = f"alert:{occasion}"[:120]
        self.outbox.show(session, key, self._chat_id, "alerts.alert", urgency=DECISION, text=text, values=values)


@screen("alerts.alert")
def alert(t: Texts, *, text: str, values: dict[str, Any]) -> Message:
    return Message("⚠️ " + t(text, **values))
