"""Which commands Telegram offers to whom, behind the “/”: lists for everybody by language, and one for each person.

Everybody's are those of guests. Members, admins and who chose a language have a list for their own chat, in the
language in which they read; Telegram prefers the narrower one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.language import READ_RUSSIAN, language_for
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import Command, Places
from plumbot.club.profiles import Profiles
from plumbot.kit.texts import Texts

PRIVATE, GROUPS = "all_private_chats", "all_group_chats"
FOR_TELEGRAM_IN = {"": "en", "en": "en", **dict.fromkeys(READ_RUSSIAN, "ru")}  # "" is for all others
LONGEST_DESCRIPTION = 256


@dataclass(frozen=True)
class CommandList:
    """One list; without commands it is to be taken away, so that everybody's holds."""

    scope: dict[str, Any]
    language_code: str
    commands: list[dict[str, str]]

    @property
    def name(self) -> str:
        where = self.scope.get("chat_id", self.scope["type"])
        return f"{where}.{self.language_code or 'all'}"

    @property
    def method(self) -> str:
        return "setMyCommands" if self.commands else "deleteMyCommands"

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {"scope": self.scope}
        if self.commands:
            values["commands"] = self.commands
        if self.language_code:
            values["language_code"] = self.language_code
        return values

    @property
    def content(self) -> str:
        """A short name of what it says: the same for the same."""
        return blake2b(repr((self.method, self.values)).encode(), digest_size=8).hexdigest()


class CommandLists:
    """Puts lists together from what the features have added to Places."""

    def __init__(self, places: Places, permissions: Permissions, profiles: Profiles, club_language: str) -> None:
        self._places = places
        self._permissions = permissions
        self._profiles = profiles
        self._club_language = club_language

    def for_everybody(self) -> Iterator[CommandList]:
        """In private what guests may do; in groups, which are the club's, what members may."""
        guests = self._places.commands_for([Permission.EVERYBODY])
        members = self._places.commands_for([Permission.EVERYBODY, Permission.MEMBER])
        in_group = [each for each in members if each.in_group]
        for code, language in FOR_TELEGRAM_IN.items():
            yield CommandList({"type": PRIVATE}, code, _described(guests, language))
            yield CommandList({"type": GROUPS}, code, _described(in_group, language))

    def of_person(self, session: Session, user_id: int) -> CommandList | None:
        """None for those who never spoke with the bot: Telegram knows no such chat."""
        profile = self._profiles.find(session, user_id)
        if profile is None or not profile.reachable:
            return None
        allowed = {each for each in Permission if self._permissions.allows(session, user_id, each)}
        scope = {"type": "chat", "chat_id": user_id}
        if allowed == {Permission.EVERYBODY} and profile.language is None:
            return CommandList(scope, "", [])
        language = language_for(profile.language, profile.language_code, self._club_language)
        return CommandList(scope, "", _described(self._places.commands_for(allowed), language))

    def admins(self, session: Session) -> list[int]:
        return self._permissions.admins(session)

    def version(self) -> str:
        """A short name of all that can be offered; it changes with the commands and their words."""
        words = [[_described(self._places.commands, language) for language in ("ru", "en")]]
        whole = repr(
            (words, [(each.name, each.permission, each.in_group, each.for_guests) for each in self._places.commands])
        )
        return blake2b(whole.encode(), digest_size=8).hexdigest()


def _described(commands: list[Command], language: str) -> list[dict[str, str]]:
    t = Texts(language)
    return [{"command": each.name, "description": t.plain(each.text)[:LONGEST_DESCRIPTION]} for each in commands]
