"""What workers do to jobs: whose turn it is, who may end what, what happens after a death."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.features.transcription import rules
from plumbot.features.transcription.jobs import SORRY
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.ports import EngineFailed, NothingRecognised, Progress
from plumbot.features.transcription.screens import SRT, TXT
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.outbox.tables import ShownMessage
from tests.features.conftest import FixedClock
from tests.features.transcription.speech_house import (
    ADA,
    MIRA,
    OLEG,
    WORKER,
    ZONE,
    SpeechHouse,
    clip,
    said,
    screens,
    shown,
    states,
)

MANY = SpeechLimits(ZONE, rules.LARGEST_BYTES, open_jobs=1_000, daily_jobs=1_000, daily_minutes=10_000)


@pytest.fixture
def crowd(session: Session, clock: FixedClock) -> SpeechHouse:
    """A club in which one may have any number of jobs."""
    house = SpeechHouse(clock, MANY)
    house.opens(session)
    return house


def finished_in_order(session: Session, house: SpeechHouse) -> list[tuple[int, int]]:
    """Everybody's jobs done one after the other by a single worker: who, and which message."""
    order = []
    while (job := house.jobs.claim(session, WORKER)) is not None:
        row = session.get_one(A2TJob, job.job_id)
        order.append((row.user_id, row.message_id or 0))
        house.jobs.finish(session, job.job_id, job.attempt, said(f"Words of {job.job_id}."), 1)
    return order


def test_five_hundred_of_one_do_not_hold_up_twenty_others(session: Session, crowd: SpeechHouse) -> None:
    """One worker has just begun the flood when the others come: they wait for that job, and at most for one more."""
    others = range(3_000, 3_020)
    for number in range(500):
        crowd.speech.hear(session, clip(number + 1), MIRA)
    crowd.claims(session)
    for place, other in enumerate(others):
        crowd.speech.hear(session, clip(9_000 + place, of=other), other)
    crowd.jobs.finish(session, 1, 1, said("The first of many."), 1)
    first = []
    for _ in range(len(others) + 1):
        job = crowd.claims(session)
        first.append(session.get_one(A2TJob, job.job_id).user_id)
        crowd.jobs.finish(session, job.job_id, job.attempt, said(f"Words of {job.job_id}."), 1)
    assert set(others) <= set(first)


def test_people_take_turns(session: Session, crowd: SpeechHouse) -> None:
    for person, base in ((MIRA, 100), (ADA, 200), (OLEG, 300)):
        for number in range(3):
            crowd.speech.hear(session, clip(base + number, of=person), person)
    assert [person for person, _ in finished_in_order(session, crowd)] == [MIRA, ADA, OLEG] * 3


def test_a_persons_short_clips_go_before_the_long_ones(session: Session, crowd: SpeechHouse) -> None:
    for number, seconds in ((1, 600), (2, 5), (3, None), (4, 60)):
        crowd.speech.hear(session, clip(number, seconds=seconds), MIRA)
    assert [message for _, message in finished_in_order(session, crowd)] == [2, 4, 1, 3]


def test_what_nobody_asked_for_waits(session: Session, crowd: SpeechHouse) -> None:
    crowd.speech.hear(session, clip(1), MIRA, priority=rules.BY_ITSELF)
    crowd.speech.hear(session, clip(2, seconds=600), MIRA)
    crowd.speech.hear(session, clip(3, of=ADA, seconds=600), ADA)
    assert [message for _, message in finished_in_order(session, crowd)] == [2, 3, 1]


def test_places_are_told_to_those_who_wait(session: Session, crowd: SpeechHouse) -> None:
    for person in (MIRA, ADA, OLEG):
        crowd.speech.hear(session, clip(1, of=person), person)
    crowd.claims(session)
    assert [shown(session, person)[0][2].get("before") for person in (MIRA, ADA, OLEG)] == [None, 0, 1]
    assert screens(session, MIRA) == ["speech.running"]


def test_an_old_claim_changes_nothing(session: Session, house: SpeechHouse, clock: FixedClock) -> None:
    house.speech.hear(session, clip(1), MIRA)
    old = house.claims(session)
    house.forward(session, clock, seconds=31)
    new = house.claims(session, "other:2")
    assert (new.job_id, new.attempt) == (old.job_id, 2)
    assert not house.jobs.finish(session, old.job_id, old.attempt, said("Too late."), 1)
    assert not house.jobs.fail(session, old.job_id, old.attempt, NothingRecognised(), 1)
    assert not house.jobs.go_on(session, old.job_id, old.attempt)
    assert not house.jobs.give_back(session, old.job_id, old.attempt)
    assert house.jobs.finish(session, new.job_id, new.attempt, said("In time."), 1)
    assert shown(session)[0][2]["text"] == "In time."


