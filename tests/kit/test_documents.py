"""A document is made when it is sent, from what the database says then; the outbox keeps only its maker's name."""

from dataclasses import replace
from functools import partial

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.documents import Documents
from plumbot.kit.outbox.findings import SenderHooks
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import Document, Message, screen
from plumbot.kit.telegram.client import TelegramClient
from plumbot.kit.texts import Texts
from tests.support.telegram import Findings, Post, TurnableClock, all_sent, row_of, sending

NINA = 1001


@screen("test.document")
def document(_t: Texts, *, caption: str) -> Message:
    return Message(Markup("{}").format(caption), document=Document("counted.txt", "test.count", {"of": "rows"}))


class Desk(Findings):
    """A sender's findings, with a maker of documents."""

    documents = Documents()

    def hooks(self) -> SenderHooks:
        return replace(super().hooks(), documents=self.documents)


def count(session: Session, *, of: str) -> bytes:
    return f"{len(session.scalars(select(ShownMessage)).all())} {of}".encode()


async def test_a_document_is_made_when_it_is_sent(
    spine: SessionManager, outbox: Outbox, client: TelegramClient, clock: TurnableClock, post: Post
) -> None:
    desk = Desk()
    desk.documents.offer("test.count", count)
    post.results["sendDocument"] = {"message_id": 900}
    post.messages[NINA, 900] = "a document"
    for caption in ("first", "second"):
        await spine.change(outbox.show, "doc", NINA, "test.document", caption=caption)
        async with sending(spine, client, clock, desk):
            await all_sent(spine)
    assert [method for method, _ in post.requests] == ["sendDocument", "editMessageCaption"]
    sent = post.requests[0][1]
    assert sent["caption"] == "first"
    assert sent["document"] == "attach://file"
    assert "1 rows" in sent["file"] or "counted.txt" in sent["file"]
    assert (await spine.read(row_of, "doc")).media == "document"


async def test_a_text_in_place_of_a_document_is_a_new_message(
    spine: SessionManager, outbox: Outbox, client: TelegramClient, clock: TurnableClock, post: Post
) -> None:
    desk = Desk()
    desk.documents.offer("test.count", count)
    post.results["sendDocument"] = {"message_id": 900}
    post.messages[NINA, 900] = "a document"
    shows = (("test.document", partial(outbox.show, caption="one")), ("test.note", partial(outbox.show, text="two")))
    for screen_name, show in shows:
        await spine.change(show, "doc", NINA, screen_name)
        async with sending(spine, client, clock, desk):
            await all_sent(spine)
    assert sorted(method for method, _ in post.requests) == ["deleteMessage", "sendDocument", "sendMessage"]
    assert post.shown(NINA) == ["two"]
