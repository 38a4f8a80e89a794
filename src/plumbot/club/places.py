"""Where a feature adds itself without anybody else knowing it: menus, help, commands."""

from dataclasses import dataclass, field

from plumbot.club.permissions import Permission


@dataclass(frozen=True)
class MenuEntry:
    """A button of the main menu. `text` is a msgid, `data` its callback; `place` orders the entries of a menu."""

    place: int
    text: str
    data: str
    guest: bool = False
    member: bool = False


@dataclass(frozen=True)
class Command:
    """A command of the bot, for help and for Telegram's own list. `text` is a msgid."""

    name: str
    text: str
    permission: Permission = Permission.EVERYBODY
    in_group: bool = False


@dataclass
class Places:
    """Filled while the house is wired, read afterwards."""

    menu: list[MenuEntry] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def menu_for(self, *, member: bool) -> list[MenuEntry]:
        fitting = (entry for entry in self.menu if (entry.member if member else entry.guest))
        return sorted(fitting, key=lambda entry: entry.place)
