"""Applying and deciding through the dispatcher: real buttons, real permissions, one commit an update."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from plumbot.club.tables import Admin
from plumbot.features.applications.presses import Because, Decide, DenyPicked, Join, Mine, Step, Wave
from plumbot.features.applications.rules import EXAMPLE, EXAMPLES
from plumbot.kit.switches import Switch
from tests.features.applications.doors import ADA, BORIS, GROUP, NINA, OLEG, REVIEW, Doors, open_doors

LINE = "Nina-Petrova-MSU-Law-7-2-24"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def _begin(session: Session) -> None:
    session.add(Admin(user_id=ADA, source="panel", added_by=OLEG, created_at=NOW))
    session.add(Switch(name="bot.username", value="plum_bot", updated_at=NOW))


@pytest.fixture
async def doors(head_url: str) -> AsyncIterator[Doors]:
    async with open_doors(head_url) as doors:
        await doors.sessions.change(_begin)
        for admin in (OLEG, ADA):
            await doors.text(admin, "/start")
        yield doors


async def fill_in(doors: Doors, person: int = NINA) -> None:
    await doors.text(person, "/start join")
    await doors.press(person, "In one line")
    await doors.text(person, LINE)


async def apply(doors: Doors, person: int = NINA) -> None:
    await fill_in(doors, person)
    await doors.press(person, "Send application")


async def test_from_the_menu_to_the_admins_by_pressing_and_typing(doors: Doors) -> None:
    await doors.text(NINA, "/start")
    await doors.press(NINA, "Join the club")
    await doors.press(NINA, "Step by step")
    for example in EXAMPLES.values():
        await doors.text(NINA, example)
    assert EXAMPLE in doors.last(NINA).text
    await doors.press(NINA, "Send application")
    assert "with the admins" in doors.last(NINA).text
    for chat in (OLEG, ADA, REVIEW):
        card = doors.last(chat)
        assert "Nina, id 100" in card.text
        assert list(card.buttons) == ["Approve", "Deny", "Ask to correct"]


async def test_defect_18_the_link_of_the_group_opens_the_form_and_not_the_menu(doors: Doors) -> None:
    await doors.text(NINA, "/start join")
    assert list(doors.last(NINA).buttons) == ["In one line", "Step by step", "Back"]


async def test_in_a_group_one_is_led_into_the_private_chat(doors: Doors) -> None:
    await doors.text(NINA, "/join", GROUP)
    assert doors.last(GROUP).buttons == {"Open our chat": "https://t.me/plum_bot?start=join"}
    await doors.press_data(NINA, Join().pack(), 77, GROUP)
    assert len(doors.chats[GROUP]) == 1
    assert await doors.statuses() == []


async def test_only_one_question_stands_in_the_chat_at_a_time(doors: Doors) -> None:
    await doors.text(NINA, "/start")
    await doors.press(NINA, "Join the club")
    await doors.press(NINA, "Step by step")
    for typed in ("Nina", "Petrova", "MSU"):
        await doors.text(NINA, typed)
    assert [bubble.text.split(":")[0] for bubble in doors.chats[NINA].values()] == ["Step 4 of 7"]


@pytest.mark.parametrize("content", [{"photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]},
                                     {"dice": {"emoji": "🎲", "value": 3}}])  # fmt: skip
async def test_a_picture_where_text_is_asked_gets_a_sentence_and_the_form_goes_on(
    doors: Doors, content: dict[str, Any]
) -> None:
    await doors.text(NINA, "/join")
    await doors.press(NINA, "Step by step")
    await doors.message(NINA, **content)
    assert "I need this in words" in doors.last(NINA).text
    await doors.text(NINA, "Nina")
    assert "Step 2 of 7" in doors.last(NINA).text


async def test_a_wrong_line_gets_its_reason_and_the_form_goes_on(doors: Doors) -> None:
    await doors.text(NINA, "/join")
    await doors.press(NINA, "In one line")
    await doors.text(NINA, "a-b-c")
    assert "7 parts" in doors.last(NINA).text
    await doors.text(NINA, LINE)
    assert "Is everything right?" in doors.last(NINA).text


async def test_back_change_and_keep_lead_through_the_form(doors: Doors) -> None:
    await fill_in(doors)
    await doors.press(NINA, "Change")
    await doors.press(NINA, "Course")
    assert "Now: 2" in doors.last(NINA).text
    await doors.press(NINA, "Back")
    await doors.press(NINA, "Change")
    await doors.press(NINA, "University")
    await doors.text(NINA, "New York")
    assert "Nina-Petrova-New_York-Law-7-2-24" in doors.last(NINA).text


async def test_start_in_the_middle_leaves_the_form_and_what_was_entered_can_be_continued(doors: Doors) -> None:
    await doors.text(NINA, "/join")
    await doors.press(NINA, "Step by step")
    await doors.text(NINA, "Nina")
    await doors.text(NINA, "/start")
    assert list(doors.last(NINA).buttons) == ["Continue", "Throw it away", "Menu"]
    await doors.text(NINA, "hello")
    assert "Step" not in doors.last(NINA).text
    await doors.press(NINA, "Continue")
    await doors.text(NINA, "Petrova")
    assert "Step 3 of 7" in doors.last(NINA).text


async def test_a_second_start_is_the_menu(doors: Doors) -> None:
    await doors.text(NINA, "/join")
    await doors.press(NINA, "Step by step")
    await doors.text(NINA, "/start")
    await doors.text(NINA, "/start")
    assert "Join the club" in doors.last(NINA).buttons


async def test_who_left_half_way_is_offered_to_go_on_by_the_menu_too(doors: Doors) -> None:
    await doors.text(NINA, "/join")
    await doors.press(NINA, "Step by step")
    await doors.text(NINA, "Nina")
    await doors.text(NINA, "/join")
    await doors.press(NINA, "Continue where you left off")
    assert "Step 2 of 7" in doors.last(NINA).text


@pytest.mark.parametrize("by_button", [True, False])
async def test_cancel_leaves_the_form_and_keeps_nothing(doors: Doors, by_button: bool) -> None:
    await fill_in(doors)
    data = doors.last(NINA).buttons["Send application"]
    await (doors.press(NINA, "Cancel") if by_button else doors.text(NINA, "/cancel"))
    assert "Cancelled" in doors.last(NINA).text
    assert "This form is closed" in await doors.press_data(NINA, data, doors.last(NINA).message_id)
    assert await doors.statuses() == []
    await doors.text(NINA, "/cancel")
    assert "nothing to cancel" in doors.last(NINA).text


async def test_a_double_press_of_send_makes_one_application(doors: Doors) -> None:
    await fill_in(doors)
    bubble = doors.last(NINA)
    await doors.press(NINA, "Send application")
    said = await doors.press_data(NINA, bubble.buttons["Send application"], bubble.message_id)
    assert "with the admins already" in said
    assert await doors.statuses() == ["pending"]


async def test_who_is_inside_already_bothers_no_admin(doors: Doors) -> None:
    doors.member_status = "member"
    await apply(doors)
    assert await doors.statuses() == ["done"]
    assert "Approve" not in [words for bubble in doors.chats[ADA].values() for words in bubble.buttons]


async def test_defect_11_approve_and_deny_work_for_admins_only(doors: Doors) -> None:
    await apply(doors)
    presses = [Decide(act, 1) for act in ("ok", "no", "fix", "card", "no.words", "fix.words")]
    more = [Because("-", 1), Because("@fix.course", 1), Wave("open", 1), Wave("pick", 1), DenyPicked("-")]
    for person in (NINA, BORIS):
        for press in (*presses, *more):
            said = await doors.press_data(person, press.pack(), 77)
            assert said == "Only an admin of the club can do this."
        await doors.text(person, "/start deny_1")
        assert "Only an admin" in doors.last(person).text
    assert await doors.statuses() == ["pending"]


async def test_defect_11_in_the_review_chat_too_it_is_the_person_who_counts(doors: Doors) -> None:
    await apply(doors)
    assert "Only an admin" in await doors.press(BORIS, "Approve", REVIEW)
    assert await doors.statuses() == ["pending"]
    assert "Approved: Nina" in await doors.press(ADA, "Approve", REVIEW)
    assert await doors.statuses() == ["approved"]


async def test_defect_14_one_decides_and_everybodys_card_says_so(doors: Doors) -> None:
    await apply(doors)
    card = doors.last(OLEG)
    await doors.press(ADA, "Approve")
    for chat in (OLEG, ADA, REVIEW):
        assert "Approved" in doors.last(chat).text
        assert "Ada," in doors.last(chat).text
        assert doors.last(chat).buttons == {}
    said = await doors.press_data(OLEG, card.buttons["Deny"], card.message_id)
    assert said == "Already approved by Ada."
    assert await doors.statuses() == ["approved"]


async def test_an_old_button_is_told_and_its_message_becomes_the_card(doors: Doors) -> None:
    """As after the move from the old bot, or from a message that nobody knows any more."""
    await apply(doors)
    await doors.press(ADA, "Approve")
    said = await doors.press_data(ADA, Decide("ok", 1).pack(), 4711)
    assert said == "Already approved by Ada."
    assert "Approved" in doors.chats[ADA][4711].text
    assert "no such application" in await doors.press_data(ADA, Decide("ok", 999).pack(), 4711)


async def test_denied_with_a_ready_made_reason(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Deny")
    assert "In my own words" in doors.last(ADA).buttons
    await doors.press(ADA, "Back")
    await doors.press(ADA, "Deny")
    await doors.press(ADA, "No places now")
    assert "The club takes nobody new" in doors.last(NINA).text
    await doors.text(NINA, "/join")
    assert "You can apply again after" in doors.last(NINA).text


async def test_denied_in_own_words_which_cannot_bring_markup(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Deny")
    await doors.press(ADA, "In my own words")
    await doors.text(ADA, "x" * 501)
    assert "501 characters" in doors.last(ADA).text
    await doors.text(ADA, "Not <b>you</b>")
    assert "Denied: Nina" in doors.last(ADA).text
    assert "Not <b>you</b>" in doors.last(NINA).text.replace("&lt;", "<").replace("&gt;", ">")
    assert await doors.statuses() == ["rejected"]
    await doors.text(ADA, "and another thing")
    assert "Denied" not in doors.last(ADA).text


async def test_who_presses_something_else_does_not_write_that_reason_any_more(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Deny")
    await doors.press(ADA, "In my own words")
    await doors.press(ADA, "Back")
    await doors.text(ADA, "hello")
    assert await doors.statuses() == ["pending"]


async def test_cancel_leaves_it_undecided_and_the_card_comes_back(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Deny")
    await doors.press(ADA, "In my own words")
    await doors.text(ADA, "/cancel")
    assert "Nothing was decided" in doors.last(ADA).text
    await doors.press(ADA, "Approve")
    assert await doors.statuses() == ["approved"]


async def test_an_admin_who_is_one_no_longer_cannot_finish_the_sentence(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Deny")
    await doors.press(ADA, "In my own words")
    await doors.sessions.change(lambda session: session.delete(session.get_one(Admin, ADA)))
    await doors.text(ADA, "no")
    assert "Only an admin" in doors.last(ADA).text
    await doors.text(ADA, "/cancel")
    await doors.text(ADA, "no")
    assert "Only an admin" not in doors.last(ADA).text
    assert await doors.statuses() == ["pending"]


async def test_in_the_review_chat_own_words_are_written_in_private(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Deny", REVIEW)
    assert doors.last(REVIEW).buttons["In my own words"] == "https://t.me/plum_bot?start=deny_1"
    await doors.text(ADA, "/start deny_1")
    await doors.text(ADA, "-")
    assert await doors.statuses() == ["rejected"]
    assert doors.last(NINA).text.startswith("Your application was rejected.")
    await doors.text(ADA, "/start deny_1")
    assert doors.last(ADA).text == "Already rejected by Ada."


async def test_two_in_a_row_come_before_the_admins_each(doors: Doors) -> None:
    await apply(doors)
    await apply(doors, BORIS)
    assert "Boris" in doors.last(ADA).text
    assert len([bubble for bubble in doors.chats[ADA].values() if "Approve" in bubble.buttons]) == 2


async def test_asked_to_correct_one_field_corrected_and_decided(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Ask to correct")
    await doors.press(ADA, "Course")
    assert "Please correct the course" in doors.last(NINA).text
    assert doors.last(OLEG).buttons == {}
    await doors.press(NINA, "Correct")
    await doors.text(NINA, "3")
    await doors.press(NINA, "Send application")
    assert "Nina-Petrova-MSU-Law-7-3-24" in doors.last(OLEG).text
    await doors.press(OLEG, "Approve")
    assert await doors.statuses() == ["approved"]


async def test_a_correction_that_is_cancelled_still_waits(doors: Doors) -> None:
    await apply(doors)
    await doors.press(ADA, "Ask to correct")
    await doors.press(ADA, "In my own words")
    await doors.text(ADA, "Which faculty?")
    await doors.press(NINA, "Correct")
    assert "Which faculty?" in doors.last(NINA).text
    await doors.press(NINA, "Cancel")
    assert "Correct" in doors.last(NINA).buttons
    assert await doors.statuses() == ["needs_changes"]


async def test_withdrawn_after_a_question(doors: Doors) -> None:
    await apply(doors)
    await doors.press(NINA, "Withdraw")
    await doors.press(NINA, "Back")
    await doors.press(NINA, "Withdraw")
    await doors.press(NINA, "Yes, withdraw")
    assert "withdrawn" in doors.last(NINA).text
    assert "Withdrawn by the applicant" in doors.last(ADA).text


async def test_nobody_presses_the_buttons_of_somebody_else(doors: Doors) -> None:
    await apply(doors)
    for act in ("ask", "withdraw", "stay", "correct"):
        assert "no such application" in await doors.press_data(BORIS, Mine(act, 1).pack(), 77)
    assert await doors.statuses() == ["pending"]


async def test_forged_and_damaged_presses_change_nothing(doors: Doors) -> None:
    await apply(doors)
    forged = ["apl:ok", "apl:ok:x", "apl:ok:1:2", "apl:drop:1", "apr::1", "apw:page:99", "mine:steal:1", "jn:values",
              Step("send").pack(), "apl:ok:999999999999999999", ""]  # fmt: skip
    for data in forged:
        for person in (NINA, BORIS):
            assert await doors.press_data(person, data, 77) is not None
    assert await doors.statuses() == ["pending"]


async def test_pausing_and_resuming(doors: Doors) -> None:
    await doors.text(NINA, "/pause_applications")
    assert "Only an admin" in doors.last(NINA).text
    await doors.text(ADA, "/pause_applications We answer in September.")
    await doors.text(NINA, "/join")
    assert "We answer in September." in doors.last(NINA).text
    await doors.text(ADA, "/resume_applications")
    await doors.text(NINA, "/join")
    assert "In one line" in doors.last(NINA).buttons
