"""Lanes: each update takes effect once, one at a time for each person, and a bad one stops nobody."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from plumbot.kit.alerts import Alerts
from plumbot.kit.db import CommitLost, SessionManager, Unit
from plumbot.kit.inbox.attempts import ATTEMPTS, ATTEMPTS_IN_SILENCE
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.runner import After, CallAnswers, LaneRunner
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.refusals import N_, Refusal
from plumbot.kit.switches import Switch
from tests.support.telegram import BOT_ID, TurnableClock, until

OWNER = 1004


ALERTS = ShownMessage.screen == "alerts.alert"


class NotToday(Refusal):
    text: ClassVar[str] = N_("Not today.")


class Deeds:
    """A handling that does what an update's text says, and notes it in the database."""

    def __init__(self) -> None:
        self.slow_seconds = 0.05
        self.running: dict[int, int] = {}
        self.most_running: dict[int, int] = {}
        self.most_lanes = 0
        self.tries: dict[str, int] = {}
        self.answered: list[str] = []
        self.faults: list[Exception] = []

    async def handle(self, row: InboxRow, update: dict[str, Any], unit: Unit) -> After | None:
        text = update["message"]["text"]
        self.tries[text] = self.tries.get(text, 0) + 1
        self.running[row.lane] = self.running.get(row.lane, 0) + 1
        self.most_running[row.lane] = max(self.running[row.lane], self.most_running.get(row.lane, 0))
        self.most_lanes = max(self.most_lanes, sum(1 for running in self.running.values() if running))
        try:
            if text.startswith("slow"):
                await asyncio.sleep(self.slow_seconds)
            await unit.run(did, text)
            return await self._end(text, update)
        finally:
            self.running[row.lane] -= 1

    async def _end(self, text: str, update: dict[str, Any]) -> After | None:
        update.clear()  # nobody may rely on it afterwards
        if text.endswith("poison"):
            raise ValueError("it always fails \ud800\x00")
        if text == "faulty" and self.faults:
            raise self.faults.pop()
        if text == "refused":
            raise NotToday

        async def after() -> None:
            self.answered.append(text)

        return after

    async def refuse(self, row: InboxRow, update: dict[str, Any], refusal: Refusal, unit: Unit) -> After | None:
        await unit.run(did, f"refused {update['message']['text']}: {refusal.text}")
        return None


def did(session: Session, what: str) -> None:
    session.add(Switch(name=what[:60], value=1, updated_at=TurnableClock().now()))
    session.flush()


def deeds_done(session: Session) -> list[str]:
    return list(session.scalars(select(Switch.name).order_by(Switch.updated_at)))


def statuses(session: Session) -> dict[str, int]:
    counted = session.execute(select(InboxRow.status, func.count()).group_by(InboxRow.status)).all()
    return {str(status): int(count) for status, count in counted}


class Hall:
    """An inbox, a runner, and what was done."""

    def __init__(self, sessions: SessionManager, clock: TurnableClock) -> None:
        self.sessions = sessions
        self.clock = clock
        self.deeds = Deeds()
        self.answers: dict[str, Any] = {}
        self.numbers = iter(range(1, 100_000))
        self.observed: list[str] = []
        self.intake = Intake(sessions, clock, BOT_ID, GroupInterest((), ()), (self.observe,))
        self.troubles = 0

    def observe(self, _session: Session, chatter: Sequence[dict[str, Any]]) -> None:
        texts = [update["message"]["text"] for update in chatter]
        if "shy" in texts and self.troubles:
            self.troubles -= 1
            raise ValueError("not yet")
        self.observed.extend(texts)

    async def say(self, *texts: str, by: int = 7, chat: str = "private") -> None:
        place = {"id": by if chat == "private" else -5, "type": chat}
        await self.intake.take(
            [
                {"update_id": next(self.numbers), "message": {"from": {"id": by}, "chat": place, "text": text}}
                for text in texts
            ]
        )

    @asynccontextmanager
    async def running(self, **more: Any) -> AsyncIterator[LaneRunner]:
        alerts = Alerts(Outbox(self.clock), OWNER)
        times = {"first_pause_seconds": 0.001, "look_again_seconds": 0.1, "intake": self.intake, **more}
        runner = LaneRunner(self.sessions, self.clock, self.deeds, CallAnswers(self.answers), alerts, **times)
        task = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            runner.stop()
            await asyncio.wait_for(task, 5)

    async def settled(self) -> None:
        async def nothing_new() -> bool:
            return "new" not in await self.sessions.read(statuses)

        await until(nothing_new)

    async def run_all(self, **more: Any) -> None:
        async with self.running(**more):
            await self.settled()


