"""What is said about one's own data. The file itself is made when it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plumbot.club.places import Command, Places
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Document, Message, rows, screen
from plumbot.kit.texts import Texts

MYDATA = "privacy.mydata"
ERASE, KEEP = "erase", "keep"


@dataclass(frozen=True)
class Forget(Callback, prefix="forget"):
    """The answer to the question whether everything is to be erased."""

    answer: str


def add_to(places: Places) -> None:
    places.commands += [
        Command("mydata", N_("All that I keep about you, as a file"), in_group=True),
        Command("forget", N_("Erase what I keep about you"), in_group=True),
    ]


@screen("privacy.document")
def document(t: Texts, *, user_id: int) -> Message:
    text = t("This is all that I keep about you. /forget erases it; a member leaves the club's chat first.")
    return Message(text, document=Document("mydata.json", MYDATA, {"user_id": user_id}))


@screen("privacy.ask")
def ask(t: Texts, *, stays: Sequence[str]) -> Message:
    parts = [
        t("<b>Erase everything that I keep about you?</b>"),
        t(
            "Your names, applications, links, karma with its history, settings, and what was said about you to admins "
            "are erased for good. An application that is open is withdrawn. Should you come back, you begin anew."
        ),
        Markup("\n").join([t("What stays:"), *(Markup("• {}").format(t(text)) for text in [*stays, *ALWAYS])]),
    ]
    buttons = rows(
        Button(t.plain("Erase my data"), Forget(ERASE).pack()), Button(t.plain("Cancel"), Forget(KEEP).pack())
    )
    return Message(Markup("\n\n").join(parts), buttons)


ALWAYS = (
    N_("The karma that you gave others stays theirs, without your name."),
    N_("How many applications there were and how they ended, without your name."),
    N_("What you did as an admin, if you ever were one, with your id: the club must be able to answer for it."),
    N_("Backups, until they are too old to be kept."),
)


@screen("privacy.kept")
def kept(t: Texts) -> Message:
    return Message(t("Nothing was erased."))


@screen("privacy.forgotten")
def forgotten(_t: Texts, *, language: str) -> Message:
    """In the language that the person had: there is no profile any more that could tell it."""
    t = Texts(language)
    text = t("Everything that I kept about you is erased. Farewell! Write to me again, and we meet for the first time.")
    return Message(text)


@screen("privacy.erased")
def erased(t: Texts, /, **_values: Any) -> Message:
    return Message(t("This was about a person whose data were erased at their own request."))


@screen("privacy.private_only")
def private_only(t: Texts, *, link: str | None) -> Message:
    buttons = rows(Button(t.plain("Open our chat"), url=link)) if link else ()
    return Message(t("I answer this in our private chat, so that the club is not disturbed."), buttons)
