"""Where a feature adds itself, unknown to the others: menus, commands, the panel, figures, what it keeps of people."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.permissions import Permission
from plumbot.kit.readings import Reading


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
    """A command of the bot, for help and for Telegram's own list. `text` is a msgid.

    What is `for_guests` is of no use to members: they are not offered it.
    """

    name: str
    text: str
    permission: Permission = Permission.EVERYBODY
    in_group: bool = False
    for_guests: bool = False


@dataclass(frozen=True)
class Preference:
    """A wish that members switch in Settings: a yes-or-no column of Profile, ticked where it has this value."""

    place: int
    column: str
    text: str
    ticked_when: bool = True


@dataclass(frozen=True)
class AdminSection:
    """A button of the admins' panel: `data` opens it, `count` gives the number behind its name."""

    place: int
    text: str
    data: str
    permission: Permission = Permission.ADMIN
    count: Callable[[Session], int] | None = None


@dataclass(frozen=True)
class AdminSwitch:
    """Something that admins turn on and off while the bot runs; `name` is short, it travels in callback data.

    `turn(session, on, by)` writes its own entry of the audit.
    """

    place: int
    name: str
    text: str
    is_on: Callable[[Session], bool]
    turn: Callable[[Session, bool, int], None]


@dataclass(frozen=True)
class Fact:
    """One line of how things stand: a msgid and its values. `bad`: somebody should look into it."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    bad: bool = False


@dataclass(frozen=True)
class Glance:
    """What one part of the house tells the admins' panel about itself, quickly: `facts(session, now)`."""

    place: int
    text: str
    facts: Callable[[Session, datetime], Sequence[Fact]]


def nothing(_session: Session, _user_id: int) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class PersonalData:
    """What one feature keeps of people: `export` gives JSON, `erase` leaves nothing that leads back to the person.

    The profile goes last, so `erase` may still read it. `words`: what else the person is known by in messages to
    others (slugs). `stays`: msgids that say what is kept and why. Each column is in `club/personal_data.py`.
    """

    name: str
    export: Callable[[Session, int], Any]
    erase: Callable[[Session, int], None]
    words: Callable[[Session, int], Sequence[str]] = nothing
    stays: Callable[[Session, int], Sequence[str]] = nothing


def exported(row: object, *columns: str) -> dict[str, Any]:
    """The columns of a row as JSON has them."""
    values = {column: getattr(row, column) for column in columns}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


@dataclass
class Places:
    """Filled while the house is wired, read afterwards."""

    menu: list[MenuEntry] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    personal: list[PersonalData] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    sections: list[AdminSection] = field(default_factory=list)
    switches: list[AdminSwitch] = field(default_factory=list)
    glances: list[Glance] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def commands_for(self, allowed: Collection[Permission]) -> list[Command]:
        """What is offered to somebody who has these permissions."""
        useful = (each for each in self.commands if not (each.for_guests and Permission.MEMBER in allowed))
        return [each for each in useful if each.permission in allowed]

    def menu_for(self, *, member: bool) -> list[MenuEntry]:
        fitting = (entry for entry in self.menu if (entry.member if member else entry.guest))
        return sorted(fitting, key=lambda entry: entry.place)
