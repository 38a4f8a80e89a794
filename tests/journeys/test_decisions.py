"""Admins decide: with a reason of any kind, from either chat, several of them at once; everybody sees the same."""

import asyncio
from pathlib import Path

import pytest

from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import RUSSIAN, SLUG, accept, apply, begin, card_of
from tests.support.club import Club, club
from tests.support.phones import Phone, labels_of

REVIEW = -1002000000077


async def review_club(it: Club) -> None:
    it.has_group(REVIEW, "Review", it.people.ada, it.people.boris)
    await it.start()


async def card_is_closed(admin: Phone, *said: str, chat: int | None = None) -> None:
    """The card says so and has no button left."""

    async def is_closed() -> bool:
        card = await admin.finds(SLUG, *said, chat=chat)
        return card is not None and not labels_of(card)

    await admin.telegram.until(is_closed, f"The card of {admin.user_id} is not closed {said}", admin, chat)


def decisions(it: Club) -> list[tuple[str, int]]:
    wanted = ("applications.approved", "applications.rejected", "applications.needs_changes")
    return it.asks(f"SELECT action, actor_id FROM audit WHERE action IN {wanted} ORDER BY id")


async def test_denied_with_a_template_each_reads_the_reason_in_their_own_language(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada, oleg, vera = it.people.ada, it.people.oleg, await it.people.newcomer("Verochka", "ru")
        await apply(vera, language="ru")
        await ada.press("Deny", on=await card_of(ada))
        await ada.press("Second account")
        reason = "You have another account in the club already, and each person has one."
        await vera.sees(RUSSIAN("Your application was rejected. The reason:"), RUSSIAN(reason))
        await card_is_closed(ada, "Rejected", reason, "Ada")
        await card_is_closed(oleg, RUSSIAN("❌ <b>Rejected</b>, № {number}", number=1), RUSSIAN(reason))
        assert decisions(it) == [("applications.rejected", 1003)]


async def test_denied_without_a_reason_after_a_look_back(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await ada.press("Deny", on=await card_of(ada))
        await ada.press("Back")
        await card_of(ada)
        await ada.press("Deny")
        pressed = await ada.press("No reason")
        assert await ada.is_told(pressed) == "Denied: Nina. They hear it from me."
        told = await nina.sees("Your application was rejected.")
        assert "reason" not in told["text"]


@pytest.mark.parametrize(("typed", "read"), [("Sorry, <b>no</b> & never", "Sorry, <b>no</b> & never"), ("-", None)])
async def test_denied_in_own_words_and_a_hyphen_means_none(tmp_path: Path, typed: str, read: str | None) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await ada.press("Deny", on=await card_of(ada))
        await ada.press("In my own words")
        await ada.sees("Write to Nina in one message")
        await ada.photo()
        await ada.sees("I need this in words")
        await ada.send(typed)
        await ada.sees("Denied: Nina")
        told = await nina.sees("Your application was rejected.")
        assert (read in told["text"]) if read else ("The reason" not in told["text"])
        await card_is_closed(ada, "Rejected")


async def test_cancel_while_writing_a_reason_leaves_it_undecided(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        await apply(it.people.nina)
        await ada.press("Deny", on=await card_of(ada))
        await ada.press("In my own words")
        await ada.sees("Write to Nina in one message")
        await ada.send("/cancel")
        await ada.sees("Nothing was decided.")
        await card_of(ada)
        assert decisions(it) == []


async def test_the_review_chat_decides_too_and_own_words_are_written_in_private(tmp_path: Path) -> None:
    async with club(tmp_path, started=False, PLUM_CLUB__REVIEW_CHAT_ID=str(REVIEW)) as it:
        await review_club(it)
        nina, ada, boris = it.people.nina, it.people.ada, it.people.boris
        await apply(nina)
        await ada.press("Deny", chat=REVIEW)
        asked = await boris.sees("for which reason", chat=REVIEW)
        url = next(one["url"] for row in asked["buttons"] for one in row if one["text"] == "In my own words")
        await ada.start((await ada.follow(url))["payload"])
        await ada.sees("Write to Nina in one message")
        await ada.send("The year is wrong")
        await nina.sees("Your application was rejected.", "The year is wrong")
        await card_is_closed(boris, "Rejected", "The year is wrong", chat=REVIEW)
        await card_is_closed(ada, "Rejected")


async def test_somebody_who_opens_the_link_for_own_words_but_is_no_admin_is_refused(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await apply(it.people.nina)
        await it.people.boris.start("deny_1")
        await it.people.boris.sees("Only an admin of the club can do this.")
        await it.people.boris.send("Because I say so")
        await it.settles()
        assert decisions(it) == []


async def test_approved_in_the_review_chat_the_applicant_goes_on(tmp_path: Path) -> None:
    async with club(tmp_path, started=False, PLUM_CLUB__REVIEW_CHAT_ID=str(REVIEW)) as it:
        await review_club(it)
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await ada.press("Approve", chat=REVIEW)
        await nina.follow(await accept(nina))
        await nina.comes_in()
        await card_is_closed(it.people.boris, "In the club", chat=REVIEW)
        assert await nina.inside()


async def test_asked_to_correct_one_field_the_applicant_sends_it_again_and_the_same_card_lives(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await apply(nina)
        await ada.press("Ask to correct", on=await card_of(ada))
        await ada.press("Course")
        await nina.sees("Please correct the course.")
        await card_is_closed(oleg)
        await nina.press("Correct")
        await nina.sees("Step 6 of 7", "Now: 3")
        await nina.send("4")
        await nina.sees("Is everything right?", "An admin asked:", "Please correct the course.")
        await nina.press("Send application")
        corrected = SLUG.replace("-3-", "-4-")
        await oleg.sees(corrected, f"[{RUSSIAN('Approve')}]", RUSSIAN("Course"), "✏️ Исправлена")
        await ada.sees(corrected, "✏️ Corrected", "Before: Course: 3")
        await ada.press("Approve", on=await card_of(ada, corrected))
        await nina.sees("is approved")
        await nina.follow(await accept(nina))
        await nina.comes_in()
        await ada.sees("In the club", "on the club's list as this person's", "Before: Course: 3")
        await ada.sees_no("The slug is free")
        assert it.asks("SELECT count(*), max(status) FROM applications") == [(1, "done")]


async def test_an_old_request_to_correct_can_still_be_withdrawn(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await ada.press("Ask to correct", on=await card_of(ada))
        await ada.press("In my own words")
        await ada.sees("what to correct")
        await ada.send("Please write your full name")
        await nina.sees("Please write your full name")
        await nina.press("Withdraw")
        await nina.press("Yes, withdraw")
        await nina.sees("Your application is withdrawn.")
        await ada.sees(SLUG, "Withdrawn by the applicant")


async def test_defect_12_two_admins_press_at_once_and_one_decision_counts(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await apply(nina)
        approve = await card_of(ada)
        await oleg.press(RUSSIAN("Deny"))
        deny = await oleg.sees(f"[{RUSSIAN('No reason')}]")
        presses = await asyncio.gather(ada.press("Approve", on=approve), oleg.press(RUSSIAN("No reason"), on=deny))
        told = [await ada.is_told(presses[0]), await oleg.is_told(presses[1])]
        await it.settles()
        [(action, by)] = decisions(it)
        if action == "applications.approved":
            assert (by, told) == (
                1003,
                ["Approved: Nina. They hear it from me.", RUSSIAN("Already approved by {by}.", by="Ada")],
            )
            await nina.sees("is approved")
        else:
            told_ada = "Already rejected by Oleg."
            assert (by, told) == (1004, [told_ada, RUSSIAN("Denied: {name}. They hear it from me.", name="Nina")])
            await nina.sees("was rejected")
        await card_is_closed(ada)
        await card_is_closed(oleg)


async def test_defect_14_an_old_card_that_is_pressed_all_the_same_says_who_decided(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await apply(nina)
        await ada.press("Approve", on=await card_of(ada))
        await card_is_closed(oleg)
        old = await it.puts_a_button(oleg, "Old card", "apl:no:1")
        assert await oleg.is_told(await oleg.press("Old card", on=old)) == RUSSIAN(
            "Already approved by {by}.", by="Ada"
        )
        await card_is_closed(oleg)
        assert decisions(it) == [("applications.approved", 1003)]


async def test_an_anonymous_admin_cannot_decide_by_writing(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        ada = it.people.ada
        await ada.send("/blacklist 1005 spam", chat=CLUB_ID, anonymous=True)
        await ada.sees("Only an admin of the club can do this.", chat=CLUB_ID)
        await it.settles()
        assert it.asks("SELECT count(*) FROM blacklist") == [(0,)]


async def test_the_applicant_who_is_inside_already_needs_no_decision(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await begin(nina)
        await nina.send(SLUG)
        await nina.sees("[Send application]")
        await it.stop()
        await it.people.oleg.act("admin_add", chat=CLUB_ID, user=nina.user_id)
        it.sandbox.world.updates.drop(it.sandbox.world.updates.all())
        await it.start()
        await nina.press("Send application")
        await nina.sees("Welcome to Plum Club")
        await ada.sees("in the club chat already", SLUG)
        await ada.sees_no("[Approve]")
        assert it.asks("SELECT slug, user_id FROM roster WHERE user_id = 1001") == [(SLUG, 1001)]
