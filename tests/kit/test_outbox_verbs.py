"""The verbs of the outbox: desired state, written in the unit."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.tables import DECISION, TIMER, ShownMessage
from plumbot.kit.outbox.verbs import REDRAWN, Outbox, delete_key
from plumbot.kit.requests import about
from tests.support.telegram import calls_of, row_of


def sent(session: Session, key: str, message_id: int) -> None:
    """As the sender marks it."""
    row = row_of(session, key)
    row.message_id, row.sent_rev, row.dirty, row.media = message_id, row.rev, False, "text"
    session.flush()


async def test_shown_again_while_unsent_it_is_replaced_and_keeps_its_place(
    spine: SessionManager, outbox: Outbox
) -> None:
    def work(session: Session) -> None:
        outbox.show(session, "a", 7, "test.note", text="one")
        place = row_of(session, "a").place
        outbox.show(session, "b", 7, "test.note", text="other")
        outbox.show(session, "a", 7, "test.note", text="two")
        row = row_of(session, "a")
        assert (row.values, row.place, row.dirty) == ({"text": "two"}, place, True)

    await spine.change(work)


async def test_an_edit_takes_a_new_place_and_keeps_the_message(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        outbox.show(session, "a", 7, "test.note", text="one")
        outbox.show(session, "b", 7, "test.note", text="other")
        sent(session, "a", 11)
        outbox.show(session, "a", 7, "test.note", text="two")
        a, b = row_of(session, "a"), row_of(session, "b")
        assert (a.message_id, a.dirty, a.rev, a.sent_rev) == (11, True, 2, 1)
        assert a.place > b.place

    await spine.change(work)


async def test_what_is_said_about_an_earlier_request_bears_its_number_unless_an_update_asks_for_it(
    spine: SessionManager, outbox: Outbox
) -> None:
    def work(session: Session) -> tuple[str | None, str | None]:
        with about(session, "u1"):
            outbox.show(session, "a", 7, "test.note", text="one")
        outbox.show(session, "b", 7, "test.note", text="other")
        return row_of(session, "a").request, row_of(session, "b").request

    assert await spine.change(work) == ("u1", None)
    async with spine.unit() as unit:
        unit.request = "u2"
        await unit.run(outbox.retire, "a")
        await unit.run(outbox.retire, "b")
        assert await unit.run(work) == ("u2", "u2")


async def test_the_same_again_changes_nothing(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        outbox.show(session, "a", 7, "test.note", text="one")
        sent(session, "a", 11)
        outbox.show(session, "a", 7, "test.note", text="one")
        assert not row_of(session, "a").dirty

    await spine.change(work)


async def test_a_chat_that_is_read_in_another_language_has_its_last_messages_drawn_again(
    spine: SessionManager, outbox: Outbox
) -> None:
    def work(session: Session) -> None:
        for number in range(REDRAWN + 2):
            outbox.show(session, f"a{number:02}", 7, "test.note", text="one")
            sent(session, f"a{number:02}", 11 + number)
        for key, chat in (("elsewhere", 8), ("gone", 7), ("closed", 7), ("file", 7)):
            outbox.show(session, key, chat, "test.note", text="one")
            sent(session, key, 90)
        row_of(session, "gone").retired = True
        row_of(session, "closed").closed = True
        row_of(session, "file").media = "document"
        outbox.show(session, "once", 7, "test.note", text="one", at_most_once=True)
        sent(session, "once", 91)
        outbox.redraw(session, 7)
        again = session.scalars(select(ShownMessage).where(ShownMessage.dirty).order_by(ShownMessage.key)).all()
        assert [row.key for row in again] == [f"a{number:02}" for number in range(2, REDRAWN + 2)]
        assert {(row.rev - row.sent_rev, row.values["text"], row.urgency) for row in again} == {(1, "one", TIMER)}

    await spine.change(work)


async def test_fresh_removes_the_old_message_and_begins_a_new_epoch(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        outbox.show(session, "a", 7, "test.note", text="one")
        sent(session, "a", 11)
        outbox.show(session, "a", 7, "test.note", text="one", fresh=True, thread=5, reply_to=6)
        row = row_of(session, "a")
        assert (row.message_id, row.epoch, row.dirty, row.thread_id, row.reply_to) == (None, 2, True, 5, 6)
        assert [(call.key, call.values) for call in calls_of(session)] == [
            (delete_key(7, 11), {"chat_id": 7, "message_id": 11})
        ]

    await spine.change(work)


async def test_a_key_belongs_to_one_chat(spine: SessionManager, outbox: Outbox) -> None:
    await spine.change(outbox.show, "a", 7, "test.note", text="one")
    with pytest.raises(ValueError, match="belongs to chat 7"):
        await spine.change(outbox.show, "a", 8, "test.note", text="one")


async def test_a_retired_message_that_is_shown_again_is_back(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        outbox.show(session, "a", 7, "test.note", text="one")
        outbox.retire(session, "a")
        assert row_of(session, "a").retired
        outbox.show(session, "a", 7, "test.note", text="one")
        assert not row_of(session, "a").retired
        outbox.retire(session, "unknown")

    await spine.change(work)


async def test_a_call_of_the_same_occasion_is_made_once(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        for name in ("first", "second"):
            outbox.call(session, "link:1", "createChatInviteLink", chat_id=-1, name=name, then="x.made", lane=7)
        (call,) = calls_of(session)
        assert (call.values, call.then, call.lane) == ({"chat_id": -1, "name": "first"}, "x.made", 7)

    await spine.change(work)


async def test_keys_are_found_by_their_beginning_only(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> list[str]:
        for key in ("card:1:5", "card:12:5", "card:1:6", "Card:1:7", "card:1;"):
            outbox.show(session, key, 5, "test.note", urgency=DECISION, text="x")
        return outbox.keys(session, "card:1:")

    assert await spine.change(work) == ["card:1:5", "card:1:6"]


async def test_values_of_any_characters_come_back_as_they_were(spine: SessionManager, outbox: Outbox) -> None:
    await spine.change(outbox.show, "a", 7, "test.note", text="\ud800\x00 <b> 😀")
    assert (await spine.read(row_of, "a")).values == {"text": "\ud800\x00 <b> 😀"}
