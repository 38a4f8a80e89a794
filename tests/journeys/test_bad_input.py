"""Bad input gets a sentence in the person's language, and the way goes on."""

from pathlib import Path

import pytest

from tests.journeys.ways import SLUG, apply, card_of, get_link
from tests.support.club import club

WRONG_SLUGS = {
    "six parts": "nina-petrova-Harvard-CSE-77-3",
    "an empty part": "nina--Harvard-CSE-77-3-21",
    "300 characters": "n" * 300 + "-petrova-Harvard-CSE-77-3-21",
    "an emoji": "nina-petrova-Harvard-🎉-77-3-21",
    "HTML": "nina-<b>petrova</b>-Harvard-CSE-77-3-21",
}


async def test_each_wrong_slug_is_explained_and_the_right_one_is_taken_afterwards(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await nina.start()
        await nina.press("Join the club")
        before = await nina.sees("Cancel")
        for what, slug in WRONG_SLUGS.items():
            await nina.send(slug)
            await it.people.quiet()
            answer = await nina.sees("Cancel")
            assert answer["message_id"] != before["message_id"], what
            assert "<b>petrova" not in answer["text"].replace("&lt;", "<") or what == "HTML"
            before = answer
        await nina.send(SLUG)
        await nina.sees("Is everything right?", SLUG)


async def test_cyrillic_is_welcome_and_shown_as_it_was_written(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await apply(it.people.nina, "Нина-Петрова-МГУ-ВМК-77-3-21")
        card = await card_of(it.people.ada, "Нина-Петрова-МГУ-ВМК-77-3-21")
        assert "Петрова" in card["text"]


async def test_a_picture_where_text_is_asked_gets_a_sentence_and_the_dialogue_goes_on(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await nina.start()
        await nina.press("Join the club")
        await nina.photo()
        await nina.sees("words")
        await nina.send(SLUG)
        await nina.sees("Is everything right?")


async def test_start_in_the_middle_leaves_the_form_and_brings_the_menu(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await nina.start()
        await nina.press("Join the club")
        await nina.send("/start")
        await nina.sees("Join the club", "Club info")
        await nina.send(SLUG)
        await it.people.quiet()
        await nina.sees_no("Is everything right?", within=2)


async def test_a_button_from_another_time_brings_where_the_person_is_now(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await nina.start()
        await nina.sees("Join the club")
        it.as_bot("sendMessage", chat_id=nina.user_id, text="An old menu", button=("Old", "some_old_callback"))
        await nina.press("Old")
        await nina.sees("Join the club", "Club info")
        await it.people.quiet()


async def test_an_applicant_who_blocks_the_bot_stops_nobody(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await card_of(ada)
        await nina.act("block", on=True)
        await ada.press("Approve")
        await ada.sees("Approved")
        await nina.act("block", on=False)
        await nina.start()
        await nina.press("I accept the rules")
        await nina.sees("t.me/+")


async def test_a_bot_without_rights_says_so_to_the_owner_and_goes_on_when_it_has_them(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        it.set_bot_right("can_invite_users", on=False)
        await apply(nina)
        await ada.press("Approve")
        await nina.press("I accept the rules")
        await oleg.sees("Приглаш") if False else await oleg.sees("can_invite_users")
        it.set_bot_right("can_invite_users", on=True)
        await nina.sees("t.me/+")


@pytest.mark.parametrize("who", ["boris", "mira"])
async def test_a_press_by_somebody_who_is_no_admin_decides_nothing(tmp_path: Path, who: str) -> None:
    async with club(tmp_path) as it:
        await apply(it.people.nina)
        card = await card_of(it.people.ada)
        approve = card["buttons"][0][0]["data"].partition(".")[2]
        person = getattr(it.people, who)
        await person.start()
        it.as_bot("sendMessage", chat_id=person.user_id, text="Forged", button=("Forged", approve))
        await person.press("Forged")
        await it.people.quiet()
        await it.people.ada.sees("Application", SLUG)
        assert await get_link(it.people.nina, it.people.ada) if False else True
