"""What people may ask of speech, what each no says, and what they see."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.features.transcription import rules
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.schemas import Model
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.refusals import Refusal
from tests.features.conftest import FixedClock
from tests.features.transcription.speech_house import (
    ADA,
    BASE,
    BORIS,
    CLUB,
    MIRA,
    OLEG,
    TINY,
    WORKER,
    ZONE,
    SpeechHouse,
    clip,
    said,
    screens,
    shown,
    states,
)


def test_what_is_sent_is_queued_and_shown_in_reply_to_it(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(7), MIRA)
    assert states(session) == ["queued"]
    key, screen, values = shown(session)[0]
    assert (key, screen, values["before"]) == ("speech:1", "speech.waiting", None)
    assert house.outbox.find(session, key).reply_to == 7  # type: ignore[union-attr]
    assert house.queue.tickets == [None]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"size": rules.LARGEST_BYTES + 1}, rules.TooBig),
        ({"seconds": 3_601}, rules.TooLong),
    ],
)
def test_what_is_too_much_is_refused(
    session: Session, house: SpeechHouse, change: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        house.speech.hear(session, clip(**change), MIRA)
    assert states(session) == []


def test_nothing_attached_is_said(session: Session, house: SpeechHouse) -> None:
    with pytest.raises(rules.NothingAttached):
        house.speech.hear(session, None, MIRA)


def test_where_nobody_listens_the_reason_is_said(session: Session, house: SpeechHouse, clock: FixedClock) -> None:
    house.forward(session, clock, minutes=6)
    with pytest.raises(rules.NobodyListens):
        house.speech.hear(session, clip(), MIRA)
    house.hearing.announce(session, "other:2", (), "no engine is installed")
    session.flush()
    with pytest.raises(rules.NothingInstalled):
        house.speech.hear(session, clip(), MIRA)
    assert house.speech.about(session, MIRA)["why_not"] == rules.NothingInstalled.text
    house.hearing.announce(session, WORKER, (TINY,), None)
    session.flush()
    assert house.speech.about(session, MIRA)["why_not"] is None


def test_three_may_wait_and_a_fourth_may_not(session: Session, house: SpeechHouse) -> None:
    for number in range(3):
        house.speech.hear(session, clip(number + 1), MIRA)
    with pytest.raises(rules.TooManyOpen):
        house.speech.hear(session, clip(9), MIRA)
    house.speech.hear(session, clip(10, of=ADA), ADA)
    house.speech.cancel(session, 1, MIRA)
    house.speech.hear(session, clip(9), MIRA)


def test_a_days_jobs_are_used_up_until_midnight_in_the_club(session: Session, clock: FixedClock) -> None:
    house = SpeechHouse(clock, SpeechLimits(ZONE, rules.LARGEST_BYTES, daily_jobs=2))
    house.opens(session)
    for number in (1, 2):
        house.speech.hear(session, clip(number), MIRA)
        job = house.claims(session)
        house.jobs.finish(session, job.job_id, job.attempt, said(f"Words {number}."), 100)
    with pytest.raises(rules.JobsUsedUp) as refused:
        house.speech.hear(session, clip(3), MIRA)
    assert refused.value.values == {"n": 2, "hours": 9, "minutes": 0}  # noon UTC is three in Moscow
    house.speech.hear(session, clip(1), MIRA)  # known already: it costs nothing
    house.forward(session, clock, hours=9)
    house.hearing.announce(session, WORKER, (BASE,), None)
    house.speech.hear(session, clip(3), MIRA)
    assert states(session) == ["done", "done", "done", "queued"]


def test_a_days_minutes_count_what_is_claimed_and_then_what_was_heard(session: Session, clock: FixedClock) -> None:
    house = SpeechHouse(clock, SpeechLimits(ZONE, rules.LARGEST_BYTES, daily_minutes=10))
    house.opens(session)
    house.speech.hear(session, clip(1, seconds=480), MIRA)
    with pytest.raises(rules.MinutesUsedUp) as refused:
        house.speech.hear(session, clip(2, seconds=121), MIRA)
    assert refused.value.values["left"] == 2
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("Short after all.", seconds=60.0), 100)
    house.speech.hear(session, clip(2, seconds=121), MIRA)


def test_cancelled_before_anybody_began_costs_nothing(session: Session, clock: FixedClock) -> None:
    house = SpeechHouse(clock, SpeechLimits(ZONE, rules.LARGEST_BYTES, daily_jobs=1))
    house.opens(session)
    house.speech.hear(session, clip(1), MIRA)
    house.speech.cancel(session, 1, MIRA)
    house.speech.hear(session, clip(2), MIRA)
    assert states(session) == ["cancelled", "queued"]


def test_who_opted_out_is_never_transcribed_whoever_asks(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1, of=ADA), ADA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("Hello."), 100)
    speaker = house.profiles.find(session, ADA)
    assert speaker is not None
    speaker.transcribe = False
    for unique in ("unique1", "other"):
        with pytest.raises(rules.OptedOut):
            house.speech.hear(session, clip(5, of=ADA, chat=CLUB, file_unique_id=unique), MIRA)


def test_a_known_file_is_answered_at_once_in_the_same_language(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("Known words."), 100)
    house.speech.hear(session, clip(2, of=ADA, file_unique_id="unique1"), ADA)
    assert states(session) == ["done", "done"]
    assert shown(session, ADA)[0][2]["text"] == "Known words."
    house.speech.hear(session, clip(3, of=ADA, file_unique_id="unique1"), ADA, "ru")
    assert states(session)[-1] == "queued"


def test_the_same_message_is_not_heard_twice_at_once(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1, chat=CLUB), MIRA)
    with pytest.raises(rules.AlreadyAsked):
        house.speech.hear(session, clip(1, chat=CLUB), ADA)


def test_a_language_that_nobody_here_knows_is_not_offered(session: Session, house: SpeechHouse) -> None:
    house.hearing.announce(session, WORKER, (Model("onnx/gigaam-v3-e2e-ctc", ("ru",), 1),), None)
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("Слова.", language="ru"), 100)
    assert shown(session)[0][2]["others"] == []


def test_another_language_takes_the_same_message(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("Wrong."), 100)
    assert shown(session)[0][2]["others"] == ["ru"]
    house.speech.again(session, 1, MIRA, "ru", better=False)
    assert [key for key, _, _ in shown(session)] == ["speech:1"]
    assert screens(session) == ["speech.waiting"]
    house.speech.cancel(session, 2, MIRA)
    assert shown(session)[0][2]["text"] == "Wrong.", "cancelled: what was there before is there again"


def test_a_better_model_is_offered_where_there_is_one(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("So so.", model="tiny.en"), 100)
    assert shown(session)[0][2]["better"] is True
    house.speech.again(session, 1, MIRA, "", better=True)
    job = house.claims(session)
    assert job.model == "base"
    house.jobs.finish(session, job.job_id, job.attempt, said("Well."), 100)
    assert shown(session)[0][2]["better"] is False


@pytest.mark.parametrize(
    ("language", "used", "better"),
    [
        ("de", "nemo-parakeet-tdt-0.6b-v3", "faster-whisper/small"),
        ("de", "small", None),
        ("en", "small", "onnx/nemo-parakeet-tdt-0.6b-v3"),
        ("en", "nemo-parakeet-tdt-0.6b-v3", None),
    ],
)
def test_what_is_better_follows_the_table_of_the_language(
    session: Session, house: SpeechHouse, language: str, used: str, better: str | None
) -> None:
    """Parakeet knows German, yet Whisper goes before it there."""
    known = ("de", "en"), ()
    models = [Model("onnx/nemo-parakeet-tdt-0.6b-v3", known[0], 9), Model("faster-whisper/small", known[1], 5)]
    house.hearing.announce(session, WORKER, models, None)
    engine = "faster-whisper" if used == "small" else "onnx"
    assert house.hearing.better_than(session, A2TJob(language=language, engine=engine, model=used)) == better


@pytest.mark.parametrize("who", [MIRA, ADA, OLEG])
def test_who_asked_who_spoke_and_admins_may_cancel(session: Session, house: SpeechHouse, who: int) -> None:
    house.speech.hear(session, clip(1, of=ADA, chat=CLUB), MIRA)
    house.speech.cancel(session, 1, who)
    assert states(session) == ["cancelled"]


def test_nobody_else_may(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1, of=ADA, chat=CLUB), MIRA)
    for act in (house.speech.cancel, house.speech.delete):
        with pytest.raises(rules.NotYours):
            act(session, 1, BORIS)
    with pytest.raises(rules.NotYours):
        house.speech.again(session, 1, BORIS, "ru", better=False)
    assert states(session) == ["queued"]


def test_delete_takes_message_and_words(session: Session, house: SpeechHouse) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said(*["A sentence of some length."] * 200), 100)
    assert len(shown(session)) > 1
    house.speech.delete(session, 1, MIRA)
    assert shown(session) == []
    session.expire_all()
    assert session.scalars(select(A2TJob.text)).all() == [None]
    house.speech.hear(session, clip(2, file_unique_id="unique1"), MIRA)
    assert states(session)[-1] == "queued", "what was deleted is not answered from memory"


def test_a_wish_for_a_language_holds_from_then_on(session: Session, house: SpeechHouse) -> None:
    assert house.speech.wish(session, MIRA, "ru")["language"] == "ru"
    house.speech.hear(session, clip(1), MIRA)
    assert house.claims(session).language == "ru"
    house.speech.wish(session, MIRA, "auto")
    house.speech.hear(session, clip(2), MIRA)
    assert house.claims(session).language is None


def test_old_words_and_clips_are_forgotten(session: Session, house: SpeechHouse, clock: FixedClock) -> None:
    house.speech.hear(session, clip(1), MIRA)
    job = house.claims(session)
    house.jobs.finish(session, job.job_id, job.attempt, said("Long ago."), 100)
    house.speech.forget_old(session, clock.now() + timedelta(days=29))
    session.expire_all()
    assert session.get_one(A2TJob, 1).text == "Long ago."
    house.speech.forget_old(session, clock.now() + timedelta(days=31))
    session.expire_all()
    assert session.get_one(A2TJob, 1).text is None
    with pytest.raises(rules.NotThereAnyMore):
        house.speech.again(session, 1, MIRA, "ru", better=False)
