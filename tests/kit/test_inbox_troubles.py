"""The inbox when the database or we are at fault: nothing is lost, nothing ends."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from plumbot.kit.alerts import Alerts
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.attempts import After, Attempts, CallAnswers
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.regrets import is_from_private_chat
from plumbot.kit.inbox.sources import ROWS_CLAIMED, ClaimedLanes
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.telegram.client import TelegramClient
from tests.kit.test_intake import said
from tests.kit.test_polling import hand_over, message, polling, stored
from tests.kit.test_runner import Deeds, Hall, deeds_done, statuses
from tests.support.telegram import BOT_ID, Post, TurnableClock, until
from tests.support.trouble import away, failing

ON_SQLITE = pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("on_both", ["postgres"], indirect=True)
OURS = ValueError("a mistake of ours")


@pytest.fixture
def hall(spine: SessionManager, clock: TurnableClock) -> Hall:
    return Hall(spine, clock)


async def the_row(hall: Hall) -> InboxRow:
    return await hall.sessions.read(lambda session: session.scalars(select(InboxRow)).one())


@ON_SQLITE
async def test_a_look_that_fails_is_made_again(hall: Hall) -> None:
    await hall.say("one")
    with failing("AND inbox.seq >", away(), OURS):
        async with hall.running(look_again_seconds=0.02):
            await until(lambda: hall.deeds.answered)


@ON_SQLITE
async def test_a_failure_that_cannot_be_noted_counts_as_no_attempt(hall: Hall) -> None:
    await hall.say("poison")
    row = await the_row(hall)
    attempts = Attempts(
        hall.sessions, hall.clock, hall.deeds, CallAnswers({}), Alerts(Outbox(hall.clock), None),
        database_pause_seconds=7,
    )  # fmt: skip
    with failing("UPDATE inbox", away(), OURS):
        assert [await attempts.failed(row, KeyError("x")) for _ in range(2)] == [7, 7]
    assert (row.attempts, (await the_row(hall)).attempts) == (0, 0)
    await hall.sessions.change(lambda session: session.execute(update(InboxRow).values(status="done")))
    assert await attempts.failed(row, KeyError("x")) is None, "it is somebody else's now"
    assert (await the_row(hall)).attempts == 0


@ON_SQLITE
async def test_a_failing_update_comes_back_by_itself_after_others_have_passed(hall: Hall) -> None:
    hall.deeds.faults = [ValueError("not yet")] * 3
    await hall.say("faulty", "later")
    await hall.run_all(first_pause_seconds=0.02, lane_held_seconds=0.01)
    assert await hall.sessions.read(deeds_done) == ["later", "faulty"]


class Mute(Deeds):
    """What comes after the commit always fails."""

    async def _end(self, text: str, update: dict[str, Any]) -> After | None:
        async def after() -> None:
            raise OURS

        return after


@ON_SQLITE
async def test_an_answer_that_fails_after_the_commit_undoes_nothing(hall: Hall) -> None:
    hall.deeds = Mute()
    await hall.say("one", "two")
    await hall.run_all()
    assert await hall.sessions.read(deeds_done) == ["one", "two"]
    assert await hall.sessions.read(statuses) == {"done": 2}


@ON_SQLITE
async def test_an_inbox_longer_than_the_memory_is_read_by_and_by(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbot.kit.inbox.sources.ROWS_A_READ", 2)
    monkeypatch.setattr("plumbot.kit.inbox.sources.ROWS_IN_MEMORY", 3)
    for person in range(7):
        await hall.say(f"{person}", by=100 + person)
    await hall.run_all(look_again_seconds=60)
    assert len(await hall.sessions.read(deeds_done)) == 7


@ON_POSTGRES
async def test_who_holds_enough_claims_no_more_until_there_is_room(hall: Hall) -> None:
    lanes = ClaimedLanes(hall.sessions, "far:1:1")
    await hall.say("one")
    assert list(await lanes.more(range(1_000, 1_000 + ROWS_CLAIMED))) == []
    assert (lanes.has_more(ROWS_CLAIMED), lanes.has_more(1)) == (False, True)
    assert len(await lanes.more([])) == 1


@ON_POSTGRES
async def test_claims_are_left_to_run_out_when_the_database_is_away(hall: Hall) -> None:
    lanes = ClaimedLanes(hall.sessions, "far:1:1")
    await hall.say("one")
    (row,) = await lanes.more([])
    with failing("UPDATE inbox", away(), OURS):
        await lanes.give_back()
        with pytest.raises(ValueError, match="ours"):
            await lanes.let_go(row)
    assert (await the_row(hall)).claimed_by == "far:1:1"


@ON_SQLITE
async def test_a_database_that_goes_away_while_a_batch_is_halved_gets_it_again(spine: SessionManager) -> None:
    def observe(_session: Session, chatter: Sequence[dict[str, Any]]) -> None:
        raise OURS if len(chatter) > 1 else away()

    intake = Intake(spine, TurnableClock(), BOT_ID, GroupInterest((), ()), (observe,))
    with pytest.raises(OperationalError):
        await intake.take([said(1), said(2)])
    assert await stored(spine) == []


@ON_SQLITE
async def test_what_we_fail_to_store_is_asked_for_again(
    spine: SessionManager, client: TelegramClient, post: Post
) -> None:
    hand_over(post, [message(5)], [message(5)])
    with failing("INSERT INTO inbox", OURS, OURS):
        async with polling(spine, client):
            await until(lambda: len(post.made("getUpdates")) >= 3)
    assert [values.get("offset") for values in post.made("getUpdates")][:3] == [None, None, 6]
    assert await stored(spine) == [5]


@ON_SQLITE
async def test_a_stop_ends_the_reading_of_a_long_inbox(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbot.kit.inbox.sources.ROWS_A_READ", 1)
    await hall.say(*(f"slow {n}" for n in range(50)))
    async with hall.running():
        await until(lambda: hall.deeds.tries)
    assert (await hall.sessions.read(statuses))["new"] > 40


def test_the_answer_of_a_call_is_nobodys_message() -> None:
    assert not is_from_private_chat(InboxRow(source="call", kind="call", body="{}"))
