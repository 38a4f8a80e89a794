"""What a person sees when they open the menu or are lost: values for the screens, and a few changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.events import Events, LanguageChosen, MemberArrived, MemberLeft, PersonReachable
from plumbot.club.language import language_for
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import Command, Places
from plumbot.club.profiles import Profiles
from plumbot.features.menu.ports import Underway
from plumbot.features.menu.repository import how_many_are_inside
from plumbot.features.menu.rules import UnknownLanguage, UnknownPreference, command_of, probably_meant
from plumbot.features.menu.screens import Prefer
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.texts import LANGUAGES

Values = dict[str, Any]


@dataclass(frozen=True)
class ClubFacts:
    """What the settings say of the club."""

    name: str
    rules_url: str | None
    language: str


class MenuService:
    """Answers with the values of a screen; the door shows it where the person is."""

    def __init__(
        self,
        club: ClubFacts,
        places: Places,
        profiles: Profiles,
        permissions: Permissions,
        events: Events,
        underway: Sequence[Underway],
    ) -> None:
        self._club = club
        self._places = places
        self._profiles = profiles
        self._permissions = permissions
        self._events = events
        self._underway = underway

    def home(self, session: Session, user_id: int) -> Values:
        profile = self._profiles.meet_by_id(session, user_id)
        member = self._permissions.allows(session, user_id, Permission.MEMBER)
        entries = [[entry.text, entry.data] for entry in self._places.menu_for(member=member)]
        return {"name": profile.first_name, "club": self._club.name, "member": member, "entries": entries}

    def rules(self, session: Session, user_id: int) -> Values:
        return {"club": self._club.name, "url": self._club.rules_url}

    def info(self, session: Session, user_id: int) -> Values:
        members, joining = how_many_are_inside(session), any(one.for_guests for one in self._places.commands)
        return {"club": self._club.name, "members": members, "url": self._club.rules_url, "joining": joining}

    def settings(self, session: Session, user_id: int) -> Values:
        profile = self._profiles.meet_by_id(session, user_id)
        language = language_for(profile.language, profile.language_code, self._club.language)
        preferences = []
        if self._permissions.allows(session, user_id, Permission.MEMBER):
            for wish in sorted(self._places.preferences, key=lambda wish: wish.place):
                value = bool(getattr(profile, wish.column))
                ticked, other = value is wish.ticked_when, Prefer(wish.column, int(not value))
                preferences.append([wish.text, other.pack(), ticked])
        return {"language": language, "preferences": preferences}

    def speak(self, session: Session, user_id: int, language: str) -> Values:
        """From now on in this language, also after a restart."""
        if language not in LANGUAGES:
            raise UnknownLanguage
        self._profiles.meet_by_id(session, user_id).language = language
        self._events.publish(session, LanguageChosen(user_id, language))
        return self.settings(session, user_id)

    def prefer(self, session: Session, user_id: int, column: str, value: bool) -> Values:
        """Only what a feature has placed in Settings can be switched."""
        if column not in {wish.column for wish in self._places.preferences}:
            raise UnknownPreference
        setattr(self._profiles.meet_by_id(session, user_id), column, value)
        return self.settings(session, user_id)

    def help(self, session: Session, user_id: int) -> Values:
        everybody: list[list[str]] = []
        admins: list[list[str]] = []
        for command in self._commands_of(session, user_id):
            privileged = command.permission in (Permission.ADMIN, Permission.OWNER)
            (admins if privileged else everybody).append([command.name, command.text])
        member = self._permissions.allows(session, user_id, Permission.MEMBER)
        return {"member": member, "commands": everybody, "admin_commands": admins}

    def explain(self, session: Session, user_id: int, text: str, file_id: str | None) -> tuple[str, Values]:
        """The screen for a private message nobody took: an admin's picture has a file_id, else a hint."""
        if file_id and self._permissions.allows(session, user_id, Permission.ADMIN):
            return "menu.file_id", {"file_id": file_id}
        command = command_of(text)
        if command is None:
            return "menu.not_understood", {}
        known = [each.name for each in self._commands_of(session, user_id)]
        return "menu.unknown_command", {"command": command, "meant": probably_meant(command, known)}

    def go_on(self, session: Session, user_id: int) -> None:
        """After an answer to something else the person is asked again what they were being asked."""
        for feature in self._underway:
            feature.ask_again(session, user_id)

    def bring_back(self, session: Session, user_id: int) -> Values | None:
        """For a button nobody knows: what the person has under way comes up; else the values of home."""
        if any(feature.bring_up(session, user_id) for feature in self._underway):
            return None
        return self.home(session, user_id)

    def _commands_of(self, session: Session, user_id: int) -> list[Command]:
        return self._places.commands_for([p for p in Permission if self._permissions.allows(session, user_id, p)])


class PresenceService:
    """Keeps up with people who come and go: the club, and the bot's private chat."""

    def __init__(self, menu: MenuService, profiles: Profiles, outbox: Outbox, events: Events) -> None:
        self._menu = menu
        self._profiles = profiles
        self._outbox = outbox
        self._events = events

    def on_arrival(self, session: Session, event: MemberArrived) -> None:
        """A new member gets the members' menu, if the bot may write to them."""
        profile = self._profiles.find(session, event.user_id)
        if profile is not None and profile.reachable:
            self._show_home(session, event.user_id, fresh=True)

    def on_leaving(self, session: Session, event: MemberLeft) -> None:
        """The members' menu that somebody still has before them becomes a guest's."""
        if self._outbox.find(session, menu_key(event.user_id)) is not None:
            self._show_home(session, event.user_id, fresh=False)

    def on_language(self, session: Session, event: LanguageChosen) -> None:
        """What the person still has before them speaks the new language at once."""
        self._outbox.redraw(session, event.user_id)

    def unblocked(self, session: Session, user_id: int) -> None:
        profile = self._profiles.meet_by_id(session, user_id)
        if not profile.reachable:
            profile.reachable = True
            self._events.publish(session, PersonReachable(user_id))

    def blocked(self, session: Session, user_id: int) -> None:
        self._profiles.meet_by_id(session, user_id).reachable = False

    def _show_home(self, session: Session, user_id: int, *, fresh: bool) -> None:
        values = self._menu.home(session, user_id)
        self._outbox.show(session, menu_key(user_id), user_id, "menu.home", fresh=fresh, **values)


def menu_key(user_id: int) -> str:
    """A person has one menu: the next one replaces it."""
    return f"menu:{user_id}"
