"""The menu's pages: the fixed words, within Telegram's limits, and nobody's markup but ours."""

import struct

import pytest

from plumbot.features.menu import screens
from plumbot.kit.screens import Message
from plumbot.kit.texts import LANGUAGES, Texts

EN = Texts("en")
MANY = [[f"command_{n}", "What this command does for whoever types it"] for n in range(40)]


def words(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


def home(*, name: str = "Nina", club: str = "Plum Club", member: bool = False) -> Message:
    return screens.home(EN, name=name, club=club, member=member, entries=[["Rules", "menu:rules"]])


def test_a_guest_is_told_to_begin_with_the_rules_and_a_member_is_not() -> None:
    assert "Begin with the rules" in home().text
    assert "rules" not in home(member=True).text


def test_every_page_leads_back_and_has_the_same_picture() -> None:
    pages = [
        screens.rules(EN, club="Plum", url="https://x.example"),
        screens.rules(EN, club="Plum", url=None),
        screens.info(EN, club="Plum", members=3, url=None),
        screens.settings(EN, language="ru"),
        screens.help_page(EN, member=True, commands=MANY[:3], admin_commands=[]),
    ]
    for page in pages:
        assert words(page)[-1] == "Back"
        assert page.photo is not None
        assert page.photo.key == "menu"


def test_the_picture_is_a_png_of_1280_by_640_that_telegram_takes_quickly() -> None:
    content = screens.picture().load()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1280, 640)
    assert len(content) < 150_000


def test_the_chosen_language_is_ticked() -> None:
    assert words(screens.settings(EN, language="ru"))[:2] == ["✓ Русский", "English"]
    assert words(screens.settings(EN, language="en"))[:2] == ["Русский", "✓ English"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_under_the_picture_fits_into_a_caption_however_many_commands_there_are(language: str) -> None:
    message = screens.help_page(Texts(language), member=False, commands=MANY[:20], admin_commands=MANY[20:])
    assert len(message.text.striptags()) <= 1024
    assert "/command_39" in message.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_full_help_fits_into_a_message(language: str) -> None:
    message = screens.full_help(Texts(language), member=False, commands=MANY, admin_commands=MANY[:10])
    assert len(message.text.striptags()) <= 4096
    assert message.photo is None


@pytest.mark.parametrize("hostile", ["<b>", "&amp;", "{name}", "%s", "<a href='https://x'>y</a>", "Ж" * 5000])
def test_no_name_or_command_breaks_a_page(hostile: str) -> None:
    pages = [
        home(name=hostile, club=hostile),
        screens.rules(EN, club=hostile, url=None),
        screens.info(EN, club=hostile, members=1, url=None),
        screens.unknown_command(EN, command=hostile, meant=None),
    ]
    for page in pages:
        assert "<a" not in page.text
        assert len(page.text.striptags()) <= 1024


def test_in_a_group_there_is_a_way_into_the_private_chat() -> None:
    message = screens.private_only(EN, link="https://t.me/plum_bot?start=menu")
    assert [button.url for row in message.buttons for button in row] == ["https://t.me/plum_bot?start=menu"]
    assert screens.private_only(EN, link=None).buttons == ()


def test_no_button_is_longer_than_telegram_allows() -> None:
    data = [screens.OpenPage(page).pack() for page in (screens.HOME, screens.SETTINGS)]
    assert all(len(each.encode()) <= 55 for each in [*data, screens.Speak("ru").pack()])


def test_damaged_callback_data_are_nobodys() -> None:
    assert screens.Speak.unpack("lang") is None
    assert screens.Speak.unpack("lang:ru:en") is None
    assert screens.Speak.unpack("lang:en") == screens.Speak("en")
