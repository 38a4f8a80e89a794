"""Admins correct karma: by id, @name or answer, with a reason, once for each press."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import AuditEntry
from plumbot.features.karma.correction import CorrectionService
from plumbot.features.karma.ledger import Ledger
from plumbot.features.karma.naming import Meant, NeverMet, NobodyNamed, NumberWanted, meant, number_and_reason
from plumbot.features.karma.options import KarmaOptions
from plumbot.features.karma.rules import UnknownPerson
from plumbot.features.karma.service import KarmaService
from plumbot.features.karma.statistics import StatisticsService
from plumbot.features.karma.tables import KarmaEvent
from plumbot.kit.outbox.verbs import Outbox
from tests.features.conftest import FixedClock

NINA, ADA = 1001, 1003
PANEL = "panel:1003"


class House:
    def __init__(self, session: Session, clock: FixedClock) -> None:
        zone = ZoneInfo("Europe/Moscow")
        self.session, self.outbox, profiles = session, Outbox(clock), Profiles(clock, 10)
        options = KarmaOptions.read([], [], [], 10, zone)
        karma = KarmaService(clock, Ledger(clock, zone), ClubChat(-1001), profiles, Audit(clock), options)
        statistics = StatisticsService(clock, profiles, zone)
        self.corrections = CorrectionService(karma, statistics, profiles, self.outbox)
        for user_id, name in ((NINA, "Nina"), (ADA, "Ada")):
            profiles.meet(session, Person(user_id, name, None, name.lower()))
        session.flush()

    def show(self, values: dict[str, Any]) -> None:
        self.outbox.show(self.session, PANEL, ADA, "karma.panel", **values)

    def ledger(self) -> list[tuple[int, int | None, str | None]]:
        rows = self.session.scalars(select(KarmaEvent).order_by(KarmaEvent.id))
        return [(row.delta, row.actor_id, row.reason) for row in rows]

    def audit(self) -> list[dict[str, Any] | None]:
        return list(self.session.scalars(select(AuditEntry.after).where(AuditEntry.action == "karma.change")))


@pytest.fixture
def house(session: Session, clock: FixedClock) -> House:
    return House(session, clock)


@pytest.mark.parametrize(
    ("words", "answered", "with_number", "expected"),
    [
        ("1001 5 helped", None, True, Meant(1001, None, "5 helped")),
        ("@nina 5 helped", NINA, True, Meant(None, "@nina", "5 helped")),
        ("5 helped", NINA, True, Meant(NINA, None, "5 helped")),
        ("-5", NINA, True, Meant(NINA, None, "-5")),
        ("1002 −5", NINA, True, Meant(1002, None, "−5")),
        ("1002", NINA, False, Meant(1002, None, "")),
        ("for her help", NINA, False, Meant(NINA, None, "for her help")),
    ],
)
def test_who_is_meant(words: str, answered: int | None, with_number: bool, expected: Meant) -> None:
    assert meant(words, answered, with_number=with_number) == expected


@pytest.mark.parametrize("words", ["", "helped", "-5 x", "٣ 5", "9" * 30])
def test_nobody_is_guessed(words: str) -> None:
    with pytest.raises(NobodyNamed):
        meant(words, None, with_number=True)


@pytest.mark.parametrize("words", ["", "much", "1.5", "5e3", "²", "--5", "9" * 12])
def test_how_much_is_a_whole_number(words: str) -> None:
    with pytest.raises(NumberWanted):
        number_and_reason(words)


def test_a_change_by_command_is_a_row_of_the_ledger_with_its_reason_and_an_entry_of_the_audit(house: House) -> None:
    assert house.corrections.add(house.session, "@Nina +5 helped  a newcomer", None, by=ADA)["karma"] == 15
    assert house.corrections.set(house.session, "3 enough", NINA, by=ADA)["karma"] == 3
    assert house.ledger() == [(5, ADA, "helped a newcomer"), (-12, ADA, "enough")]
    assert house.audit() == [{"karma": 15, "reason": "helped a newcomer"}, {"karma": 3, "reason": "enough"}]


def test_a_press_takes_the_reason_that_the_panel_shows_and_counts_once(house: House) -> None:
    values = house.corrections.look(house.session, "1001 good talk", None)
    house.show(values)
    pressed = house.corrections.press(house.session, PANEL, NINA, 5, 10, by=ADA)
    assert pressed is not None
    assert (pressed["karma"], pressed["reason"]) == (15, "good talk")
    assert house.corrections.press(house.session, PANEL, NINA, 5, 10, by=ADA) is None
    assert house.ledger() == [(5, ADA, "good talk")]
    assert pressed["changes"][0]["reason"] == "good talk"


def test_the_reason_of_one_person_does_not_go_with_another(house: House) -> None:
    house.show(house.corrections.look(house.session, "1001 good talk", None))
    house.corrections.press(house.session, PANEL, ADA, 1, 10, by=ADA)
    assert house.ledger() == [(1, ADA, "")]
    written = house.corrections.again(house.session, PANEL, NINA, "  in  her own words ")
    assert written["reason"] == "in her own words"


def test_strangers_are_refused_by_name_and_by_id(house: House) -> None:
    with pytest.raises(NeverMet):
        house.corrections.look(house.session, "@nobody", None)
    with pytest.raises(UnknownPerson):
        house.corrections.add(house.session, "77 5", None, by=ADA)
    assert house.ledger() == []
