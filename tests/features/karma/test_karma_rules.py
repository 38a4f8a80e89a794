"""What counts as thanks, what a reaction is worth, and on which day of the club something happens."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plumbot.features.karma.rules import (
    day_of,
    first_day,
    gives_thanks,
    link_to,
    moment_of,
    settle,
    shown_name,
    start_of,
    worth,
)
from plumbot.kit.settings import Settings
from tests.features.karma.conftest import options

USUAL = options()
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "спасибо", "СПАСИБО!", "Большое спасибо, друг", "+", "+ ", "круто…", "(топ)", "+реп", "ну ты класс)",
        "спасибо\ufe0f", "спа\u00adсибо", "«Спасибо»", "спасибо👍", "да,спасибо,друг", "Класс!!!", "согл.",
    ],
)  # fmt: skip
def test_thanks_are_heard_in_any_case_and_with_any_punctuation(text: str) -> None:
    assert gives_thanks(text, USUAL.thanks)


@pytest.mark.parametrize(
    "text", ["", "1+1", "++", "C++", "топор", "топ-менеджер", "спасибочки", "одноклассник", "…", "😀"]
)
def test_a_part_of_a_word_is_not_the_word(text: str) -> None:
    assert not gives_thanks(text, USUAL.thanks)


def test_a_composed_letter_equals_the_same_letter_in_two_parts() -> None:
    thanks = options().__class__.read(["Йес", "Merci\u0301"], [], [], 10, BERLIN).thanks
    assert gives_thanks("и\u0306ес", thanks)
    assert gives_thanks("MERCÍ", thanks)


@pytest.mark.parametrize(
    ("emoji", "value"),
    [
        ([], 0), (["👍"], 1), (["❤"], 1), (["❤\ufe0f"], 1), (["❤\u200d🔥"], 1), (["❤\ufe0f\u200d🔥"], 1), (["👎"], -1),
        (["💩", "🤮"], -1), (["👍", "🔥", "❤"], 1), (["👍", "👎"], 0), (["🎉"], 0), (["🎉", "👍"], 1),
    ],
)  # fmt: skip
def test_reactions_are_sets_worth_one_point_at_most(emoji: list[str], value: int) -> None:
    assert worth(emoji, USUAL.positive, USUAL.negative) == value


def test_every_reaction_of_the_settings_counts_as_it_stands_there() -> None:
    said = Settings().karma
    assert {worth([one], USUAL.positive, USUAL.negative) for one in said.positive_reactions} == {1}
    assert {worth([one], USUAL.positive, USUAL.negative) for one in said.negative_reactions} == {-1}


@pytest.mark.parametrize(
    ("value", "applied", "left", "delta", "gross"),
    [
        (1, 0, 10, 1, 1), (0, 1, 10, -1, 1), (-1, 1, 10, -2, 2), (1, 1, 10, 0, 0), (1, 0, 0, 0, 0), (0, 1, 0, -1, 1),
        (-1, 1, 1, -1, 1), (-1, 1, 2, -2, 2), (0, 0, 0, 0, 0), (1, 0, -3, 0, 0),
    ],
)  # fmt: skip
def test_taking_back_is_always_possible_and_giving_within_the_cap(
    value: int, applied: int, left: int, delta: int, gross: int
) -> None:
    settled = settle(value, applied, welcome=True, left_today=left)
    assert (settled.delta, settled.gross) == (delta, gross)


def test_who_is_not_welcome_gets_nothing_but_gives_back() -> None:
    assert settle(1, 0, welcome=False, left_today=10).delta == 0
    assert settle(-1, 1, welcome=False, left_today=10).delta == -1


def test_the_day_is_the_clubs_also_when_the_clocks_change() -> None:
    assert day_of(datetime(2026, 3, 28, 22, 59, tzinfo=UTC), BERLIN) == date(2026, 3, 28)
    assert day_of(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), BERLIN) == date(2026, 3, 29)
    assert day_of(datetime(2026, 3, 29, 22, 0, tzinfo=UTC), BERLIN) == date(2026, 3, 30)
    assert start_of(date(2026, 3, 30), BERLIN) - start_of(date(2026, 3, 29), BERLIN) == timedelta(hours=23)
    assert start_of(date(2026, 10, 26), BERLIN) - start_of(date(2026, 10, 25), BERLIN) == timedelta(hours=25)


def test_a_period_ends_with_today() -> None:
    assert first_day(1, date(2026, 3, 2)) == date(2026, 3, 2)
    assert first_day(7, date(2026, 3, 2)) == date(2026, 2, 24)


def test_a_moment_that_cannot_be_is_now() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    an_hour_ago = now - timedelta(hours=1)
    assert moment_of(int(an_hour_ago.timestamp()), now) == an_hour_ago
    assert moment_of(0, now) == now
    assert moment_of(int((now + timedelta(hours=5)).timestamp()), now) == now


def test_people_are_shown_by_name_then_username_then_id() -> None:
    assert shown_name("Mira", "Plum", "mira", 5) == "Mira Plum"
    assert shown_name(" ", None, "mira", 5) == "mira"
    assert shown_name("", None, None, 5) == "5"
    assert len(shown_name("я" * 200, None, None, 5)) == 64


def test_only_messages_of_supergroups_have_an_address() -> None:
    assert link_to(-1001234567890, 7) == "https://t.me/c/1234567890/7"
    assert link_to(-55, 7) is None
    assert link_to(-1001234567890, None) is None
