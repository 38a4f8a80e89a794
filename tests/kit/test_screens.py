"""What is shared by screens: names as others read them."""

import pytest

from plumbot.kit.screens import as_code

AFTER = "\u200e"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mira", "<code>Mira</code>"),
        ("<b>@ada", "<code>&lt;b&gt;@ada</code>"),
        ("Ада", "<code>Ада</code>"),
        ("مريم", f"<code>مريم</code>{AFTER}"),
        ("Mira מרים", f"<code>Mira מרים</code>{AFTER}"),
        ("", "<code></code>"),
    ],
)
def test_numbers_stay_behind_a_name_whichever_way_it_is_written(name: str, shown: str) -> None:
    assert as_code(name) == shown