def test_a_heartbeat_keeps_a_job_three_times_as_long_as_the_lease(
    session: Session, house: SpeechHouse, clock: FixedClock
) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    for _ in range(9):
        house.forward(session, clock, seconds=rules.LEASE.total_seconds() / 3)
        assert house.jobs.claim(session, "other:2") is None
        assert house.jobs.go_on(session, job.job_id, job.attempt)
    assert house.jobs.finish(session, job.job_id, job.attempt, said("At last."), 1)
    assert session.get_one(A2TJob, 1).attempts == 1


def test_a_death_is_told_and_after_the_third_there_is_an_apology(
    session: Session, house: SpeechHouse, clock: FixedClock
) -> None:
    house.speech.hear(session, clip(1), MIRA)
    for _ in range(3):
        house.claims(session)
        assert screens(session) == ["speech.running"]
        house.forward(session, clock, seconds=31)
        house.jobs.sweep(session, "other:2")
    assert states(session) == ["dead"]
    assert shown(session)[0][1:] == ("speech.failed", {"job_id": 1, "text": SORRY, "values": {}, "retry": True})
    assert session.scalar(select(ShownMessage.chat_id).where(ShownMessage.key == "alert:speech:1")) == OLEG
    house.hearing.announce(session, WORKER, (), None)
    house.opens(session)
    house.speech.again(session, 1, MIRA, "", better=False)
    assert screens(session) == ["speech.waiting"]


def test_after_a_death_it_says_that_it_begins_again(session: Session, house: SpeechHouse, clock: FixedClock) -> None:
    house.speech.hear(session, clip(1), MIRA)
    house.claims(session)
    house.forward(session, clock, seconds=31)
    house.jobs.sweep(session, "other:2")
    assert shown(session)[0][1:] == ("speech.waiting", {"job_id": 1, "before": None, "again": True})
    job = house.claims(session)
    house.jobs.go_on(session, job.job_id, job.attempt, Progress(1.0, 2.0, "Half"))
    assert shown(session)[0][2] == {"job_id": 1, "percent": 50, "text": "Half", "again": True}


def test_an_engine_that_breaks_is_given_time(session: Session, house: SpeechHouse, clock: FixedClock) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    assert house.jobs.fail(session, job.job_id, job.attempt, EngineFailed("out of memory"), 5)
    assert house.jobs.claim(session, WORKER) is None
    assert house.queue.tickets[-1] is not None, "the ticket, too, comes later"
    house.forward(session, clock, seconds=6)
    assert house.claims(session).attempt == 2


def test_what_was_not_understood_is_said_and_not_tried_again(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.fail(session, job.job_id, job.attempt, NothingRecognised(), 5)
    assert shown(session)[0][1:] == (
        "speech.failed",
        {"job_id": 1, "text": NothingRecognised.text, "values": {}, "retry": False},
    )
    assert session.get_one(A2TJob, 1).error_code == "nothing_recognised"


def test_a_worker_that_stops_gives_its_job_back_and_that_is_no_failure(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    assert house.jobs.give_back(session, job.job_id, job.attempt)
    again = house.claims(session)
    assert (again.attempt, session.get_one(A2TJob, 1).failures) == (2, 0)


def test_a_job_under_our_own_name_that_we_do_not_do_is_a_dead_ones(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    house.jobs.claim(session, WORKER)
    assert house.jobs.claim(session, WORKER, (1,)) is None
    again = house.jobs.claim(session, WORKER, ())
    assert again is not None
    assert again.attempt == 2


def test_cancelling_takes_the_claim_away(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.speech.cancel(session, 1, MIRA)
    assert not house.jobs.go_on(session, job.job_id, job.attempt, Progress(1, 2, "more"))
    assert not house.jobs.finish(session, job.job_id, job.attempt, said("No."), 1)
    assert screens(session) == ["speech.failed"]


def test_results_by_length(session: Session, house: SpeechHouse) -> None:
    sentence = "This is a sentence that somebody said. "
    for number, (times, seen) in enumerate(
        [(1, ["speech.result"]), (60, ["speech.result"]), (150, ["speech.result"] * 2),
         (300, ["speech.long", "speech.file", "speech.file"])], 1,
    ):  # fmt: skip
        person = 2_000 + number
        house.speech.hear(session, clip(number, of=person), person)
        job = house.claims(session)
        house.jobs.finish(session, job.job_id, job.attempt, said(*[sentence.strip()] * times), 1)
        assert screens(session, person) == seen
    quoted = [values["quoted"] for person in (2_001, 2_002) for _, _, values in shown(session, person)]
    assert quoted == [False, True]
    first, second = (values["text"] for _, _, values in shown(session, 2_003))
    assert first.endswith("said.")
    assert second.startswith("This")
    assert [values["kind"] for _, screen, values in shown(session, 2_004) if screen == "speech.file"] == [TXT, SRT]


def test_the_sweep_makes_good_what_the_queue_forgot(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    house.speech.hear(session, clip(2, of=ADA), ADA)
    house.queue.tickets.clear()
    house.jobs.sweep(session, WORKER)
    assert house.queue.tickets == [None, None]
