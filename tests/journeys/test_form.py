"""The form as people fill it in: step by step, with second thoughts, in either language."""

from pathlib import Path

import pytest

from tests.journeys.ways import SLUG, apply, begin, card_of, words
from tests.support.club import club

ANSWERS = ("Анна-Мария", "Van Dyke", "Harvard", "CSE", "77", "3", "21")
MADE = "Анна_Мария-Van_Dyke-Harvard-CSE-77-3-21"


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_step_by_step_with_back_and_change_to_a_card_before_the_admins(tmp_path: Path, language: str) -> None:
    async with club(tmp_path) as it:
        say = words(language)
        person = await it.people.newcomer("Anna", language)
        await begin(person, language)
        await person.press(say("Step by step"))
        await person.sees(say("First name"))
        await person.send("Somebody")
        await person.sees(say("Last name"))
        await person.press(say("Back"))
        await person.sees(say("First name"), "Somebody")
        for answer, following in zip(ANSWERS, ("Last name", "University", "Program", "Group", "Course"), strict=False):
            await person.send(answer)
            await person.sees(say(following), "7:")
        await person.send("1")
        await person.sees(say("Year of start"))
        await person.send("21")
        await person.press(say("Change"))
        await person.press(say("Course"))
        await person.sees(say("Course"), "7:")
        await person.send("3")
        await person.sees("Harvard")
        await person.sees(say("Send application"))
        await person.press(say("Change"))
        await person.press(say("Group"))
        await person.press(say("Keep it"))
        await person.sees(MADE)
        await person.press(say("Send application"))
        await person.sees(say("Withdraw"), MADE)
        await card_of(it.people.ada, MADE)


@pytest.mark.parametrize("how", ["press", "command"])
async def test_cancel_leaves_the_form_and_nothing_is_kept(tmp_path: Path, how: str) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.press("Step by step")
        await nina.sees("Step 1 of 7")
        await nina.send("Secret")
        await nina.sees("Step 2 of 7")
        await (nina.press("Cancel") if how == "press" else nina.send("/cancel"))
        await nina.sees("Cancelled")
        await it.settles()
        assert it.asks("SELECT count(*) FROM applications") == [(0,)]
        assert it.asks("SELECT count(*) FROM dialogues WHERE data LIKE '%Secret%'") == [(0,)]


async def test_the_link_from_the_group_opens_the_form_at_once(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.people.nina.start("join")
        await it.people.nina.sees("[In one line]", "[Step by step]")


async def test_there_is_one_question_before_the_person_at_any_time(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.press("Step by step")
        for number, answer in enumerate(ANSWERS[:4], 1):
            await nina.sees(f"Step {number} of 7")
            await nina.send(answer)
        await nina.sees("Step 5 of 7")
        await it.settles()
        assert len([message for message in await nina.messages() if message["buttons"]]) == 1


async def test_a_form_outlives_a_restart(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.press("Step by step")
        await nina.sees("Step 1 of 7")
        await nina.send("Nina")
        await nina.sees("Step 2 of 7")
        await it.settles()
        await it.restart()
        await nina.send("Petrova")
        await nina.sees("Step 3 of 7")


async def test_sending_twice_makes_one_application(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await begin(nina)
        await nina.send(SLUG)
        summary = await nina.sees("[Send application]")
        first = await nina.press("Send application", on=summary)
        second = await nina.press("Send application", on=summary)
        await nina.is_told(first)
        await nina.is_told(second)
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("pending",)]


async def test_withdrawing_asks_first_then_closes_the_cards_and_leaves_the_way_open(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await card_of(ada)
        await nina.press("Withdraw")
        await nina.press("Back")
        await nina.press("Withdraw")
        await nina.press("Yes, withdraw")
        await nina.sees("You can apply again at any time")
        await ada.sees(SLUG, "Withdrawn by the applicant")
        await ada.sees_no("[Approve]")
        await apply(nina)
        await card_of(ada)


async def test_join_again_brings_up_the_application_that_is_under_way(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        await apply(nina)
        sent = await nina.send("/join")
        await nina.sees(SLUG, "[Withdraw]", after=sent)
        await nina.start("join")
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("pending",)]
        assert len([m for m in await nina.messages() if "[Withdraw]" in str(m["buttons"]) or "Withdraw" in str(m)]) == 1
