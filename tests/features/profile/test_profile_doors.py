"""The profile and the wishes in Settings through the whole house: pressed in the menu, in the same message."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.club import Club, club
from tests.support.phones import labels_of

DIGEST = "SELECT digest FROM profiles WHERE user_id = ?"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    async with club(tmp_path, PLUM_FEATURES__TRANSCRIPTION="off") as running:
        yield running


def picture(message: dict[str, Any]) -> Any:
    """The address of what is seen above the text."""
    return message["photo"][-1]["url"] if isinstance(message["photo"], list) else message["photo"]["url"]


async def test_the_card_takes_the_place_of_the_menus_picture_and_gives_it_back(it: Club) -> None:
    ada = it.people.ada
    await ada.start()
    home = await ada.sees("[Profile]")
    assert labels_of(home)[0] == "Profile"
    await ada.press("Profile")
    card = await ada.sees("Karma: ", "In the club since")
    assert card["message_id"] == home["message_id"]
    assert picture(card) != picture(home)
    await ada.press("Back")
    back = await ada.sees("[Profile]")
    assert back["message_id"] == home["message_id"]
    assert picture(back) == picture(home)


async def test_the_command_brings_it_to_the_bottom_in_the_readers_language(it: Club) -> None:
    mira = it.people.mira
    await mira.start()
    first = await mira.sees("[Профиль]")
    await mira.send("/profile")
    card = await mira.sees("Карма: ", "В клубе с")
    assert card["message_id"] > first["message_id"]


async def test_a_guest_has_no_profile_button_and_is_told_why(it: Club) -> None:
    nina = it.people.nina
    await nina.start()
    assert "Profile" not in labels_of(await nina.sees("Begin with the rules"))
    await nina.send("/profile")
    await nina.sees("for members of the club")


async def test_without_the_card_it_is_a_text(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_FEATURES__PROFILE_CARD="off") as it:
        ada = it.people.ada
        await ada.start()
        await ada.press("Profile")
        assert (await ada.sees("Karma: "))["text"]
        await ada.press("Back")
        assert (await ada.sees("What would you like?"))["caption"]


async def test_the_digest_is_switched_in_place_and_twice_is_once(it: Club) -> None:
    ada = it.people.ada
    await ada.start()
    await ada.press("Settings")
    page = await ada.sees("[✓ Daily digest of my karma]")
    assert not any("transcribe" in label for label in labels_of(page))
    await ada.press("✓ Daily digest of my karma", on=page)
    await ada.press("✓ Daily digest of my karma", on=page)
    off = await ada.sees("[Daily digest of my karma]")
    assert off["message_id"] == page["message_id"]
    await it.settles()
    assert it.asks(DIGEST, ada.user_id) == [(0,)]
    await ada.press("Daily digest of my karma")
    await ada.sees("[✓ Daily digest of my karma]")
    assert it.asks(DIGEST, ada.user_id) == [(1,)]


async def test_a_guests_settings_are_the_language_alone(it: Club) -> None:
    await it.people.nina.send("/language")
    assert labels_of(await it.people.nina.sees("✓ English")) == ["Русский", "✓ English", "Back"]


async def test_where_the_digest_is_off_nobody_is_asked_about_it(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_FEATURES__DIGEST="off") as it:
        await it.people.ada.send("/language")
        assert "Daily digest of my karma" not in str(labels_of(await it.people.ada.sees("✓ English")))
