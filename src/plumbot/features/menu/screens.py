"""What the menu shows. All pages but the hints share one picture, so that they change in the same message."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from plumbot.club.places import Command, MenuEntry, Places
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, Photo, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME = 64
LONGEST_CAPTION = 1024
LONGEST_COMMAND_SHOWN = 32
LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
HOME, RULES, HELP, INFO, SETTINGS = "home", "rules", "help", "info", "settings"

Commands = Sequence[Sequence[str]]  # [name, msgid] pairs


@dataclass(frozen=True)
class OpenPage(Callback, prefix="menu"):
    """A page of the menu."""

    page: str


@dataclass(frozen=True)
class Speak(Callback, prefix="lang"):
    """From now on in this language."""

    language: str


@dataclass(frozen=True)
class Prefer(Callback, prefix="pref"):
    """What a member wishes from now on: the value of a column (1 or 0), not its change, so that twice is once."""

    column: str
    value: int


def add_to(places: Places) -> None:
    """The menu's own entries; Profile (5), Join the club (30) and others stand between them.

    The commands are heard in groups too, where they lead to the private chat.
    """
    places.menu += [
        MenuEntry(10, N_("Rules"), OpenPage(RULES).pack(), guest=True, member=True),
        MenuEntry(20, N_("Help"), OpenPage(HELP).pack(), guest=True, member=True),
        MenuEntry(40, N_("Club info"), OpenPage(INFO).pack(), guest=True),
        MenuEntry(50, N_("Settings"), OpenPage(SETTINGS).pack(), member=True),
    ]
    places.commands += [
        Command("start", N_("Begin, and open the menu"), in_group=True),
        Command("menu", N_("Open the menu"), in_group=True),
        Command("help", N_("What I can do"), in_group=True),
        Command("language", N_("Choose the language"), in_group=True),
    ]


def picture() -> Photo:
    return Photo("menu", files("plumbot").joinpath("assets", "menu.png").read_bytes)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def back(t: Texts) -> Button:
    return Button(t.plain("Back"), OpenPage(HOME).pack())


def to_menu(t: Texts) -> Button:
    return Button(t.plain("Menu"), OpenPage(HOME).pack())


@screen("menu.home")
def home(t: Texts, *, name: str, club: str, member: bool, entries: Sequence[Sequence[str]]) -> Message:
    """`entries` are [msgid, callback data] pairs."""
    hello = t("Hello, {name}!", name=cut(name, LONGEST_NAME)) if name else t("Hello!")
    text = t("What would you like?") if member else t("I am the bot of a private club. New here? Begin with the rules.")
    title = Markup("<b>{}</b>").format(cut(club, LONGEST_NAME))
    buttons = [Button(t.plain(entry), data) for entry, data in entries]
    return Message(Markup("\n\n").join([title, Markup("\n").join([hello, text])]), rows(*buttons, width=2), picture())


@screen("menu.rules")
def rules(t: Texts, *, club: str, url: str | None) -> Message:
    """The rules live on a page of the club; the bot only leads there."""
    title = t("<b>Rules of {club}</b>", club=cut(club, LONGEST_NAME))
    if not url:
        text = t("The rules are not published here yet. Please ask an admin for them.")
        return Message(Markup("\n\n").join([title, text]), rows(back(t)), picture())
    text = t("Please read them before you apply: by joining the club you accept them.")
    buttons = rows(Button(t.plain("Read the rules"), url=url), back(t))
    return Message(Markup("\n\n").join([title, text]), buttons, picture())


@screen("menu.info")
def info(t: Texts, *, club: str, members: int, url: str | None, joining: bool = True) -> Message:
    """`joining`: whether the bot takes applications at all."""
    title = Markup("<b>{}</b>").format(cut(club, LONGEST_NAME))
    size = t.plural("{n} member", "{n} members", members)
    steps = t(
        "How to join:\n1. Read the rules.\n2. Press “Join the club” and tell who you are.\n"
        "3. An admin decides.\n4. You get a personal link that works for you only."
    )
    links = [Button(t.plain("Read the rules"), url=url)] if url else []
    parts = [title, size, steps] if joining else [title, size]
    return Message(Markup("\n\n").join(parts), rows(*links, back(t)), picture())


@screen("menu.settings")
def settings(t: Texts, *, language: str, preferences: Sequence[Sequence[Any]] = ()) -> Message:
    """`preferences` are [msgid, callback data, ticked]. The language is a value, so that another changes the page."""
    parts = [t("<b>Settings</b>"), t("In which language shall I write to you?")]
    if preferences:
        parts.append(t("Below the languages: what has a ✓ is on, and a press switches it."))
    languages = [Button(_ticked(title, code == language), Speak(code).pack()) for code, title in LANGUAGE_NAMES.items()]
    wishes = [(Button(_ticked(t.plain(text), ticked), data),) for text, data, ticked in preferences]
    return Message(Markup("\n\n").join(parts), (tuple(languages), *wishes, (back(t),)), picture())


def _ticked(text: str, on: bool) -> str:
    return f"✓ {text}" if on else text


@screen("menu.help")
def help_page(t: Texts, *, member: bool, commands: Commands, admin_commands: Commands) -> Message:
    """Under the picture: as much as a caption holds."""
    whole = _help_text(t, member, commands, admin_commands)
    if len(whole.striptags()) > LONGEST_CAPTION:
        names = [_names(commands), *([_names(admin_commands)] if admin_commands else [])]
        whole = Markup("\n\n").join([*names, t("/help tells what each of them does.")])
    language = Button(t.plain("Language"), OpenPage(SETTINGS).pack())
    return Message(whole, rows(language, back(t)), picture())


@screen("menu.full_help")
def full_help(t: Texts, *, member: bool, commands: Commands, admin_commands: Commands) -> Message:
    """The answer to /help: a text of its own, where there is room for every command."""
    return Message(_help_text(t, member, commands, admin_commands), rows(to_menu(t)))


def _help_text(t: Texts, member: bool, commands: Commands, admin_commands: Commands) -> Markup:
    parts = [t("<b>What I can do</b>"), _described(t, commands)]
    if not member:
        parts.append(t("The rest is for members of the club: apply with “Join the club” in the menu."))
    if admin_commands:
        parts.append(Markup("\n").join([t("<b>For admins</b>"), _described(t, admin_commands)]))
    return Markup("\n\n").join(parts)


def _described(t: Texts, commands: Commands) -> Markup:
    return Markup("\n").join(Markup("/{} – {}").format(name, t(text)) for name, text in commands)


def _names(commands: Commands) -> Markup:
    return Markup(" ").join(Markup("/{}").format(name) for name, _ in commands)


@screen("menu.unknown_command")
def unknown_command(t: Texts, *, command: str, meant: str | None) -> Message:
    parts = [t("I do not know the command /{command}.", command=cut(command, LONGEST_COMMAND_SHOWN))]
    if meant:
        parts.append(t("Did you mean /{command}?", command=meant))
    parts.append(t("/help lists what I can do."))
    return Message(Markup(" ").join(parts), rows(to_menu(t)))


@screen("menu.not_understood")
def not_understood(t: Texts) -> Message:
    text = t("I did not understand that: I work with buttons and commands. The menu is one press away.")
    return Message(text, rows(to_menu(t)))


@screen("menu.file_id")
def file_id(t: Texts, *, file_id: str) -> Message:
    """For admins, who use it where a picture has to be named."""
    return Message(Markup("{}\n<code>{}</code>").format(t("The file_id of this picture:"), file_id[:200]))


@screen("menu.private_only")
def private_only(t: Texts, *, link: str | None) -> Message:
    buttons = rows(Button(t.plain("Open our chat"), url=link)) if link else ()
    return Message(t("I answer this in our private chat, so that the club is not disturbed."), buttons)
