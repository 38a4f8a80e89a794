"""What the main admin and the admins see about themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Command, Places
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Message, screen
from plumbot.kit.texts import Texts

LONGEST_NAME = 64
MOST_LISTED = 20  # a message holds 4,096 characters

Person = Mapping[str, Any]  # as service.Listed gives it


def add_to(places: Places) -> None:
    places.commands += [
        Command("away", N_("Let others decide for a while"), Permission.ADMIN),
        Command("back", N_("Decide again"), Permission.ADMIN),
        Command("admins", N_("Who the admins are"), Permission.OWNER),
        Command("admin_add", N_("Appoint an admin: id or @name"), Permission.OWNER),
        Command("admin_remove", N_("Dismiss an admin: id or @name"), Permission.OWNER),
    ]


def title(person: Person) -> Markup:
    """The person's name, @name and id, as far as they are known."""
    name = str(person["name"])
    short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    parts = [Markup("<b>{}</b>").format(short)] if short else []
    if person["username"]:
        parts.append(Markup("@{}").format(person["username"]))
    return Markup(" ").join([*parts, Markup("<code>{}</code>").format(person["user_id"])])


@screen("admins.list")
def listed(t: Texts, *, admins: Sequence[Person]) -> Message:
    lines = [Markup("• {}{}").format(title(person), remarks(t, person)) for person in admins[:MOST_LISTED]]
    if len(admins) > MOST_LISTED:
        lines.append(t("… and {n} more", n=len(admins) - MOST_LISTED))
    hint = t("/admin_add and /admin_remove take an id or an @name.")
    return Message(Markup("\n\n").join([t("<b>Admins</b>"), Markup("\n").join(lines), hint]))


def remarks(t: Texts, person: Person) -> Markup:
    remarks = []
    if person["owner"]:
        remarks.append(t("main admin"))
    elif person["source"] == "env":
        remarks.append(t("named in the settings"))
    if person["away"]:
        remarks.append(t("away"))
    if not person["reachable"]:
        remarks.append(t("has not pressed /start"))
    return Markup(" – {}").format(Markup(", ").join(remarks)) if remarks else Markup("")


@screen("admins.added")
def added(t: Texts, *, person: Person) -> Message:
    parts = [t("{person} is an admin now.", person=title(person))]
    if not person["reachable"]:
        parts.append(t("I cannot write to them yet: ask them to open a chat with me and press /start."))
    return Message(Markup("\n").join(parts))


@screen("admins.removed")
def removed(t: Texts, *, person: Person) -> Message:
    return Message(t("{person} is no longer an admin.", person=title(person)))


@screen("admins.appointed")
def appointed(t: Texts) -> Message:
    return Message(
        t(
            "You are an admin of the club now. Applications come to you here: "
            "approve them, deny them or ask to correct them. /away lets others decide for a while."
        )
    )


@screen("admins.dismissed")
def dismissed(t: Texts) -> Message:
    return Message(t("You are no longer an admin of the club. Thank you for your help."))


@screen("admins.away")
def away(t: Texts, *, nobody_left: bool) -> Message:
    if nobody_left:
        return Message(t("You are away now. So is everybody else, hence applications still come to all admins. /back"))
    return Message(t("You are away now: applications go to the other admins. /back ends it."))


@screen("admins.back")
def back(t: Texts) -> Message:
    return Message(t("Welcome back: applications come to you again."))
