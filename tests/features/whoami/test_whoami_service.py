"""Who somebody is: profiles first, then Telegram by id, then the site by name."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.features.whoami import screens
from plumbot.features.whoami.rules import NoAnswer, NotAPerson, SiteSlow, TooManyLookups, asked
from plumbot.features.whoami.schemas import Found
from plumbot.features.whoami.service import WhoamiService
from plumbot.features.whoami.tables import Lookup
from plumbot.kit.here import Here
from plumbot.kit.outbox.render import message_of
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer, Outbox
from tests.features.conftest import FixedClock

MIRA, CLUB = 1002, -100500
HERE = Here(seq=7, chat_id=MIRA, user_id=MIRA, private=True, message_id=40)
NINA = Person(1001, "Nina", "<N>", "Nina_N", "en")


@pytest.fixture
def profiles(clock: FixedClock) -> Profiles:
    return Profiles(clock, 10)


@pytest.fixture
def whoami(clock: FixedClock, profiles: Profiles) -> WhoamiService:
    return WhoamiService(clock, Outbox(clock), profiles, lookup=True)


def shown(session: Session) -> list[tuple[str, dict[str, Any]]]:
    return [(row.screen, row.values) for row in session.scalars(select(ShownMessage).order_by(ShownMessage.id))]


def text(session: Session, language: str = "en") -> str:
    row = session.scalars(select(ShownMessage).order_by(ShownMessage.id.desc())).first()
    assert row is not None
    return str(message_of(row, language).text)


def test_oneself_in_private_and_in_a_topic_of_a_group(session: Session, whoami: WhoamiService) -> None:
    whoami.own(session, NINA, HERE)
    assert "<code>1001</code>" in text(session)
    assert "Nina &lt;N&gt;" in text(session)
    assert "chat" not in text(session)
    whoami.own(session, NINA, replace(HERE, seq=8, chat_id=CLUB, private=False, thread_id=5))
    assert "<code>-100500</code>" in text(session)
    row = session.scalars(select(ShownMessage).where(ShownMessage.chat_id == CLUB)).one()
    assert (row.thread_id, row.reply_to) == (5, 40)


@pytest.mark.parametrize("who", ["@nina_n", "NINA_N", "https://t.me/Nina_N", "1001"])
def test_whom_the_club_knows_is_answered_at_once(
    session: Session, whoami: WhoamiService, profiles: Profiles, who: str
) -> None:
    profiles.meet(session, NINA)
    session.flush()
    whoami.somebody(session, who, HERE)
    assert [screen for screen, _ in shown(session)] == ["whoami.person"]
    assert [*session.scalars(select(BotCall)), *session.scalars(select(Lookup))] == []


def test_an_unknown_id_is_asked_of_telegram(session: Session, whoami: WhoamiService) -> None:
    whoami.somebody(session, "5555", HERE)
    call = session.scalars(select(BotCall)).one()
    assert (call.method, call.values, call.then, call.lane) == ("getChat", {"chat_id": 5555}, "whoami.chat_known", MIRA)
    result = {"id": 5555, "type": "private", "first_name": "Boris"}
    whoami.chat_known(session, Answer(ok=True, result=result, values=call.then_values))
    assert "Boris" in text(session)


@pytest.mark.parametrize(
    "answer", [{"ok": False, "error_code": 400}, {"ok": True, "result": {"id": 5555, "type": "channel"}}], ids=str
)
def test_whom_telegram_does_not_tell_of_is_said_to_be_unknown(
    session: Session, whoami: WhoamiService, answer: dict[str, Any]
) -> None:
    whoami.somebody(session, "5555", HERE)
    note = session.scalars(select(BotCall)).one().then_values
    whoami.chat_known(session, Answer(**answer, values=note))
    assert [screen for screen, _ in shown(session)] == ["whoami.unknown_id"]


def test_without_the_site_an_unknown_name_is_never_met(session: Session, clock: FixedClock, profiles: Profiles) -> None:
    WhoamiService(clock, Outbox(clock), profiles, lookup=False).somebody(session, "@boris", HERE)
    assert [screen for screen, _ in shown(session)] == ["whoami.never_met"]
    assert session.scalars(select(Lookup)).all() == []


def test_the_sites_answer_takes_the_place_of_the_waiting_message(session: Session, whoami: WhoamiService) -> None:
    whoami.somebody(session, "@boris", HERE)
    lookup = session.scalars(select(Lookup)).one()
    assert shown(session) == [("whoami.asking", {"username": "boris"})]
    found = Found.model_validate({"id": 5, "username": "Boris", "firstName": "B"})
    whoami.answered(session, lookup.id, found, None)
    assert [screen for screen, _ in shown(session)] == ["whoami.person"]
    assert "not ours" in text(session)
    whoami.answered(session, lookup.id, None, None)  # asked twice after a kill: the first answer stays
    assert [screen for screen, _ in shown(session)] == ["whoami.person"]
    assert session.scalars(select(Lookup)).all() == []


def test_why_there_is_no_answer_is_said(session: Session, whoami: WhoamiService) -> None:
    whoami.somebody(session, "@boris", HERE)
    whoami.answered(session, session.scalars(select(Lookup)).one().id, None, SiteSlow.text)
    assert "did not answer in time" in text(session)
    assert "@boris" in text(session)


def test_nobody_waits_for_more_than_three_answers(session: Session, whoami: WhoamiService) -> None:
    for number in range(3):
        whoami.somebody(session, f"@somebody{number}", replace(HERE, seq=number))
    with pytest.raises(TooManyLookups):
        whoami.somebody(session, "@somebody9", replace(HERE, seq=9))


@pytest.mark.parametrize(
    "who", ["@ab", "../etc", "a b", "@nina/../..", "0", "-5", "9" * 30, "@nïna", "@1abc", "me@x.org"]
)
def test_what_is_neither_an_id_nor_a_name_is_refused(who: str) -> None:
    with pytest.raises(NotAPerson):
        asked(who)


def reasons(kind: type[NoAnswer] = NoAnswer) -> list[type[NoAnswer]]:
    return [found for each in kind.__subclasses__() for found in (each, *reasons(each))]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_is_a_sentence_in_both_languages(language: str) -> None:
    from plumbot.kit.texts import Texts

    said = {str(screens.no_answer(Texts(language), username="x", text=each.text).text) for each in reasons()}
    assert len(said) == len(reasons())
    assert all(sentence.endswith(".") for sentence in said)
