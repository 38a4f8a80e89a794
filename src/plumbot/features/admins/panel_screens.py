"""What the main admin sees of the admins in the panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.club.places import AdminSection, Places
from plumbot.features.admins.screens import LONGEST_NAME, MOST_LISTED, Person, remarks, title
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts


@dataclass(frozen=True)
class Appointing(Callback, prefix="adm-who"):
    """`list` and `add` are about nobody (0); `sure` (dismiss?) and `off` about an admin."""

    act: str
    user_id: int


def add_to_panel(places: Places) -> None:
    places.sections.append(AdminSection(50, N_("Admins"), Appointing("list", 0).pack(), Permission.OWNER))


@screen("admins.panel")
def listed(t: Texts, *, admins: Sequence[Person]) -> Message:
    """The main admin has no button: the settings name them."""
    shown = admins[:MOST_LISTED]
    lines = [Markup("• {}{}").format(title(person), remarks(t, person)) for person in shown]
    if len(admins) > MOST_LISTED:
        lines.append(t("… and {n} more", n=len(admins) - MOST_LISTED))
    dismissing = [
        Button(t.plain("Dismiss {name}", name=_name(person)), Appointing("sure", person["user_id"]).pack())
        for person in shown
        if not person["owner"]
    ]
    buttons = rows(*dismissing, Button(t.plain("Appoint an admin"), Appointing("add", 0).pack()), panel.back(t))
    return Message(Markup("\n\n").join([t("<b>Admins</b>"), Markup("\n").join(lines)]), buttons)


def _name(person: Person) -> str:
    return str(person["name"] or person["username"] or person["user_id"])[:LONGEST_NAME]


@screen("admins.sure")
def sure(t: Texts, *, person: Person) -> Message:
    text = t("Dismiss {person}? Pending cards disappear from their chat at once.", person=title(person))
    buttons = rows(Button(t.plain("Yes, dismiss"), Appointing("off", person["user_id"]).pack()), _to_list(t))
    return Message(text, buttons)


@screen("admins.ask")
def ask(t: Texts) -> Message:
    """Answered by typing."""
    text = t("<b>Appoint an admin</b>\n\nWrite the person's Telegram id, or the @name of somebody whom I have met.")
    return Message(text, rows(_to_list(t)))


def _to_list(t: Texts) -> Button:
    return panel.back(t, Appointing("list", 0).pack())
