"""What admins see of admission: notes about the gate, cards about arrivals and disputed links, the bot's rights."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plumbot.features.admission.rules import RIGHTS, Trouble
from plumbot.kit.callbacks import Callback
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME, LONGEST_SLUG = 64, 300
MOST_LISTED = 20  # a message holds 4,096 characters

Who = dict[str, Any]


@dataclass(frozen=True)
class Keep(Callback, prefix="arr-keep"):
    """This person may stay."""

    user_id: int


@dataclass(frozen=True)
class Remove(Callback, prefix="arr-out"):
    """This person has to go."""

    user_id: int


@dataclass(frozen=True)
class GiveLink(Callback, prefix="case-give"):
    """The owner of this invite gets a new link."""

    invite_id: int


@dataclass(frozen=True)
class CloseCase(Callback, prefix="case-no"):
    """The owner of this invite gets no new link."""

    invite_id: int


def _named(who: Who) -> Markup:
    name = (who["name"] or str(who["id"]))[:LONGEST_NAME]
    shown = Markup('<a href="tg://user?id={}">{}</a>').format(who["id"], name)
    at = Markup(" @{}").format(who["username"][:LONGEST_NAME]) if who["username"] else Markup()
    return Markup("{}{} (<code>{}</code>)").format(shown, at, who["id"])


@screen("admission.stranger")
def stranger(t: Texts, *, owner: Who, strangers: list[Who]) -> Message:
    parts = [
        t("🚪 Somebody else came with the personal link of {owner} and was declined:", owner=_named(owner)),
        *(Markup("• {}").format(_named(who)) for who in strangers[:MOST_LISTED]),
        *([t("… and {n} more", n=len(strangers) - MOST_LISTED)] if len(strangers) > MOST_LISTED else []),
        t("Nobody is inside and nobody is banned; the link still works for its owner."),
        t("To keep somebody out for good: <code>/blacklist {id}</code>", id=strangers[-1]["id"]),
    ]
    return Message(Markup("\n").join(parts))


@screen("admission.blacklisted_asked")
def blacklisted_asked(t: Texts, *, person: Who, owner: Who) -> Message:
    values = {"person": _named(person), "owner": _named(owner)}
    return Message(t("🚫 {person} is on the blacklist and asked to join by the link of {owner}: declined.", **values))


@screen("admission.other_request")
def other_request(t: Texts, *, person: Who, blacklisted: bool, approved: bool) -> Message:
    parts = [t("✋ {person} asks to join the club chat, but not by a link of mine.", person=_named(person))]
    if blacklisted:
        parts.append(t("This person is on the blacklist."))
    elif approved:
        parts.append(t("This person's application is approved; their personal link lets them in."))
    parts.append(t("I leave the request alone: decide on it in the chat's list of requests."))
    return Message(Markup("\n").join(parts))


@screen("admission.approval_failed")
def approval_failed(t: Texts, *, person: Who, error: str) -> Message:
    values = {"person": _named(person), "error": error[:LONGEST_SLUG]}
    return Message(t("I could not let {person} in: Telegram says “{error}”. They can get a new link.", **values))


@screen("admission.arrival")
def arrival(t: Texts, *, person: Who, by: Who | None, link: str | None, state: str, decided_by: Who | None) -> Message:
    """`state`: open, kept, removed, left, or explained (approved meanwhile)."""
    parts = [t("👀 {person} is in the club chat, and nothing explains it.", person=_named(person))]
    if by:
        parts.append(t("Let in by: {by}", by=_named(by)))
    if link:
        parts.append(t("Link: {link}", link=link[:LONGEST_NAME]))
    ending = _ending(t, state, decided_by)
    if ending is not None:
        return Message(Markup("\n").join([*parts, ending]))
    parts.append(t("Until this is decided the person is no member for me."))
    user_id = person["id"]
    keep = Button(t.plain("Keep as a member"), Keep(user_id).pack())
    return Message(Markup("\n").join(parts), rows(keep, Button(t.plain("Remove"), Remove(user_id).pack()), width=2))


def _ending(t: Texts, state: str, decided_by: Who | None) -> Markup | None:
    by = _named(decided_by) if decided_by else Markup()
    match state:
        case "kept":
            return t("✅ Kept as a member by {by}.", by=by)
        case "removed":
            return t("❌ Removed by {by}.", by=by)
        case "left":
            return t("The person is outside again.")
        case "explained":
            return t("✅ The application is approved: a member.")
        case _:
            return None


@screen("admission.case")
def case(t: Texts, *, invite: int, owner: Who, guest: Who, stays: bool, state: str, decided_by: Who | None) -> Message:
    """`stays`: the guest may be here on their own account. `state`: open, given, closed or void."""
    parts = [t("⚠️ {guest} entered by the personal link of {owner}.", guest=_named(guest), owner=_named(owner))]
    if stays:
        parts.append(t("They may be here themselves, so they stay; the link is closed."))
    else:
        parts.append(t("They were removed and put on the blacklist; the link is closed."))
    by = _named(decided_by) if decided_by else Markup()
    match state:
        case "given":
            return Message(Markup("\n").join([*parts, t("✅ The owner got a new link from {by}.", by=by)]))
        case "closed":
            return Message(Markup("\n").join([*parts, t("❌ Closed by {by} without a new link.", by=by)]))
        case "void":
            return Message(Markup("\n").join([*parts, t("The owner's application is not open any more.")]))
    parts.append(t("Shall the owner get a new link?"))
    give = Button(t.plain("Give a new link"), GiveLink(invite).pack())
    return Message(
        Markup("\n").join(parts), rows(give, Button(t.plain("Close the case"), CloseCase(invite).pack()), width=2)
    )


@screen("admission.intruder")
def intruder(t: Texts, *, guest: Who, owner: Who) -> Message:
    values = {"guest": _named(guest), "owner": _named(owner)}
    return Message(t("⚠️ {guest} entered by a used up link of {owner} and was removed and blacklisted.", **values))


@screen("admission.blacklisted_came")
def blacklisted_came(t: Texts, *, person: Who, by: Who | None) -> Message:
    parts = [t("🚫 {person} is on the blacklist, came into the club chat and is removed again.", person=_named(person))]
    if by:
        parts.append(t("Let in by: {by}", by=_named(by)))
    return Message(Markup("\n").join(parts))


@screen("admission.added_by_admin")
def added_by_admin(t: Texts, *, person: Who, by: Who) -> Message:
    return Message(t("ℹ️ {by} added {person} to the club chat: a member now.", by=_named(by), person=_named(person)))


@screen("admission.was_inside")
def was_inside(t: Texts, *, person: Who, slug: str) -> Message:
    values = {"person": _named(person), "slug": slug[:LONGEST_SLUG]}
    return Message(
        t("ℹ️ {person} applied and is in the club chat already: a member now, <code>{slug}</code>.", **values)
    )


@screen("admission.slug_taken")
def slug_taken(t: Texts, *, person: Who, slug: str) -> Message:
    values = {"person": _named(person), "slug": slug[:LONGEST_SLUG]}
    return Message(t("⚠️ {person} arrived as <code>{slug}</code>, but in the roster that is somebody else.", **values))


@screen("admission.moved")
def moved(t: Texts, *, new: int) -> Message:
    parts = [
        t("The club chat became a supergroup; its id is <code>{new}</code> now. I go on with that.", new=new),
        t("Please set <code>PLUM_CLUB__CHAT_ID={new}</code>, so that the settings say the same.", new=new),
    ]
    return Message(Markup("\n").join(parts))


@screen("admission.trouble")
def trouble(t: Texts, *, missing: list[str], kind: str, error: str) -> Message:
    """To the owner: what the bot lacks in the club chat, by name, and where to give it."""
    names = [Markup("• <b>{}</b>").format(t(RIGHTS.get(right, right))) for right in missing]
    match kind:
        case Trouble.RIGHT:
            first = t("⚠️ I lack rights in the club chat, and people are waiting for it:")
            how = t("In Telegram: club chat → Manage → Administrators → me → switch them on. Then I go on by myself.")
            parts = [first, *names, how]
        case Trouble.CHAT:
            parts = [
                t("⚠️ I cannot reach the club chat: Telegram says “{error}”.", error=error[:LONGEST_SLUG]),
                t("Add me to it as an admin, and check PLUM_CLUB__CHAT_ID with <code>plumbot doctor</code>."),
            ]
        case _:
            parts = [
                t("⚠️ Telegram refused a link into the club chat: “{error}”.", error=error[:LONGEST_SLUG]),
                t("<code>plumbot doctor</code> may tell why. I try again every hour."),
            ]
    return Message(Markup("\n").join(parts))


@screen("admission.rights_back")
def rights_back(t: Texts, *, resumed: int) -> Message:
    parts = [t("✅ I have all the rights I need in the club chat.")]
    if resumed:
        parts.append(t.plural("{n} person who waited is served now.", "{n} people who waited are served now.", resumed))
    return Message(Markup("\n").join(parts))
