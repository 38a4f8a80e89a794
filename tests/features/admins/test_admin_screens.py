"""What admins read: complete, escaped, and never too long."""

import pytest

from plumbot.club.permissions import Permission
from plumbot.club.places import Places
from plumbot.features.admins import screens
from plumbot.kit.texts import LANGUAGES, Texts


def person(**other: object) -> dict[str, object]:
    return {
        "user_id": 10, "name": "Ada", "username": "ada", "owner": False, "source": "panel", "away": False,
        "reachable": True, **other,
    }  # fmt: skip


def test_a_name_cannot_bring_its_own_markup() -> None:
    text = screens.added(Texts("en"), person=person(name="<a href='x'>Ada</a>")).text
    assert "<a" not in text
    assert "&lt;a" in text


def test_who_cannot_be_written_to_is_named_with_what_to_do() -> None:
    assert "/start" in screens.added(Texts("en"), person=person(reachable=False)).text
    assert "/start" not in screens.added(Texts("en"), person=person()).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_list_fits_into_a_message(language: str) -> None:
    everybody = [
        person(name="Ж" * 500, username="u" * 32, user_id=2**52 - 1, away=True, reachable=False, source="env")
        for _ in range(200)
    ]
    message = screens.listed(Texts(language), admins=everybody)
    assert len(message.text.striptags()) <= 4096
    assert str(200 - screens.MOST_LISTED) in message.text


def test_the_list_says_what_is_special_about_each() -> None:
    everybody = [person(owner=True), person(source="env"), person(away=True, reachable=False)]
    lines = screens.listed(Texts("en"), admins=everybody).text.striptags()
    assert "main admin" in lines
    assert "named in the settings" in lines
    assert "away, has not pressed /start" in lines


def test_appointing_is_offered_to_the_owner_only() -> None:
    places = Places()
    screens.add_to(places)
    by_name = {command.name: command.permission for command in places.commands}
    assert by_name["admin_add"] is by_name["admin_remove"] is by_name["admins"] is Permission.OWNER
    assert by_name["away"] is by_name["back"] is Permission.ADMIN
