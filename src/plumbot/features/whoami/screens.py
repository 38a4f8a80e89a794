"""What is said of a person: id, name, @name, and where it is known from. Nobody is pinged."""

from markupsafe import Markup

from plumbot.club.places import Command, Places
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Message, screen
from plumbot.kit.texts import Texts

LONGEST_NAME = 64
SOURCES = {
    "club": N_("So I last met them."),
    "telegram": N_("So says Telegram."),
    "message": N_("So says the message."),
    "site": N_("So says a site that is not ours: it may be wrong."),
}


def add_to(places: Places) -> None:
    places.commands.append(Command("whoami", N_("Your Telegram id, or somebody else's"), in_group=True))


@screen("whoami.own")
def own(
    t: Texts,
    *,
    user_id: int,
    name: str,
    username: str | None,
    language: str | None,
    chat_id: int | None,
    thread_id: int | None,
) -> Message:
    lines = _lines(t, user_id, name, username)
    if language:
        lines.append(t("Language: <code>{language}</code>", language=language[:16]))
    if chat_id is not None:
        lines.append(t("Id of this chat: <code>{id}</code>", id=chat_id))
    if thread_id is not None:
        lines.append(t("Number of this topic: <code>{id}</code>", id=thread_id))
    return Message(Markup("\n").join(lines))


@screen("whoami.person")
def person(t: Texts, *, user_id: int, name: str, username: str | None, source: str) -> Message:
    known_from = Markup("<i>{}</i>").format(t.plain(SOURCES[source]))
    return Message(Markup("\n").join([*_lines(t, user_id, name, username), known_from]))


def _lines(t: Texts, user_id: int, name: str, username: str | None) -> list[Markup]:
    lines = [t("Id: <code>{id}</code>", id=user_id)]
    if name:
        lines.append(t("Name: <code>{name}</code>", name=_cut(name)))
    lines.append(
        t("Name at Telegram: <code>@{username}</code>", username=_cut(username)) if username else t("No @name is set")
    )
    return lines


@screen("whoami.asking")
def asking(t: Texts, *, username: str) -> Message:
    return Message(t("I have never met <code>@{username}</code>. I am asking a site that may know…", username=username))


@screen("whoami.never_met")
def never_met(t: Texts, *, username: str) -> Message:
    text = t(
        "I have never met <code>@{username}</code>, and Telegram lets bots find people by their id only. "
        "Reply to one of their messages with /whoami, or give me their id.",
        username=username,
    )
    return Message(text)


@screen("whoami.unknown_id")
def unknown_id(t: Texts, *, user_id: int) -> Message:
    text = t(
        "Telegram does not tell me who <code>{id}</code> is: it does so only of people who have written to me "
        "or who share a group with me.",
        id=user_id,
    )
    return Message(text)


@screen("whoami.unknown_name")
def unknown_name(t: Texts, *, username: str) -> Message:
    return Message(t("Nobody by the name <code>@{username}</code> is known to me or to the site.", username=username))


@screen("whoami.no_answer")
def no_answer(t: Texts, *, username: str, text: str) -> Message:
    """`text` is the msgid of a NoAnswer."""
    return Message(Markup("\n").join([Markup("<code>@{}</code>").format(username), t(text)]))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"
