"""What members see: texts in both languages, pictures that can be drawn of anything."""

import html
import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from plumbot.features.karma import screens
from plumbot.features.karma.picture import Chart, draw
from plumbot.kit.callbacks import LONGEST_BYTES
from plumbot.kit.fonts import drawable, fitting, written
from plumbot.kit.screens import Message
from plumbot.kit.texts import Texts

EN = Texts("en")
HOSTILE = '<b>&"</b>\u202e' + "Ж" * 60
SUMS = {"today": [1, 0], "week": [3, 4], "month": [11, 4], "all": [27, 4]}


WORDS = ("Karma over time", "Who gave most", "Nothing has changed yet.")
CURVE = ((date(2026, 3, 1), 20), (date(2026, 3, 2), 21))
ENDS = ("01.03.2026", "02.03.2026")


def stats(**changed: Any) -> Message:
    usual: dict[str, Any] = {
        "user_id": 5, "name": "Mira", "username": "mira", "karma": 21, "place": 3, "sums": SUMS,
        "curve": [["2026-03-01", 20], ["2026-03-02", 21]], "givers": [[4, "Oleg", None, 1]],
    }  # fmt: skip
    return screens.stats(EN, **(usual | changed))


def change(**changed: Any) -> dict[str, Any]:
    usual = {"delta": 1, "kind": "thanks", "who": "Oleg", "at": "2026-03-02T13:09+01:00", "link": None, "reason": None}
    return usual | changed


def test_stats_say_in_words_what_the_picture_shows() -> None:
    text = str(stats().text)
    assert text.startswith("<code>Mira</code>: <b>21 points</b>, place 3")
    assert "Today: +1 −0\n7 days: +3 −4\n30 days: +11 −4\nIn all: +27 −4" in text


def test_the_same_picture_has_the_same_key_and_another_has_another() -> None:
    keys = [message.photo.key for message in (stats(), stats(), stats(karma=22), stats(place=4)) if message.photo]
    assert keys[0] == keys[1] == keys[3] != keys[2]


@pytest.mark.parametrize("karma", [10, 0, -1, -2_000_000_000, 2_000_000_000])
@pytest.mark.parametrize("name", ["", "Mira", "🎉", "Я" * 64, "王小明", HOSTILE, "\n\t", "מירה"])
def test_a_picture_can_be_drawn_of_anything(name: str, karma: int) -> None:
    days = tuple((date(2026, 1, 1) + timedelta(days=n), karma - n) for n in range(60))
    for curve in ((), days[:1], days[:2], days):
        givers = tuple(((name, "@mira"), n * 4000 + 1) for n in range(5))
        chart = Chart(
            (name, "5"), karma, ("Karma over time", "Who gave most", "Nothing"), curve, givers if curve else ()
        )
        image = Image.open(BytesIO(draw(chart)))
        assert image.format == "PNG"
        assert image.width == 1080
        assert 600 < image.height < 1200


def test_what_the_font_lacks_is_left_out_and_the_id_stands_for_an_empty_name() -> None:
    assert drawable("Мира 🎉 Plum", "5") == "Мира Plum"
    assert drawable("🎉", "5") == "5"


def test_where_the_font_lacks_a_name_the_picture_has_the_account_or_the_id() -> None:
    known, unknown = stats(name="🎉", username="mira").photo, stats(name="🎉", username=None).photo
    assert known is not None
    assert unknown is not None
    assert known.load() == draw(Chart(("@mira", ""), 21, WORDS, CURVE, ((("Oleg", "4"), 1),), ENDS))
    assert unknown.load() == draw(Chart(("5", ""), 21, WORDS, CURVE, ((("Oleg", "4"), 1),), ENDS))


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (-7, "−7"), (1234, "1234"), (12_345, "12 345"), (-2_000_000, "−2 000 000")]
)
def test_large_numbers_are_written_in_groups(number: int, text: str) -> None:
    assert written(number) == text


def test_long_names_shrink_and_are_then_cut() -> None:
    text, shape = fitting("Екатерина Великолепная-Александровна", 300, 40, bold=True)
    assert text.endswith("…")
    assert shape.getlength(text) <= 300
    assert fitting("Mira", 300, 40)[0] == "Mira"


def test_why_names_the_giver_the_time_and_the_message() -> None:
    changes = [
        change(link="https://t.me/c/1/2"),
        change(kind="reaction", delta=-2),
        change(kind="reaction", who=None),
        change(kind="other", who=None, delta=21, reason="a <prize>"),
    ]
    lines = str(screens.why(EN, karma=30, changes=changes).text).split("\n\n")[1].split("\n")
    assert lines == [
        '<a href="https://t.me/c/1/2">02.03 13:09</a> – <b>+1 point</b>, thanks from <code>Oleg</code>',
        "02.03 13:09 – <b>−2 points</b>, <code>Oleg</code> reacted otherwise",
        "02.03 13:09 – <b>+1 point</b>, a reaction",
        "02.03 13:09 – <b>+21 points</b>, by an admin: <code>a &lt;prize&gt;</code>",
    ]


def test_why_without_changes_says_how_karma_comes() -> None:
    assert "Nothing has changed yet" in screens.why(EN, karma=10, changes=[]).text


def test_top_pings_nobody_and_marks_the_chosen_period() -> None:
    message = screens.top(EN, period="week", ranks=[["@ada", 5], ["Mira", 1]], user_id=1, name="Nina", own=[12, 1])
    assert "1. <code>@ada</code> – +5 points\n2. <code>Mira</code> – +1 point" in message.text
    assert "<code>Nina</code>: place 12, +1 point" in message.text
    words = [button.text for row in message.buttons for button in row]
    assert words == ["All time", "Month", "✓ Week", "Today"]


def test_top_without_anybody_says_so_and_gives_no_place() -> None:
    message = screens.top(EN, period="today", ranks=[], user_id=1, name="Nina", own=[0, -2])
    assert "Nobody yet." in message.text
    assert message.text.endswith("<code>Nina</code>: −2 points")


def test_no_name_and_no_reason_injects_markup_or_breaks_a_limit() -> None:
    changes = [change(who=HOSTILE, link="https://t.me/c/1/2"), change(kind="other", reason=HOSTILE * 50)] * 5
    found = [
        stats(name=HOSTILE),
        screens.why(EN, karma=1, changes=changes),
        screens.top(EN, period="all", ranks=[[HOSTILE, 1]] * 10, user_id=1, name=HOSTILE, own=[11, 1]),
    ]
    for message in found:
        tags = set(re.findall(r"<[^>]*>", re.sub(r' href="[^"]*"', "", str(message.text))))
        assert tags <= {"<b>", "</b>", "<code>", "</code>", "<a>", "</a>"}
        assert HOSTILE[:7] in html.unescape(str(message.text))
        assert len(message.text.striptags().encode("utf-16-le")) // 2 < (1024 if message.photo else 4096)
    data = [button.data or "" for row in found[2].buttons for button in row]
    assert max(len(one.encode()) for one in data) < LONGEST_BYTES


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 балл"), (2, "2 балла"), (5, "5 баллов"), (11, "11 баллов"), (21, "21 балл"), (-1, "−1 балл")]
)
def test_russian_plurals_are_right(n: int, said: str) -> None:
    assert str(screens.points(Texts("ru"), n)) == said
