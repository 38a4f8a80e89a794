"""The last cut keeps tags closed, references whole, and counts as Telegram does."""

import pytest

from plumbot.kit.outbox.fitting import LONGEST_LABEL, fitted, label, leads_out, shortened, units
from plumbot.sandbox.html import parse

NESTED = '<b>Name <i>and <a href="https://example.org">link</a></i></b> &lt;and&gt; <code>&amp;more</code> 😀😀😀'


@pytest.mark.parametrize("limit", range(2, 45))
def test_a_cut_text_is_valid_and_no_longer_than_the_limit(limit: int) -> None:
    text, _ = parse(fitted(NESTED, limit))
    whole, _ = parse(NESTED)
    assert units(text) <= limit
    assert text == whole or (text.endswith("…") and whole.startswith(text[:-1]))


def test_what_fits_is_left_as_it_is() -> None:
    html = "<b>" + "&amp;" * 4_096 + "</b>"
    assert fitted(html, 4_096) == html


def test_an_emoji_is_never_cut_in_halves() -> None:
    assert shortened("😀" * 10, 6) == "😀😀…"
    assert parse(fitted("<b>" + "😀" * 10 + "</b>", 6))[0] == "😀😀…"


def test_the_writing_direction_is_not_turned_round_by_a_name() -> None:
    assert fitted("Approve \u202eeht\u202c \u2066x\u2069", 100) == "Approve eht x"
    assert fitted("מרים مريم", 100) == "מרים مريم"


def test_a_button_has_one_line_of_text() -> None:
    assert label("Ann\nLee\x00") == "Ann Lee\ufffd"
    assert label("\n ") == "…"
    assert units(label("😀" * 100)) <= LONGEST_LABEL


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://example.org/rules?x=1#y", True), ("HTTP://example.org", True), ("tg://resolve?domain=x", True),
        ("javascript:alert(1)", False), ("data:text/html,x", False), ("file:///etc/passwd", False), ("//x", False),
        ("https://", False), ("https://a b", False), ("https://a\nb", False), ("https://" + "a" * 3_000, False),
    ],
)  # fmt: skip
def test_buttons_lead_only_to_pages_and_into_telegram(url: str, opens: bool) -> None:
    assert leads_out(url) is opens
