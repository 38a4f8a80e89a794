"""What applicants and admins read: complete, escaped, within Telegram's limits, in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Places
from plumbot.features.applications import decisions, presses, reasons, refusals, review_screens, rules, screens
from plumbot.features.applications.rules import FIELDS
from plumbot.features.applications.states import Status
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import Refusal
from plumbot.kit.screens import Message, known
from plumbot.kit.texts import LANGUAGES, Texts
from plumbot.sandbox.html import parse

NASTY = "<b>&amp;</b><a href='tg://user?id=1'>{x}</a>%s" + "Ж" * 4000
OURS = {screens.__name__, review_screens.__name__}
ALERT, TEXT, BUTTON_BYTES = 200, 4096, 64
ID = 2**52 - 1
FULL = dict.fromkeys(FIELDS, NASTY)
CARD: dict[str, Any] = {
    "application_id": ID, "user_id": ID, "name": NASTY, "username": NASTY, "slug": NASTY, "fields": FULL,
    "created_at": "2026-03-02T12:00:00+00:00", "corrected_at": "2026-03-02T12:30:00+00:00", "changed": FULL,
    "earlier": {str(s): 3 for s in Status},
    "decided_by": NASTY, "decided_at": "2026-03-02T13:00:00+00:00", "reason": NASTY,
}  # fmt: skip
ITEMS = [{"id": ID - n, "name": NASTY[:40], "slug": NASTY[:90]} for n in range(8)]
WAVE = {"items": ITEMS, "picked": [ID, ID - 1], "total": 99, "page": 1, "pages": 13}
MINE = {"application_id": ID, "slug": NASTY}
QUESTION = {"application_id": ID, "name": NASTY}
SHOWN: list[tuple[str, dict[str, Any]]] = [
    ("choose", {"begun": True}), ("choose", {"begun": False}), ("line", {}), ("change", {}), ("left", {}),
    *(("step", {"field": name, "value": NASTY}) for name in FIELDS), ("step", {"field": "course", "value": None}),
    ("summary", {"values": FULL, "said": NASTY}), ("summary", {"values": dict.fromkeys(FIELDS, "x"), "said": None}),
    ("cancelled", {}), ("nothing_to_cancel", {}), ("go_private", {"url": "https://t.me/b?start=join"}),
    ("go_private", {"url": None}), ("pending", MINE | {"reminded": True}), ("pending", MINE | {"reminded": False}),
    ("changes_wanted", MINE | {"reason": NASTY}), ("changes_wanted", MINE | {"reason": None}),
    ("withdraw", {"application_id": ID}), ("withdrawn", {}), ("rejected", {"reason": NASTY, "after": "x"}),
    ("rejected", {"reason": None, "after": None}), ("already_inside", {}),
    *(("card", CARD | {"status": str(s), "standing": "free", "note": None}) for s in Status),
    *(("card", CARD | {"status": "pending", "standing": s, "note": n}) for s in ("mine", "taken", "unclaimed")
      for n in ("late", "owner")),
    ("card", CARD | {"status": "old", "standing": "?", "note": None, "earlier": {}, "fields": {}, "corrected_at": None,
                     "username": None, "decided_by": None, "reason": None}),
    *((name, QUESTION | {"private": private, "url": url}) for name in ("deny", "fix")
      for private, url in ((True, None), (False, None), (False, "https://t.me/b?start=deny_1"))),
    ("words", QUESTION | {"deny": True}), ("words", QUESTION | {"deny": False}),
    *(("told", {"text": text, "values": {"name": NASTY[:64], "by": NASTY[:64]}})
      for text in (*decisions.MADE.values(), *decisions.DECIDED_BEFORE.values())),
    ("wave", WAVE | {"denying": False}), ("wave", WAVE | {"denying": True}),
    ("wave", WAVE | {"denying": False, "total": 0, "items": [], "picked": []}),
]  # fmt: skip


def messages(language: str) -> Iterator[tuple[str, Message]]:
    for name, values in SHOWN:
        yield name, known()[f"applications.{name}"](Texts(language), **values)


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def refusals_here() -> list[type[Refusal]]:
    return [kind for kind in subclasses(Refusal) if kind.__module__ in (refusals.__name__, rules.__name__)]


def test_every_screen_of_the_feature_is_looked_at_here() -> None:
    ours = {name for name, function in known().items() if function.__module__ in OURS}
    assert ours == {f"applications.{name}" for name, _ in SHOWN}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_values_stay_within_telegrams_limits_and_bring_no_markup_of_their_own(language: str) -> None:
    for name, message in messages(language):
        text, entities = parse(str(message.text))
        assert 0 < len(text.encode("utf-16-le")) // 2 <= TEXT, name
        links = [entity for entity in entities if entity["type"] in ("text_link", "text_mention")]
        assert len(links) <= (1 if name == "card" else 0), name
        assert all(f"id={ID}" in str(entity) or str(ID) in str(entity) for entity in links), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_has_a_text_and_fits(language: str) -> None:
    for name, message in messages(language):
        for button in (button for row in message.buttons for button in row):
            assert 0 < len(button.text) <= 64, (name, button)
            assert (button.data is None) != (button.url is None), (name, button)
            assert len((button.data or "").encode()) <= BUTTON_BYTES - 9, (name, button)


def test_what_a_button_carries_comes_back_as_it_was() -> None:
    kinds = [kind for kind in subclasses(Callback) if kind.__module__ == presses.__name__]
    for name, message in messages("en"):
        for data in (button.data for row in message.buttons for button in row if button.data):
            values = [value for kind in kinds if (value := kind.unpack(data))]
            assert data == presses.HOME or [value.pack() for value in values] == [data], (name, data)


def long_values(kind: type[Refusal]) -> dict[str, str | int]:
    """As long as our code ever makes them: fields are cut before they become values."""
    every: dict[str, str | int] = {
        "number": 7,
        "found": 300,
        "length": 4096,
        "limit": 500,
        "after": "31.12.2026 23:59",
        "until": "31.12.2026",
    }
    words: dict[str, str | int] = {
        "example": rules.EXAMPLE,
        "part": "x" * 40,
        "better": "x" * 40,
        "example_part": "x" * 40,
        "slug": "x" * 60,
        "note": "x" * 150,
    }
    return every | words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_says_what_to_do_and_fits_over_a_button(language: str) -> None:
    typed_only = {kind for kind in refusals_here() if kind.__module__ == rules.__name__}
    for kind in refusals_here():
        text = Texts(language).plain(kind.text, **long_values(kind))
        assert len(text) <= (TEXT if kind in typed_only else ALERT), (kind.__name__, len(text))
        markup = Texts(language)(kind.text, **long_values(kind))
        assert parse(str(markup)) == (text, []), kind.__name__
        assert text.endswith((".", rules.EXAMPLE, "x")), kind.__name__


def test_each_refusal_has_a_text_of_its_own() -> None:
    texts = [kind.text for kind in refusals_here()]
    assert len(set(texts)) == len(texts) > 20


def test_an_admins_ready_made_reason_is_read_in_the_readers_language_own_words_as_they_are() -> None:
    english = Texts("en")
    assert "no" not in screens.said(english, "@deny.full").split()
    assert screens.said(english, "@deny.full") == "The club takes nobody new at the moment."
    assert screens.said(english, "Which <faculty>?") == "Which <faculty>?"
    shown = screens.rejected(english, reason="Which <faculty>?", after=None)
    assert "Which &lt;faculty&gt;?" in shown.text


def test_every_ready_made_reason_fits_its_field() -> None:
    assert set(reasons.CORRECTIONS) == set(reasons.FIELD_NAMES) == set(FIELDS)
    assert set(screens.HINTS) == set(FIELDS)


def test_the_summary_shows_the_slug_as_it_will_be() -> None:
    values = dict.fromkeys(FIELDS, "x") | {"university": "New York-2"}
    text = str(screens.summary(Texts("en"), values=values, said=None).text)
    assert "x-x-New_York_2-x-x-x-x" in text
    assert "New York-2" in text


def test_a_decided_card_has_no_buttons_left() -> None:
    for status in Status:
        card = review_screens.card(Texts("en"), **CARD | {"status": str(status), "standing": "free", "note": None})
        assert bool(card.buttons) is (status == Status.PENDING)


def card_of(**changes: Any) -> str:
    plain = CARD | {"status": "pending", "standing": "free", "note": None, "corrected_at": None, "changed": {}}
    return str(review_screens.card(Texts("en"), **plain | changes).text)


def test_the_card_names_moments_which_stay_true_however_late_it_is_read() -> None:
    assert "Sent 02.03.2026 12:00" in card_of()
    assert "ago" not in card_of()


def test_the_card_of_a_corrected_application_says_when_and_what_it_said_before() -> None:
    at = "2026-03-02T12:30:00+00:00"
    assert "Before:" not in card_of()
    shown = card_of(corrected_at=at, changed={"university": "<Harward>"})
    assert "Corrected 02.03.2026 12:30. Before: University: <s>&lt;Harward&gt;</s>" in shown
    assert "Sent again 02.03.2026 12:30, with nothing changed" in card_of(corrected_at=at)


def test_the_slug_of_somebody_inside_is_not_called_free() -> None:
    assert "The slug is free" in card_of()
    assert "not on the club" in card_of(status="done")
    assert "as this person" in card_of(status="done", standing="mine")


@pytest.mark.parametrize(("field", "value"), [("course", "third"), ("start_year", "<2>")])
def test_the_summary_asks_about_a_course_or_year_that_can_hardly_be_meant(field: str, value: str) -> None:
    values = dict.fromkeys(FIELDS, "x") | {"course": "3", "start_year": "21"}
    assert "⚠️" not in screens.summary(Texts("en"), values=values, said=None).text
    shown = screens.summary(Texts("en"), values=values | {field: value}, said=None)
    assert str(Markup("⚠️ Is “{}”").format(value)) in shown.text
    assert "Send application" in {button.text for row in shown.buttons for button in row}


def test_guests_find_the_way_in_on_the_menu_members_do_not() -> None:
    places = Places()
    screens.add_to(places)
    assert [(entry.place, entry.text) for entry in places.menu_for(member=False)] == [(30, "Join the club")]
    assert places.menu_for(member=True) == []
    privileged = {command.name for command in places.commands if command.permission is Permission.ADMIN}
    assert privileged == {"pause_applications", "resume_applications"}
