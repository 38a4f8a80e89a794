"""The card: names of every kind, numbers of every size, and no picture drawn twice for the same values."""

from io import BytesIO

import pytest
from PIL import Image, ImageStat

from plumbot.features.profile.card import HEAD, HEIGHT, NAME_SIZE, WIDTH, Card, curve, draw, fitting_name
from plumbot.features.profile.rules import names_to_try, plain_name
from plumbot.kit.fonts import has

ROOM = 780.0
LONG = "Константин Константинопольский-Задунайский-Преображенский"


def card(name: str = "Mira", trend: tuple[int, ...] = (10, 11, 13), place: int = 3) -> Card:
    names = tuple(names_to_try(name, "mira", 1002))
    return Card(names, "In the club since 02.03.2025", ("Karma", trend[-1]), ("Place", place), trend, "30 days")


def picture(of: Card) -> Image.Image:
    data = draw(of)
    assert len(data) < 60_000
    return Image.open(BytesIO(data)).convert("RGB")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mira", "Mira"),
        ("Мира Ёлкина", "Мира Ёлкина"),
        ("🌸 Мира 💜✨", "Мира"),
        ("❤️‍🔥", "@mira"),
        ("𝓜𝓲𝓻𝓪", "Mira"),
        ("  Mira   K  ", "Mira K"),
        ("李明", "@mira"),
        ("Mira 李", "@mira"),
        ("משה", "@mira"),
        ("", "@mira"),
        (LONG, "@mira"),
        ("Żółć Straße", "Żółć Straße"),
    ],
)
def test_a_card_calls_people_by_what_it_can_write(name: str, shown: str) -> None:
    assert fitting_name(names_to_try(name, "mira", 1002), ROOM)[0] == shown


def test_a_long_name_shrinks_before_it_is_given_up() -> None:
    text, shape = fitting_name(names_to_try("Александра Преображенская", None, 1), ROOM)
    assert text == "Александра Преображенская"
    assert shape.size < NAME_SIZE
    assert shape.getlength(text) <= ROOM


def test_without_a_username_the_id_stands_there() -> None:
    assert fitting_name(names_to_try("李明", None, 7_000_000_123), ROOM)[0] == "7000000123"


def test_emoji_leave_no_gap_in_a_name() -> None:
    assert plain_name("Mira 🌸 K 👩‍👩‍👧") == "Mira K"


@pytest.mark.parametrize(
    "trend", [(10,) * 31, (0, 0, 1), (1_000_000, 0, -1_000_000), tuple(range(-15, 16)), (-2_147_483_648,) * 2]
)
def test_every_trend_can_be_drawn(trend: tuple[int, ...]) -> None:
    assert picture(card(trend=trend, place=1_000_000)).size == (WIDTH, HEIGHT)


def test_a_level_line_stands_in_the_middle_and_a_rise_goes_from_bottom_to_top() -> None:
    box = (0.0, 0.0, 100.0, 50.0)
    assert curve([5, 5], box) == [(0, 25), (100, 25)]
    assert curve([1, 3], box) == [(0, 50), (100, 0)]


def test_without_karma_the_card_is_a_name_and_a_date() -> None:
    bare = Card(("Mira",), "In the club since 02.03.2025", None, None, (), "30 days")
    assert picture(bare).size == (WIDTH, HEAD)


def test_it_brings_its_own_dark_ground_for_light_and_dark_chats() -> None:
    image = picture(card())
    corners = [image.getpixel(at) for at in ((2, 2), (WIDTH - 3, 2), (2, HEIGHT - 3), (WIDTH - 3, HEIGHT - 3))]
    assert all(isinstance(each, tuple) and max(each) < 90 for each in corners)
    assert ImageStat.Stat(image.convert("L")).extrema[0][1] > 230  # and what is written is light


def test_equal_values_share_a_key_and_others_do_not() -> None:
    assert card().key == card().key
    keys = {card().key, card("Mia").key, card(place=4).key, card(trend=(10, 11, 14)).key}
    assert len(keys) == 4
    assert all(len(key) <= 80 for key in keys)


def test_the_font_has_what_cards_say() -> None:
    assert all(has(sign) for sign in "АЯаяЁёЎўІіЇїЄєҐґ ÄÖÜß ŁłŻż ΑΩ 0123456789 +−±№₽€@_-«»“”…·")
    assert not has("🌸")
