"""Presses: each finds its message, and a duplicate is found out and removed."""

import asyncio

from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.outbox import presses, repository
from plumbot.kit.outbox.render import base36, split_data
from plumbot.kit.outbox.verbs import Outbox, delete_key
from tests.support.telegram import TurnableClock, calls_of, row_of

NINA, CLUB = 1001, -100
NOW = TurnableClock().now()


def shown(session: Session, outbox: Outbox, key: str, message_id: int | None, to: int = NINA) -> int:
    """A message as the sender left it; gives its row's number."""
    outbox.show(session, key, to, "test.note", text=key)
    row = row_of(session, key)
    if message_id is not None:
        row.message_id, row.sent_rev, row.dirty = message_id, row.rev, False
        session.flush()
    return row.id


def deleted(session: Session) -> list[str]:
    return [call.key for call in calls_of(session)]


async def test_a_press_finds_its_row_by_number_and_a_current_message_stays(
    spine: SessionManager, outbox: Outbox
) -> None:
    def work(session: Session) -> None:
        number = shown(session, outbox, "a", 11)
        assert presses.bind(session, outbox, number, NINA, 11, NOW) == "a"
        assert deleted(session) == []

    await spine.change(work)


async def test_a_message_whose_mark_was_lost_is_bound_by_its_first_press(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        number = shown(session, outbox, "a", None)
        assert presses.bind(session, outbox, number, NINA, 11, NOW) == "a"
        assert (row_of(session, "a").message_id, deleted(session)) == (11, [])

    await spine.change(work)


async def test_a_pressed_duplicate_is_deleted_and_the_press_counts(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        number = shown(session, outbox, "a", 12)
        for _ in range(2):
            assert presses.bind(session, outbox, number, NINA, 11, NOW) == "a"
        assert (row_of(session, "a").message_id, deleted(session)) == (12, [delete_key(NINA, 11)])

    await spine.change(work)


async def test_a_message_that_a_fresh_one_replaces_is_not_bound_again(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        number = shown(session, outbox, "a", 11)
        outbox.show(session, "a", NINA, "test.note", text="new", fresh=True)
        assert presses.bind(session, outbox, number, NINA, 11, NOW) == "a"
        assert (row_of(session, "a").message_id, deleted(session)) == (None, [delete_key(NINA, 11)])

    await spine.change(work)


async def test_a_duplicate_of_a_retired_message_goes(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        number = shown(session, outbox, "a", None)
        outbox.retire(session, "a")
        assert presses.bind(session, outbox, number, NINA, 11, NOW) == "a"
        assert (row_of(session, "a").message_id, deleted(session)) == (None, [delete_key(NINA, 11)])

    await spine.change(work)


async def test_a_press_without_number_is_found_by_its_message(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        shown(session, outbox, "a", 11)
        assert presses.bind(session, outbox, None, NINA, 11, NOW) == "a"

    await spine.change(work)


async def test_a_message_of_unknown_origin_is_adopted_once(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        for number in (None, 999, None):
            assert presses.bind(session, outbox, number, NINA, 11, NOW) == f"m:{NINA}:11"
        row = row_of(session, f"m:{NINA}:11")
        assert (row.message_id, row.dirty) == (11, False)

    await spine.change(work)


async def test_an_adopted_message_that_was_replaced_is_still_known(spine: SessionManager, outbox: Outbox) -> None:
    def work(session: Session) -> None:
        key = presses.bind(session, outbox, None, NINA, 11, NOW)
        outbox.show(session, key, NINA, "test.note", text="new", fresh=True)
        row_of(session, key).message_id = 12
        session.flush()
        assert presses.bind(session, outbox, None, NINA, 11, NOW) == key
        assert deleted(session) == [delete_key(NINA, 11)]

    await spine.change(work)


async def test_a_forged_number_neither_takes_nor_deletes_somebody_elses_message(
    spine: SessionManager, outbox: Outbox
) -> None:
    def work(session: Session) -> None:
        elsewhere = shown(session, outbox, "private", None)
        other = shown(session, outbox, "other", None, to=CLUB)
        shown(session, outbox, "card", 11, to=CLUB)
        for number in (elsewhere, other, 10**12):
            assert presses.bind(session, outbox, number, CLUB, 11, NOW) == "card"
        assert presses.bind(session, outbox, elsewhere, CLUB, 15, NOW) == f"m:{CLUB}:15"
        assert (row_of(session, "private").message_id, row_of(session, "other").message_id) == (None, None)
        assert deleted(session) == []

    await spine.change(work)


def test_the_number_before_the_data_is_read_back() -> None:
    for number in (1, 35, 36, 10**12):
        assert split_data(f"{base36(number)}.apl:ok:7") == (number, "apl:ok:7")


def test_data_that_this_outbox_did_not_send_have_no_number() -> None:
    for data in ("approve_12", "", ".x", "ABC.x", "0123456789a.x", "ж.x", "-1.x"):
        assert split_data(data) == (None, data)


async def test_a_press_of_an_old_message_does_not_undo_the_mark_of_the_new_one(
    spine: SessionManager, outbox: Outbox
) -> None:
    """Telegram did not know the old one, so the sender sent another, and notes it at the moment of the press."""

    def replaced(session: Session) -> str:
        key = presses.bind(session, outbox, None, NINA, 11, NOW)
        repository.start_anew(session, row_of(session, key), NOW, delete=False)
        return key

    key, marked = await spine.change(replaced), asyncio.Event()
    row = await spine.read(row_of, key)

    async def sender_marks() -> None:
        async with spine.unit() as unit:
            await unit.run(repository.mark_sent, row, 12, "text", None, NOW)
            marked.set()
            await asyncio.sleep(0.3)  # the press comes and waits

    marking = asyncio.create_task(sender_marks())
    await marked.wait()
    assert await spine.change(presses.bind, outbox, None, NINA, 11, NOW) == key
    await marking
    assert (await spine.read(row_of, key)).message_id == 12
    assert await spine.read(deleted) == [delete_key(NINA, 11)]
