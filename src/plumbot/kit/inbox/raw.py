"""Reading an update as Telegram sent it, before anything decodes it: its kind, its lane, and whether it is chatter."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

# Accounts that stand for others: an anonymous admin, a channel writing in its group, Telegram itself.
STAND_INS = frozenset({1087968824, 136817688, 777000})
LARGEST_ID = 2**63 - 1

KIND = re.compile(r"[a-z_]{1,40}")
UNFIT = re.compile("[\x00\ud800-\udfff]")  # no database and no request takes these

Json = dict[str, Any]


def update_id_of(update: object) -> int | None:
    """Its number, None when it has none that can be stored."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and 0 <= number <= LARGEST_ID else None


def kind_of(update: Json) -> str:
    """The name of the update's content, such as `message`; `unknown` when there is none."""
    kind = next((name for name, value in update.items() if name != "update_id" and isinstance(value, dict)), "")
    return kind if KIND.fullmatch(kind) else "unknown"


def lane_of(update: Json) -> int:
    """The id of the person concerned, so that one person's updates run one at a time and nobody waits for another."""
    kind = kind_of(update)
    content = update.get(kind)
    if not isinstance(content, dict):
        return 0
    if kind == "chat_member":
        return _id(object_in(content, "new_chat_member").get("user"))
    speaker = None if kind == "callback_query" else content.get("sender_chat")
    named = next((content[name] for name in ("from", "user", "actor_chat") if content.get(name)), None)
    lane = _id(speaker or named)
    return _id(content.get("chat")) if lane in STAND_INS else lane


def fit(value: Any) -> Any:
    """The same JSON without NUL characters and lone halves of a pair, which a hostile name may hold."""
    if isinstance(value, str):
        return UNFIT.sub("\ufffd", value)
    if isinstance(value, list):
        return [fit(item) for item in value]
    if isinstance(value, dict):
        return {fit(name): fit(item) for name, item in value.items()}
    return value


def object_in(content: Json, name: str) -> Json:
    """What stands there, where it is an object; else an empty one."""
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _id(who: object) -> int:
    value = who.get("id") if isinstance(who, dict) else None
    return value if type(value) is int and -LARGEST_ID <= value <= LARGEST_ID else 0


@dataclass(frozen=True)
class GroupInterest:
    """What routers take of messages in groups: commands (without slash) and fields of service messages.

    Everything else that is said in a group is chatter: it does not pass through the routers.
    """

    commands: Collection[str]
    fields: Collection[str]

    def is_chatter(self, update: Json) -> bool:
        kind = kind_of(update)
        if kind not in ("message", "edited_message", "message_reaction", "message_reaction_count"):
            return False
        content = update[kind]
        if object_in(content, "chat").get("type") not in ("group", "supergroup"):
            return kind.startswith("message_reaction")
        if kind != "message":
            return True
        return not (self._command(content) in self.commands or any(name in content for name in self.fields))

    def is_overheard(self, update: Json) -> bool:
        """What observers see: chatter, and messages of groups that routers take as well, such as commands."""
        chat = object_in(object_in(update, "message"), "chat")
        return self.is_chatter(update) or chat.get("type") in ("group", "supergroup")

    @staticmethod
    def _command(content: Json) -> str | None:
        """The command of the text, or of the caption, where routers look as well."""
        text = content.get("text") or content.get("caption")
        first = text.split(maxsplit=1)[:1] if isinstance(text, str) else []
        return first[0][1:].split("@")[0].lower() if first and first[0].startswith("/") else None
