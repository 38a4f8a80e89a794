"""From the raw JSON of a batch to what karma wants to know of it: who wrote what, and who thinks what of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plumbot.features.karma.options import KarmaOptions
from plumbot.features.karma.rules import REACTION, THANKS, gives_thanks, worth
from plumbot.kit.inbox.raw import LARGEST_ID, STAND_INS, Json

LATEST_SECONDS = 2**33


@dataclass(frozen=True)
class Written:
    """A person wrote a message."""

    message_id: int
    author_id: int
    seconds: int


@dataclass(frozen=True)
class Said:
    """A person thinks this of a message; its author is known where the update tells."""

    message_id: int
    voter_id: int
    kind: str
    value: int
    seconds: int
    author_id: int | None = None

    @property
    def key(self) -> tuple[int, int, str]:
        return self.message_id, self.voter_id, self.kind


def read(update: Json, chat_id: int, options: KarmaOptions) -> Iterator[Written | Said]:
    """What an update of this chat tells; edits, bots, channels, anonymous admins and counts tell nothing."""
    if message := _of_chat(update.get("message"), chat_id):
        yield from _message(message, options)
    elif reaction := _of_chat(update.get("message_reaction"), chat_id):
        yield from _reaction(reaction, options)


def _message(message: Json, options: KarmaOptions) -> Iterator[Written | Said]:
    author, number = _person(message), _number(message.get("message_id"))
    if author is None or number is None or "forum_topic_created" in message:
        return
    seconds = _seconds(message)
    yield Written(number, author, seconds)
    target = _answered(message)
    text = message.get("text") or message.get("caption")
    if target is None or not isinstance(text, str) or not gives_thanks(text, options.thanks):
        return
    receiver, thanked = _person(target), _number(target.get("message_id"))
    if receiver is not None and thanked is not None:
        yield Said(thanked, author, THANKS, 1, seconds, receiver)


def _answered(message: Json) -> Json | None:
    """The message that is answered; in a forum every message looks like an answer to the topic's creation."""
    target = message.get("reply_to_message")
    if not isinstance(target, dict) or "forum_topic_created" in target:
        return None
    if message.get("is_topic_message") and target.get("message_id") == message.get("message_thread_id"):
        return None
    return target


def _reaction(reaction: Json, options: KarmaOptions) -> Iterator[Said]:
    voter, number, emoji = _person(reaction, "user"), _number(reaction.get("message_id")), reaction.get("new_reaction")
    if voter is None or number is None or not isinstance(emoji, list) or "actor_chat" in reaction:
        return
    signs = [one["emoji"] for one in emoji if isinstance(one, dict) and isinstance(one.get("emoji"), str)]
    value = worth(signs, options.positive, options.negative)
    yield Said(number, voter, REACTION, value, _seconds(reaction))


def _of_chat(content: Any, chat_id: int) -> Json | None:
    chat = content.get("chat") if isinstance(content, dict) else None
    return content if isinstance(chat, dict) and chat.get("id") == chat_id else None


def _person(content: Json, name: str = "from") -> int | None:
    """A human being who stands for themselves."""
    who = content.get(name)
    if not isinstance(who, dict) or who.get("is_bot") or content.get("sender_chat"):
        return None
    number = _number(who.get("id"))
    return None if number in STAND_INS else number


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 < value <= LARGEST_ID else None


def _seconds(content: Json) -> int:
    value = content.get("date")
    return value if type(value) is int and 0 <= value < LATEST_SECONDS else 0