@pytest.fixture
def hall(spine: SessionManager, clock: TurnableClock) -> Hall:
    return Hall(spine, clock)


async def test_each_update_takes_effect_once_in_the_order_of_its_lane(hall: Hall) -> None:
    await hall.say(*(f"slow {n}" for n in range(5)))
    await hall.say(*(f"other {n}" for n in range(5)), by=8)
    await hall.run_all()
    done = await hall.sessions.read(deeds_done)
    assert [deed for deed in done if deed.startswith("slow")] == [f"slow {n}" for n in range(5)]
    assert len(done) == 10
    assert hall.deeds.most_running == {7: 1, 8: 1}
    assert set(hall.deeds.answered) == set(done)


async def test_a_slow_person_holds_nobody_else(hall: Hall) -> None:
    for person in range(10):
        await hall.say(f"slow {person}", by=100 + person)
    await hall.run_all()
    assert hall.deeds.most_lanes > 1


async def test_a_poison_update_is_set_aside_with_one_alert_and_the_others_go_on(hall: Hall) -> None:
    await hall.say("before", "poison", "after")
    await hall.run_all()
    assert await hall.sessions.read(statuses) == {"done": 2, "dead": 1}
    assert await hall.sessions.read(deeds_done) == ["before", "after"]
    assert hall.deeds.tries["poison"] == ATTEMPTS
    alerts = await hall.sessions.read(lambda s: s.scalars(select(ShownMessage).where(ALERTS)).all())
    assert [(alert.chat_id, alert.values["values"]["attempts"]) for alert in alerts] == [(OWNER, ATTEMPTS)]


async def test_whose_update_fails_is_told_once_and_given_a_number(hall: Hall) -> None:
    await hall.say("poison")
    await hall.run_all()
    told = await hall.sessions.read(lambda s: s.scalars(select(ShownMessage).where(~ALERTS)).all())
    assert [(one.chat_id, one.screen, one.values["given_up"]) for one in told] == [(7, "errors.sorry", True)]
    assert len(told[0].values["reference"]) == 6


async def test_what_succeeds_after_all_takes_its_apology_back(hall: Hall) -> None:
    hall.deeds.faults = [ValueError("not yet")] * ATTEMPTS_IN_SILENCE
    await hall.say("faulty")
    await hall.run_all()
    assert await hall.sessions.read(deeds_done) == ["faulty"]
    told = await hall.sessions.read(lambda s: s.scalars(select(ShownMessage)).all())
    assert [(one.screen, one.retired) for one in told] == [("errors.sorry", True)]


async def test_a_failure_that_is_soon_over_is_passed_over_in_silence(hall: Hall) -> None:
    hall.deeds.faults = [ValueError("not yet")] * (ATTEMPTS_IN_SILENCE - 1)
    await hall.say("faulty")
    await hall.run_all()
    assert await hall.sessions.read(deeds_done) == ["faulty"]
    assert await hall.sessions.read(lambda s: s.scalars(select(ShownMessage)).all()) == []


async def test_a_failing_update_lets_later_ones_of_its_lane_pass_after_a_while(hall: Hall) -> None:
    await hall.say("poison", "later")
    async with hall.running(first_pause_seconds=0.2, lane_held_seconds=0.1):
        await until(lambda: "later" in hall.deeds.answered)
        assert hall.deeds.tries["poison"] < ATTEMPTS


@pytest.mark.parametrize("fault", [CommitLost("x"), OperationalError("", None, TimeoutError())])
async def test_faults_of_the_database_do_not_count_as_attempts(hall: Hall, fault: Exception) -> None:
    hall.deeds.faults = [fault] * (ATTEMPTS + 3)
    await hall.say("faulty")
    await hall.run_all(database_pause_seconds=0.001)
    assert await hall.sessions.read(deeds_done) == ["faulty"]
    assert await hall.sessions.read(lambda s: s.scalars(select(InboxRow.attempts)).one()) == 0


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)  # for claims see test_claims.py
async def test_attempts_and_their_pauses_outlive_the_process(hall: Hall) -> None:
    await hall.say("poison")
    async with hall.running(first_pause_seconds=30):
        await until(lambda: hall.deeds.tries)
    row = await hall.sessions.read(lambda s: s.scalars(select(InboxRow)).one())
    assert (row.attempts, row.status, row.not_before is not None) == (1, "new", True)
    async with hall.running():
        await asyncio.sleep(0.1)
        assert hall.deeds.tries["poison"] == 1
    hall.clock.ahead = timedelta(minutes=1)
    await hall.run_all()
    assert hall.deeds.tries["poison"] == ATTEMPTS


