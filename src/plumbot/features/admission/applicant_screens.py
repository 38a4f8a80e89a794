"""What the applicant sees between approval and the club chat."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from plumbot.features.admission.rules import REQUEST
from plumbot.kit.callbacks import Callback
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_CLUB = 64


@dataclass(frozen=True)
class AcceptRules(Callback, prefix="rules-ok"):
    """I accept the rules. Who presses is who accepts."""


@dataclass(frozen=True)
class NewLink(Callback, prefix="link-new"):
    """Get a new link."""


@screen("admission.approved")
def approved(t: Texts, *, club: str, rules_url: str | None, mode: str) -> Message:
    parts = [
        t("<b>Your application to {club} is approved!</b>", club=club[:LONGEST_CLUB]),
        t("Read the rules. When you accept them, I will make a personal link into the club chat for you."),
        t("⚠️ Join only from this very account: the link works for nobody else.")
        if mode == REQUEST
        else t("⚠️ Join only from this very account, and pass the link on to nobody."),
    ]
    read = [Button(t.plain("Read the rules"), url=rules_url)] if rules_url else []
    accept = Button(t.plain("I accept the rules"), AcceptRules().pack())
    return Message(Markup("\n\n").join(parts), rows(*read, accept))


@screen("admission.making")
def making(t: Texts) -> Message:
    return Message(t("Your personal link is being made; it will appear here in a moment."))


@screen("admission.waiting")
def waiting(t: Texts) -> Message:
    text = t("This takes a little longer: the club chat does not let me in right now, and the person in charge knows.")
    return Message(
        Markup(" ").join([text, t("I will write to you as soon as it works; there is nothing to do for you.")])
    )


@screen("admission.link")
def link(t: Texts, *, link: str, mode: str, expires_at: str, zone: str) -> Message:
    until = datetime.fromisoformat(expires_at).astimezone(ZoneInfo(zone)).strftime("%d.%m.%Y %H:%M")
    ask = (
        t("Press the button and ask to join: I let you in at once.")
        if mode == REQUEST
        else t("Press the button to join.")
    )
    parts = [
        t("<b>Here is your personal link into the club chat</b>"),
        Markup("{}").format(link),
        ask,
        t("It works once, only for this account, until {until}.", until=until)
        if mode == REQUEST
        else t(
            "It works once, until {until}, for whoever comes first: pass it on to nobody. "
            "A stranger who comes by it is removed, and then you need a new one.",
            until=until,
        ),
    ]
    buttons = rows(Button(t.plain("Enter the club chat"), url=link), _new_link(t))
    return Message(Markup("\n\n").join(parts), buttons)


@screen("admission.expired")
def expired(t: Texts) -> Message:
    return Message(
        t("Your personal link does not work any more. You are still approved: get a new one."), rows(_new_link(t))
    )


@screen("admission.misused")
def misused(t: Texts) -> Message:
    text = t("Somebody else entered by your personal link, so it is closed.")
    return Message(
        Markup(" ").join([text, t("The admins decide about a new link for you. Please do not pass links on.")])
    )


@screen("admission.no_link")
def no_link(t: Texts) -> Message:
    return Message(t("The admins decided not to give another link. Write to an admin if you still want to join."))


@screen("admission.not_approved")
def not_approved(t: Texts) -> Message:
    return Message(t("Your request to join was declined: the link is used up. Press /start to apply again."))


@screen("admission.not_yours")
def not_yours(t: Texts) -> Message:
    text = t("This link was made for another person, so I declined your request.")
    return Message(Markup(" ").join([text, t("If you want to join the club, apply yourself: press /start.")]))


@screen("admission.welcome")
def welcome(t: Texts, *, club: str) -> Message:
    """The members' menu follows."""
    return Message(t("<b>Welcome to {club}!</b> You are a member now.", club=club[:LONGEST_CLUB]))


def _new_link(t: Texts) -> Button:
    return Button(t.plain("Get a new link"), NewLink().pack())
