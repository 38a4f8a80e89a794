"""What a profile says, and how it is worded."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma.standing import Standing
from plumbot.features.karma.tables import KarmaDay
from plumbot.features.profile.rules import trend
from plumbot.features.profile.screens import about
from plumbot.features.profile.service import ProfileService
from plumbot.kit.texts import Texts
from tests.features.conftest import FixedClock

MIRA = 1002
ZONE = ZoneInfo("Europe/Moscow")
EN, RU = Texts("en"), Texts("ru")


@pytest.fixture
def profiles(clock: FixedClock, session: Session) -> Profiles:
    profiles = Profiles(clock, 10)
    profiles.meet(session, Person(MIRA, "Mira", "<b>", "mira"))
    profiles.arrive(session, MIRA)
    session.flush()
    return profiles


def service(clock: FixedClock, profiles: Profiles, *, karma: bool = True, card: bool = True) -> ProfileService:
    return ProfileService(clock, profiles, Standing() if karma else None, zone=ZONE, with_card=card)


def earns(session: Session, day: date, plus: int, minus: int = 0) -> None:
    session.add(KarmaDay(user_id=MIRA, day=day, plus=plus, minus=minus))
    profile = session.get(Profile, MIRA)
    assert profile is not None
    profile.karma += plus - minus
    session.flush()


def test_a_member_learns_karma_place_trend_and_since_when(
    session: Session, clock: FixedClock, profiles: Profiles
) -> None:
    earns(session, date(2026, 3, 2), 5, 2)
    earns(session, date(2026, 2, 1), 4)  # the thirtieth day back
    earns(session, date(2026, 1, 31), 7)  # too long ago for the line, not for the karma
    values = service(clock, profiles).about(session, MIRA)
    assert (values["karma"], values["place"], values["since"]) == (24, 1, "2026-03-02")
    assert (len(values["trend"]), values["trend"][0], values["trend"][1], values["trend"][-1]) == (31, 17, 21, 24)
    said = about(EN, **values)
    assert "Karma: 24 points" in said.text
    assert "Place in the club: 1" in said.text
    assert "In 30 days: +7 points" in said.text
    assert "In the club since 02.03.2026" in said.text
    assert "Mira &lt;b&gt;" in said.text
    assert said.photo is not None


def test_the_day_of_joining_is_the_clubs(session: Session, clock: FixedClock, profiles: Profiles) -> None:
    profile = session.get(Profile, MIRA)
    assert profile is not None
    profile.joined_at = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    assert service(clock, profiles).about(session, MIRA)["since"] == "2026-03-02"


def test_without_karma_nothing_is_said_of_it(session: Session, clock: FixedClock, profiles: Profiles) -> None:
    said = about(EN, **service(clock, profiles, karma=False).about(session, MIRA))
    assert "Karma" not in said.text
    assert "In the club since" in said.text


def test_without_the_card_the_text_says_it_all(session: Session, clock: FixedClock, profiles: Profiles) -> None:
    said = about(EN, **service(clock, profiles, card=False).about(session, MIRA))
    assert said.photo is None
    assert "Karma: 10 points" in said.text


@pytest.mark.parametrize(
    ("karma", "words"),
    [
        (1, "1 балл"),
        (2, "2 балла"),
        (5, "5 баллов"),
        (11, "11 баллов"),
        (21, "21 балл"),
        (-1, "−1 балл"),
        (0, "0 баллов"),
    ],
)
def test_points_are_counted_as_russian_does(karma: int, words: str) -> None:
    said = about(RU, user_id=1, name="Мира", username=None, since=None, card=False, karma=karma, trend=[karma] * 31)
    assert f"Карма: {words}\n" in f"{said.text}\n"


def test_the_picture_differs_by_language_and_value_only() -> None:
    def key(t: Texts, **other: object) -> str:
        values = {"user_id": 1, "name": "M", "username": None, "since": "2026-03-02", "card": True, "karma": 5} | other
        photo = about(t, **values).photo  # type: ignore[arg-type]  # a test's short way to give them
        assert photo is not None
        return photo.key

    assert key(EN) == key(EN)
    assert len({key(EN), key(RU), key(EN, karma=6), key(EN, name="N")}) == 4


def test_the_longest_names_and_numbers_fit_a_caption() -> None:
    for t in (EN, RU):
        said = about(
            t, user_id=7_000_000_123, name="Ж" * 200, username="w" * 32, since="2026-03-02", card=True,
            karma=-2_147_483_648, place=1_000_000, trend=[0, 2_147_483_647],
        )  # fmt: skip
        assert len(said.text.striptags()) <= 1024


def test_a_trend_is_reckoned_backwards_from_what_karma_is_now() -> None:
    changes: Mapping[date, int] = {date(2026, 3, 2): 3, date(2026, 2, 28): -1}
    assert trend(12, changes, date(2026, 3, 2), days=4) == [10, 10, 9, 9, 12]
