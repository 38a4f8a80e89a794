"""Speech in the club's chat: remembered, asked for by /text or a reaction, written down by itself where admins wish."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.tables import AuditEntry
from plumbot.features.transcription import rules
from plumbot.features.transcription.schemas import clip_in
from plumbot.features.transcription.tables import A2TJob, Heard
from tests.features.conftest import FixedClock
from tests.features.transcription.speech_house import ADA, BORIS, CLUB, MIRA, OLEG, SpeechHouse, clip, states

Json = dict[str, Any]


def message(number: int, by: int = OLEG, chat: int = CLUB, **more: Any) -> Json:
    voice = {"file_id": f"f{number}", "file_unique_id": f"u{number}", "duration": 3, "file_size": 900}
    content = {"message_id": number, "from": {"id": by}, "chat": {"id": chat}, "voice": voice}
    return {"message": content | more}


def reaction(number: int, by: int, *new: str, old: tuple[str, ...] = (), chat: int = CLUB) -> Json:
    told = {"message_id": number, "chat": {"id": chat}, "user": {"id": by}}
    both = {"new_reaction": new, "old_reaction": old}
    signs = {name: [{"type": "emoji", "emoji": one} for one in found] for name, found in both.items()}
    return {"message_reaction": told | signs}


@pytest.fixture
def club(session: Session, clock: FixedClock) -> Callable[[str], SpeechHouse]:
    def opened(mode: str) -> SpeechHouse:
        house = SpeechHouse(clock, mode=mode)
        house.opens(session)
        return house

    return opened


def test_a_reaction_asks_for_what_was_said_before(session: Session, club: Callable[[str], SpeechHouse]) -> None:
    house = club("reply")
    house.group.observe(session, [message(7), reaction(7, MIRA, "👍"), reaction(7, MIRA, "👍", "✍", old=("👍",))])
    job = session.scalars(select(A2TJob)).one()
    assert (job.user_id, job.speaker_id, job.chat_id, job.message_id, job.priority) == (MIRA, OLEG, CLUB, 7, 0)


@pytest.mark.parametrize(
    "updates",
    [
        [message(7), reaction(7, BORIS, "✍")],  # no member
        [message(7), reaction(7, MIRA, "✍", old=("✍",))],  # it was there before
        [message(7), reaction(7, MIRA, "✍", chat=-5)],
        [message(7, chat=-5), reaction(7, MIRA, "✍")],
        [reaction(8, MIRA, "✍")],
        [message(7, voice=None), reaction(7, MIRA, "✍")],
        [{"message": {"message_id": 7, "chat": {"id": CLUB}, "voice": {"file_id": 5}}}, reaction(7, MIRA, "✍")],
        [{"message_reaction": {"message_id": "7", "chat": {"id": CLUB}, "new_reaction": 5}}],
    ],
)
def test_nobody_else_and_nothing_else_is_heard(
    session: Session, club: Callable[[str], SpeechHouse], updates: list[Json]
) -> None:
    club("reply").group.observe(session, updates)
    assert states(session) == []


def test_where_it_is_off_nothing_is_remembered(session: Session, club: Callable[[str], SpeechHouse]) -> None:
    house = club("off")
    house.group.observe(session, [message(7), reaction(7, MIRA, "✍")])
    assert session.scalars(select(Heard)).all() == []
    with pytest.raises(rules.NotHere):
        house.group.asked(session, clip(7, chat=CLUB), MIRA, CLUB)
    with pytest.raises(rules.NotHere):
        house.group.switch(session, True, OLEG)


def test_in_other_groups_nobody_is_heard(session: Session, club: Callable[[str], SpeechHouse]) -> None:
    with pytest.raises(rules.NotHere):
        club("reply").group.asked(session, clip(7, chat=-5), MIRA, -5)


def test_by_itself_only_where_it_is_switched_on_and_never_for_those_who_opted_out(
    session: Session, club: Callable[[str], SpeechHouse]
) -> None:
    house = club("reply")
    house.group.observe(session, [message(1)])
    assert states(session) == []
    house.group.switch(session, True, OLEG)
    for person in (ADA, MIRA):
        profile = house.profiles.find(session, person)
        assert profile is not None
        profile.transcribe = person != ADA
    house.group.observe(session, [message(2), message(3, by=ADA), message(4, by=MIRA)])
    jobs = session.scalars(select(A2TJob)).all()
    assert [(job.message_id, job.user_id, job.priority) for job in jobs] == [(2, OLEG, 1), (4, MIRA, 1)]
    house.group.switch(session, False, OLEG)
    house.group.observe(session, [message(5)])
    assert len(states(session)) == 2
    assert [entry.action for entry in session.scalars(select(AuditEntry))] == ["speech.auto", "speech.auto"]


def test_operators_may_have_it_on_from_the_start(session: Session, club: Callable[[str], SpeechHouse]) -> None:
    house = club("auto")
    house.group.observe(session, [message(1)])
    assert states(session) == ["queued"]


def test_what_is_refused_stops_nothing_else(session: Session, club: Callable[[str], SpeechHouse]) -> None:
    house = club("auto")
    house.group.observe(session, [message(number) for number in range(1, 6)])
    assert states(session) == ["queued"] * 3, "three may wait"
    assert len(session.scalars(select(Heard)).all()) == 5


def test_who_spoke_first_is_the_speaker_of_what_is_forwarded(session: Session) -> None:
    origin = {"type": "user", "sender_user": {"id": ADA}}
    found = clip_in(message(1, by=MIRA, forward_origin=origin)["message"])
    assert found is not None
    assert found.speaker_id == ADA
    hidden = clip_in(message(1, by=MIRA, forward_origin={"type": "hidden_user"})["message"])
    assert hidden is not None
    assert hidden.speaker_id == 0


def test_a_document_is_heard_only_if_it_is_sound() -> None:
    def of_kind(mime: str | None) -> Json:
        media = {"file_id": "f", "file_unique_id": "u", "mime_type": mime}
        return {"message_id": 1, "chat": {"id": 1}, "from": {"id": 1}, "document": media}

    assert [bool(clip_in(of_kind(mime))) for mime in ("audio/mpeg", "application/ogg", "application/pdf", None)] == [
        True, True, False, False,
    ]  # fmt: skip
