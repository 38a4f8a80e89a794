"""What admins see of the blacklist."""

from dataclasses import dataclass

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.club.places import Command, Places
from plumbot.features.blacklist.panel_screens import ListFrom
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME = 64


@dataclass(frozen=True)
class Confirm(Callback, prefix="bl-yes"):
    """Yes, blacklist and remove this person."""

    user_id: int


@dataclass(frozen=True)
class Cancel(Callback, prefix="bl-no"):
    """No, leave things as they are."""

    user_id: int


def add_to(places: Places) -> None:
    places.commands += [
        Command("blacklist", N_("Keep a person out of the club"), Permission.ADMIN, in_group=True),
        Command("unblacklist", N_("Let a person apply again"), Permission.ADMIN, in_group=True),
    ]


@screen("blacklist.question")
def question(t: Texts, /, *, user_id: int, name: str, reason: str, **_in_panel: bool) -> Message:
    """`in_panel` is for what follows, which then shows the way back."""
    person = _who(user_id, name)
    text = t("{person} is in the club chat. Put them on the blacklist and remove them from the chat?", person=person)
    buttons = rows(
        Button(t.plain("Blacklist and remove"), Confirm(user_id).pack()),
        Button(t.plain("Cancel"), Cancel(user_id).pack()),
    )
    return Message(_with_reason(t, text, reason), buttons)


@screen("blacklist.added")
def added(t: Texts, *, user_id: int, name: str, reason: str, in_panel: bool = False) -> Message:
    text = t("{person} is on the blacklist and cannot join the club.", person=_who(user_id, name))
    undo = t("To take it back: <code>/unblacklist {user_id}</code>", user_id=user_id)
    return Message(Markup("\n").join([_with_reason(t, text, reason), undo]), _way_back(t, in_panel))


@screen("blacklist.removed")
def removed(t: Texts, *, user_id: int, name: str) -> Message:
    text = t(
        "{person} is off the blacklist. Whoever was rejected lately waits before applying again.",
        person=_who(user_id, name),
    )
    return Message(text)


@screen("blacklist.cancelled")
def cancelled(t: Texts, *, user_id: int, name: str, in_panel: bool = False) -> Message:
    text = t("Nothing was changed: {person} is not on the blacklist.", person=_who(user_id, name))
    return Message(text, _way_back(t, in_panel))


def _way_back(t: Texts, in_panel: bool) -> tuple[tuple[Button, ...], ...]:
    return rows(panel.back(t, ListFrom(0).pack())) if in_panel else ()


def _who(user_id: int, name: str) -> Markup:
    shown = Markup("<code>{}</code>").format(user_id)
    return Markup("<b>{}</b> ({})").format(name[:LONGEST_NAME], shown) if name else shown


def _with_reason(t: Texts, text: Markup, reason: str) -> Markup:
    return Markup("\n").join([text, t("Reason: {reason}", reason=reason)]) if reason else text
