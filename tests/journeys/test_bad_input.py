"""Bad input gets a sentence in the person's language, and the way goes on."""

from pathlib import Path
from typing import Any

import pytest

from plumbot.apps.dispatcher import in_words
from plumbot.features.admission.rules import RIGHTS
from plumbot.features.applications import refusals, rules
from plumbot.kit.refusals import Refusal
from plumbot.kit.texts import Texts
from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import RUSSIAN, SLUG, accept, apply, begin, card_of, get_link, words
from tests.support.club import club
from tests.support.phones import labels_of, link_in

Explained = tuple[type[Refusal], dict[str, Any]]

WRONG_SLUGS: dict[str, Explained] = {
    "nina-petrova-Harvard-CSE-77-3": (rules.WrongNumberOfParts, {"found": 6, "example": rules.EXAMPLE}),
    "nina--Harvard-CSE-77-3-21": (
        rules.EmptyPart, {"number": 2, "example_part": rules.EXAMPLES["last_name"], "example": rules.EXAMPLE},
    ),
    "nina anna-petrova-Harvard-CSE-77-3-21": (
        rules.SpaceInPart, {"number": 1, "part": "nina anna", "better": "nina_anna"},
    ),
    f"{'n' * 300}-petrova-Harvard-CSE-77-3-21": (
        rules.LineTooLong, {"length": 328, "limit": 286, "example": rules.EXAMPLE},
    ),
    "nina-petrova-Harvard-🎉-77-3-21": (rules.EmojiInPart, {"part": "🎉", "example": rules.EXAMPLES["program"]}),
    "nina-<i>petrova</i>-Harvard-CSE-77-3-21": (
        rules.MarkupInPart, {"part": "<i>petrova</i>", "example": rules.EXAMPLES["last_name"]},
    ),
    "hello": (rules.WrongNumberOfParts, {"found": 1, "example": rules.EXAMPLE}),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_each_wrong_slug_is_explained_and_the_right_one_is_taken_afterwards(
    tmp_path: Path, language: str
) -> None:
    async with club(tmp_path) as it:
        person = await it.people.newcomer("Petra", language)
        await begin(person, language)
        await person.press(words(language)("In one line"))
        for slug, (refusal, values) in WRONG_SLUGS.items():
            sent = await person.send(slug)
            await person.sees(words(language)(refusal.text, **in_words(Texts(language), values)), after=sent)
        await person.send(SLUG)
        await person.sees(words(language)("Send application"), SLUG)


async def test_cyrillic_is_welcome_and_shown_as_it_was_written(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await apply(it.people.nina, "Нина-Петрова-МГУ-ВМК-77-3-21")
        card = await card_of(it.people.ada, "Нина-Петрова-МГУ-ВМК-77-3-21")
        assert "Петрова" in card["text"]


async def test_html_in_a_name_is_shown_as_text(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        eve = await it.people.newcomer("<b>Eve</b>&amp;")
        await apply(eve)
        card = await it.people.ada.sees(SLUG, "<b>Eve</b>&amp;")
        bold = [card["text"][e["offset"] : e["offset"] + e["length"]] for e in card["entities"] if e["type"] == "bold"]
        assert "Eve" not in bold


async def test_a_picture_where_text_is_asked_gets_a_sentence_and_the_dialogue_goes_on(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.press("Step by step")
        await nina.sees("Step 1 of 7")
        await nina.photo()
        await nina.sees("I need this in words")
        await nina.send("Nina")
        await nina.sees("Step 2 of 7")


async def test_a_picture_where_only_buttons_count_gets_a_sentence_about_buttons(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.send(SLUG)
        await nina.sees("[Send application]")
        await nina.photo()
        await nina.sees("Choose one of the buttons above")
        await nina.sees_no("I need this in words")
        await nina.press("Send application")
        await nina.sees(SLUG, "[Withdraw]")


async def test_the_slug_of_somebody_else_is_refused_as_soon_as_it_is_typed(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.send("Mira-Plum-Orchard-Garden-2-1-24")
        await nina.sees("belongs to another account")
        await nina.sees_no("Is everything right?")
        await nina.send(SLUG)
        await nina.sees("Is everything right?", SLUG)


async def test_help_in_the_middle_of_a_form_is_followed_by_the_question_anew(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.press("Step by step")
        await nina.sees("Step 1 of 7")
        await nina.send("/help")
        helped = await nina.sees("What I can do")
        await nina.sees("Step 1 of 7", after=helped["message_id"])
        await it.settles()
        assert len([message for message in await nina.messages() if "Step 1 of 7" in (message["text"] or "")]) == 1
        await nina.send("Nina")
        await nina.sees("Step 2 of 7")


async def test_start_in_the_middle_leaves_the_form_and_what_was_entered_can_be_taken_up_again(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.press("Step by step")
        await nina.sees("Step 1 of 7")
        await nina.send("Nina")
        await nina.sees("Step 2 of 7")
        await nina.send("/start")
        left = await nina.sees(
            "Nothing was sent; your answers so far are kept", "[Continue]", "[Throw it away]", "[Menu]"
        )
        await nina.send(SLUG)
        await nina.sees("I did not understand that")
        assert it.asks("SELECT count(*) FROM applications") == [(0,)]
        await nina.press("Continue", on=left)
        await nina.sees("Step 2 of 7")


async def test_a_button_of_the_old_bot_brings_what_the_person_can_do_now(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await nina.start()
        old = await it.puts_a_button(nina, "Old", "some_old_callback")
        assert "out of date" in await nina.is_told(await nina.press("Old", on=old))
        await nina.sees("[Join the club]", "[Club info]")
        await nina.sees_no("About Old")


async def test_a_button_of_a_form_that_is_closed_says_how_to_open_it_anew(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await apply(nina)
        old = await it.puts_a_button(nina, "Old", "jn:change")
        assert await nina.is_told(await nina.press("Old", on=old)) == refusals.DraftGone.text
        again = await it.puts_a_button(nina, "Again", "jn:send")
        assert await nina.is_told(await nina.press("Again", on=again)) == refusals.AlreadyApplied.text
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("pending",)]


async def test_applying_in_the_group_leads_into_the_private_chat_and_right_into_the_form(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        it.has_group(-1002000000077, "Garden", nina)
        await nina.send("/join", chat=-1002000000077)
        link = link_in(await nina.sees("private", chat=-1002000000077))
        opened = await nina.follow(link)
        assert opened["payload"] == "join"
        await nina.start(opened["payload"])
        await nina.sees("[In one line]", "[Step by step]")
        assert it.asks("SELECT count(*) FROM dialogues WHERE chat_id < 0") == [(0,)]


async def test_an_applicant_who_blocks_the_bot_stops_nobody_and_is_told_everything_on_return(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        card = await card_of(ada)
        await nina.act("block", on=True)
        await it.settles()
        await ada.press("Approve", on=card)
        await ada.sees("Approved", SLUG)
        await it.settles()
        await nina.act("block", on=False)
        await nina.follow(await accept(nina))
        await nina.comes_in()


async def test_a_bot_without_rights_says_so_to_the_owner_by_name_and_goes_on_when_it_has_them(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await it.gives_rights(without="can_invite_users")
        await oleg.sees(RUSSIAN(RIGHTS["can_invite_users"]))
        await apply(nina)
        await ada.press("Approve")
        await nina.press("I accept the rules")
        await nina.sees("takes a little longer")
        await it.settles()
        await it.gives_rights()
        await oleg.sees(RUSSIAN("✅ I have all the rights I need in the club chat."))
        await nina.follow(link_in(await nina.sees("t.me/+")))
        await nina.comes_in()


async def test_a_bot_that_was_put_out_of_the_chat_says_so_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await oleg.act("admin_rights", chat=CLUB_ID, user=7_000_000_001, status="left")
        await apply(nina)
        await ada.press("Approve")
        await nina.press("I accept the rules")
        await nina.sees("takes a little longer")
        await it.settles()
        await it.gives_rights()
        await nina.follow(link_in(await nina.sees("t.me/+")))
        await nina.comes_in()


@pytest.mark.parametrize(
    "act", ["apl:ok:1", "apl:no:1", "apr:-:1", "apw:open:1", "apd:-", "arr-keep:1001", "bl-yes:1001"]
)
async def test_defect_11_a_forged_press_by_somebody_who_is_no_admin_changes_nothing(tmp_path: Path, act: str) -> None:
    async with club(tmp_path) as it:
        boris = it.people.boris
        await apply(it.people.nina)
        await card_of(it.people.ada)
        await boris.start()
        forged = await it.puts_a_button(boris, "Forged", act)
        assert "Only an admin" in await boris.is_told(await boris.press("Forged", on=forged))
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("pending",)]
        assert it.asks("SELECT count(*) FROM blacklist") == [(0,)]


async def test_a_number_that_no_database_holds_is_taken_for_an_old_button(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        await ada.start()
        forged = await it.puts_a_button(ada, "Forged", f"apl:ok:{'9' * 30}")
        assert "out of date" in await ada.is_told(await ada.press("Forged", on=forged))
        await it.settles()
        assert it.asks("SELECT count(*) FROM inbox WHERE attempts > 0") == [(0,)]


@pytest.mark.parametrize("act", ["mine:withdraw:1", "mine:correct:1", "rules-ok", "link-new"])
async def test_a_forged_press_on_somebody_elses_application_changes_nothing(tmp_path: Path, act: str) -> None:
    async with club(tmp_path) as it:
        boris = it.people.boris
        await get_link(it.people.nina, it.people.ada)
        await boris.start()
        forged = await it.puts_a_button(boris, "Forged", act)
        assert await boris.is_told(await boris.press("Forged", on=forged))
        await it.settles()
        assert it.asks("SELECT user_id, status FROM applications") == [(1001, "approved")]
        assert it.asks("SELECT user_id, status FROM invites") == [(1001, "open")]


async def test_a_card_in_a_group_answers_only_to_admins(tmp_path: Path) -> None:
    async with club(tmp_path, started=False, PLUM_CLUB__REVIEW_CHAT_ID="-1002000000077") as it:
        boris, ada = it.people.boris, it.people.ada
        it.has_group(-1002000000077, "Review", boris, ada)
        await it.start()
        await apply(it.people.nina)
        card = await card_of(boris, chat=-1002000000077)
        assert "Only an admin" in await boris.is_told(await boris.press("Approve", on=card))
        assert labels_of(await card_of(boris, chat=-1002000000077)) == ["Approve", "Deny", "Ask to correct"]
        assert it.asks("SELECT status FROM applications") == [("pending",)]