async def test_a_refusal_drops_the_effect_and_commits_its_own_screen_with_the_mark(hall: Hall) -> None:
    await hall.say("refused")
    await hall.run_all()
    assert await hall.sessions.read(deeds_done) == ["refused refused: Not today."]
    assert await hall.sessions.read(statuses) == {"done": 1}


async def test_what_somebody_else_has_finished_takes_no_effect_here(hall: Hall) -> None:
    await hall.say("slow one")

    def finish(session: Session) -> None:
        session.execute(update(InboxRow).values(status="done"))

    async with hall.running():
        await until(lambda: hall.deeds.tries)
        await hall.sessions.change(finish)
        await until(lambda: not hall.deeds.running[7])
    assert await hall.sessions.read(deeds_done) == []


async def test_rows_that_another_process_set_back_to_new_are_run(hall: Hall) -> None:
    await hall.say("first")
    async with hall.running():
        await hall.settled()

        def again(session: Session) -> None:
            body = json.dumps({"message": {"text": "again"}})
            session.execute(update(InboxRow).values(status="new", attempts=0, body=body))

        await hall.sessions.change(again)
        await until(lambda: "again" in hall.deeds.answered)


async def test_a_stop_finishes_what_runs_and_leaves_the_rest_in_the_inbox(hall: Hall) -> None:
    await hall.say(*(f"slow {n}" for n in range(20)))
    async with hall.running():
        await until(lambda: len(hall.deeds.tries) >= 2)
    counted = await hall.sessions.read(statuses)
    assert counted["done"] == len(await hall.sessions.read(deeds_done)) >= 2
    assert counted["new"] == 20 - counted["done"]
    await hall.run_all()
    assert await hall.sessions.read(statuses) == {"done": 20}


async def test_what_fails_while_all_stops_is_left_in_the_inbox_with_its_pause(hall: Hall) -> None:
    await hall.say("slow poison")
    async with hall.running(first_pause_seconds=30, lane_held_seconds=0.1):
        await until(lambda: hall.deeds.tries)
    row = await hall.sessions.read(lambda s: s.scalars(select(InboxRow)).one())
    assert (row.attempts, row.status, row.not_before is not None) == (1, "new", True)


async def test_a_stop_does_not_wait_for_pauses(hall: Hall) -> None:
    await hall.say("poison")
    async with hall.running(first_pause_seconds=5):
        await until(lambda: hall.deeds.tries)
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 1


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
async def test_only_who_holds_the_lease_runs_lanes(hall: Hall) -> None:
    async with hall.running(holder="elsewhere:1"):
        await hall.say("one")
        await hall.settled()
        other = Hall(hall.sessions, hall.clock)
        async with other.running(holder="elsewhere:2"):
            await hall.say("two", "three")
            await hall.settled()
        assert other.deeds.tries == {}


async def test_the_answer_of_a_call_goes_to_the_method_that_was_named(hall: Hall) -> None:
    got: list[Answer] = []

    def made(session: Session, answer: Answer) -> None:
        did(session, "made")
        got.append(answer)

    def put(session: Session) -> None:
        body = json.dumps({"then": "link.made", "answer": {"ok": True, "result": {"a": 1}, "values": {"id": 5}}})
        session.add(
            InboxRow(
                bot_id=BOT_ID, source="call", update_id=1, kind="call", lane=7, body=body, received_at=hall.clock.now()
            )
        )

    hall.answers["link.made"] = made
    await hall.sessions.change(put)
    await hall.run_all()
    assert got == [Answer(True, {"a": 1}, values={"id": 5})]
    assert await hall.sessions.read(deeds_done) == ["made"]


async def test_chatter_that_failed_when_it_came_in_is_observed_by_its_lane(hall: Hall) -> None:
    hall.troubles = 4
    await hall.say("calm", "shy", chat="supergroup")
    await hall.run_all()
    assert hall.observed == ["calm", "shy"]
    assert hall.deeds.tries == {}
    assert await hall.sessions.read(statuses) == {"done": 2}
