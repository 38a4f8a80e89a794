"""What people see of admission: never too long, never with markup from a name, with the words that were agreed."""

from typing import Any

import pytest

from plumbot.features.admission import screens  # noqa: F401  # makes the screens known
from plumbot.kit.screens import Message, known
from plumbot.kit.texts import Texts

NASTY: dict[str, Any] = {"id": 7, "name": "<b>&" * 200, "username": "x" * 200}
LONG = "<i>" * 500
NOON = "2026-03-02T12:00:00+00:00"
VALUES: dict[str, dict[str, Any]] = {
    "approved": {"club": LONG, "rules_url": "https://plum.example/rules", "mode": "request"},
    "making": {},
    "waiting": {},
    "link": {"link": "https://t.me/+abc", "mode": "request", "expires_at": NOON, "zone": "Europe/Moscow"},
    "expired": {},
    "misused": {},
    "no_link": {},
    "not_approved": {},
    "not_yours": {},
    "welcome": {"club": LONG},
    "stranger": {"owner": NASTY, "strangers": [NASTY] * 20},
    "blacklisted_asked": {"person": NASTY, "owner": NASTY},
    "other_request": {"person": NASTY, "blacklisted": True, "approved": False},
    "approval_failed": {"person": NASTY, "error": LONG},
    "arrival": {"person": NASTY, "by": NASTY, "link": LONG, "state": "open", "decided_by": None},
    "case": {"invite": 5, "owner": NASTY, "guest": NASTY, "stays": False, "state": "open", "decided_by": None},
    "intruder": {"guest": NASTY, "owner": NASTY},
    "blacklisted_came": {"person": NASTY, "by": NASTY},
    "added_by_admin": {"person": NASTY, "by": NASTY},
    "was_inside": {"person": NASTY, "slug": LONG},
    "slug_taken": {"person": NASTY, "slug": LONG},
    "moved": {"new": -1002},
    "trouble": {"missing": ["can_invite_users"], "kind": "right", "error": ""},
    "rights_back": {"resumed": 2},
}  # fmt: skip


def shown(name: str, language: str = "en", **changes: Any) -> Message:
    return known()[f"admission.{name}"](Texts(language), **{**VALUES[name], **changes})


def test_every_screen_is_tried_here() -> None:
    assert {name for name in known() if name.startswith("admission.")} == {f"admission.{name}" for name in VALUES}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", VALUES)
def test_no_screen_is_too_long_or_lets_markup_in(name: str, language: str) -> None:
    message = shown(name, language)
    assert 0 < len(message.text.striptags()) <= 4096
    assert "<i>" not in message.text
    assert "<b>&" not in message.text


def test_only_a_link_that_asks_to_join_is_said_to_work_for_nobody_else() -> None:
    for name, promise in (("link", "only for this account"), ("approved", "works for nobody else")):
        assert promise in shown(name, mode="request").text
        assert promise not in shown(name, mode="link").text
        assert "to nobody" in shown(name, mode="link").text


def test_the_link_tells_when_it_expires_in_the_clubs_time() -> None:
    message = shown("link")
    assert "02.03.2026 15:00" in message.text
    assert [[button.text for button in row] for row in message.buttons] == [["Enter the club chat"], ["Get a new link"]]


def test_without_an_address_of_the_rules_there_is_still_a_button_to_accept_them() -> None:
    assert [row[0].text for row in shown("approved", rules_url=None).buttons] == ["I accept the rules"]


@pytest.mark.parametrize(
    ("name", "states"), [("arrival", ["kept", "removed", "left", "explained"]), ("case", ["given", "closed", "void"])]
)
def test_a_card_that_is_decided_has_no_buttons_and_says_what_was_decided(name: str, states: list[str]) -> None:
    texts = {shown(name, state=state, decided_by=NASTY).text for state in states}
    assert len(texts) == len(states)
    assert all(shown(name, state=state, decided_by=NASTY).buttons == () for state in states)
    assert len(shown(name).buttons) == 1


@pytest.mark.parametrize("right", ["Invite users via link", "Ban users", "Delete messages"])
def test_the_owner_reads_the_name_of_the_right_as_telegram_writes_it(right: str) -> None:
    missing = ["can_invite_users", "can_restrict_members", "can_delete_messages"]
    assert f"<b>{right}</b>" in shown("trouble", missing=missing).text


@pytest.mark.parametrize("kind", ["chat", "other"])
def test_another_trouble_is_told_in_telegrams_words(kind: str) -> None:
    assert "chat not found" in shown("trouble", missing=[], kind=kind, error="chat not found").text


def test_the_alert_about_strangers_says_how_to_keep_the_latest_of_them_out_for_good() -> None:
    text = shown("stranger", strangers=[NASTY, {"id": 300, "name": "Boris", "username": None}]).text
    assert "/blacklist 300" in text
