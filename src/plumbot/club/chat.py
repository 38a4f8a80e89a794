"""The club's chat: its present id is kept in the database, since a group that becomes a supergroup changes it."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from plumbot.kit.switches import Switch, turn

CHAT_ID = "club.chat_id"


class ClubChat:
    """Answers with the id that is valid now; the setting is where it began."""

    def __init__(self, configured: int | None) -> None:
        self.configured = configured

    def id(self, session: Session) -> int | None:
        """None while no club chat is configured."""
        moved = session.get(Switch, CHAT_ID)
        return int(moved.value["to"]) if moved and moved.value["from"] == self.configured else self.configured

    def moved(self, session: Session, old: int, new: int) -> bool:
        """Telegram says that chat `old` is now `new`. True when that was the club's chat."""
        if old != self.id(session):
            return False
        turn(session, CHAT_ID, {"from": self.configured, "to": new}, datetime.now(UTC))
        return True
