"""Who can be forgotten, and how traces of a person are recognised in what was kept as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from plumbot.kit.folding import folded
from plumbot.kit.refusals import N_, Refusal

SHORTEST_WORD = 8  # what is shorter may be somebody else's, too


class StillAnAdmin(Refusal):
    text = N_(
        "You are an admin of the club, and the club must know who decides. Ask the main admin to dismiss you first."
    )


class TheOwner(Refusal):
    text = N_("You are the club's main admin. Name another one in PLUM_CLUB__OWNER_ID first.")


class StillInside(Refusal):
    text = N_(
        "You are in the club's chat, and I meet again whoever writes there. "
        "Leave the chat first, then /forget. It does not work the other way round."
    )


@dataclass(frozen=True)
class Traces:
    """By what a person is known: id, @names, and longer words of theirs such as slugs."""

    user_id: int
    usernames: frozenset[str] = field(default_factory=frozenset)
    words: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, user_id: int, usernames: Iterable[str | None], words: Iterable[str]) -> "Traces":
        names = frozenset(folded(name) for name in usernames if name)
        return cls(user_id, names, frozenset(folded(word) for word in words if len(word) >= SHORTEST_WORD))

    def are_in(self, value: Any, name: str = "") -> bool:
        """Whether JSON speaks of the person. A first name alone says nothing: others have it too."""
        match value:
            case bool() | None:
                return False
            case int() | float():
                return value == self.user_id
            case str():
                return self._in_text(folded(value), name)
            case dict():
                return any(self.are_in(str(key)) or self.are_in(part, str(key)) for key, part in value.items())
        return any(self.are_in(part, name) for part in value)

    def _in_text(self, text: str, name: str) -> bool:
        numbers = "".join(character if character.isdigit() else " " for character in text).split()
        if str(self.user_id) in numbers or any(word in text for word in self.words):
            return True
        if name == "username" and text.removeprefix("@") in self.usernames:
            return True
        spoken = text.replace(",", " ").replace(".", " ").split()
        return any(f"@{username}" in spoken for username in self.usernames)
