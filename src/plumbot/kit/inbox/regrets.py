"""What a person is told whose update fails: that it is not their fault, and the number under which it can be found."""

import json

from markupsafe import Markup
from sqlalchemy.orm import Session

from plumbot.kit.inbox.raw import object_in
from plumbot.kit.inbox.tables import FROM_TELEGRAM, InboxRow
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import Message, screen
from plumbot.kit.texts import Texts


def sorry_key(row: InboxRow) -> str:
    return f"sorry:{row.seq}"


def is_from_private_chat(row: InboxRow) -> bool:
    """Whether somebody waits for an answer where only they see it. In a private chat, chat and person share an id."""
    if row.source != FROM_TELEGRAM or row.kind not in ("message", "callback_query"):
        return False
    content = object_in(json.loads(row.body), row.kind)
    message = object_in(content, "message") if row.kind == "callback_query" else content
    return object_in(message, "chat").get("type") == "private"


def sorry(outbox: Outbox, session: Session, row: InboxRow, reference: str, *, given_up: bool) -> None:
    """One message for one update; it is taken back when the update succeeds after all."""
    outbox.show(session, sorry_key(row), row.lane, "errors.sorry", reference=reference, given_up=given_up)


@screen("errors.sorry")
def sorry_screen(t: Texts, *, reference: str, given_up: bool) -> Message:
    fate = (
        t("Something went wrong here, and I could not do this. It is not your fault: those who look after me know.")
        if given_up
        else t("Something went wrong here. I am trying again by myself; there is nothing you need to do.")
    )
    return Message(
        Markup("\n").join([fate, t("If you ask about it, name the number {reference}.", reference=reference)])
    )
