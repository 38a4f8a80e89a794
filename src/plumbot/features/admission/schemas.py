"""What happens at the door of the club chat, as Telegram tells it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from plumbot.club.profiles import Person


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class SeenLink(Told):
    """A link as an update shows it: complete when it is the bot's own, else its end is cut off."""

    address: str
    name: str | None = None


class JoinRequest(Told):
    """Somebody asks to be let in. `reply_to` is the private chat that may be written to for a few minutes."""

    chat_id: int
    person: Person
    reply_to: int
    at: datetime
    link: SeenLink | None = None


class Change(Told):
    """Somebody's presence in the chat changed; `by` did it, which is the person themself when they came or went."""

    chat_id: int
    person: Person
    by: Person
    at: datetime
    was_inside: bool
    is_inside: bool
    link: SeenLink | None = None
    by_request: bool = False
    is_bot: bool = False

    @property
    def by_hand(self) -> bool:
        """Somebody else added or removed the person, without a link."""
        return self.by.user_id != self.person.user_id and self.link is None and not self.by_request


class BotRights(Told):
    """What the bot may do in a chat."""

    chat_id: int
    status: str
    granted: dict[str, bool]
