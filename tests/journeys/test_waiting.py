"""What time does: reminders, cool-down, expiry; and what many at once do."""

import asyncio
from pathlib import Path

import pytest

from tests.journeys.ways import RUSSIAN, SLUG, apply, begin, card_of, get_link
from tests.support.club import Club, club
from tests.support.phones import Phone, link_in

MANY = 12


def slug_number(number: int) -> str:
    return f"person{number}-Test-Harvard-CSE-77-3-21"


async def crowd(it: Club) -> list[Phone]:
    """More than ten apply within the hour."""
    people = [await it.people.newcomer(f"Person{number}") for number in range(1, MANY + 1)]
    for number, person in enumerate(people, 1):
        await apply(person, slug_number(number))
    return people


async def test_a_late_application_comes_up_again_then_reaches_the_owner_and_the_applicant_is_told_once(
    tmp_path: Path,
) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await apply(nina)
        first = await card_of(ada)
        await it.settles()
        it.passes(hours=25)
        card = await ada.sees(SLUG, "It still waits for a decision.", "[Approve]", after=first["message_id"])
        told = await nina.sees("Your application still waits for an admin.")
        await it.settles()
        it.passes(hours=24)
        await oleg.sees(SLUG, RUSSIAN("⚠️ It waits for two days, and nobody has decided."))
        await ada.sees(SLUG, "It still waits for a decision.", after=card["message_id"])
        await it.settles()
        cards = [message for message in await ada.messages() if SLUG in (message["text"] or "")]
        assert len(cards) == 1
        assert (await nina.sees("Your application still waits"))["message_id"] == told["message_id"]


async def test_after_a_rejection_the_same_person_can_apply_again_when_the_day_is_over(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await apply(nina)
        await ada.press("Deny", on=await card_of(ada))
        await ada.press("No reason")
        await nina.sees("You can apply again after")
        await nina.send("/join")
        await nina.sees("Your last application was rejected a short while ago.")
        it.passes(hours=25)
        await apply(nina)
        await ada.sees(SLUG, "[Approve]", "Earlier applications: rejected: 1")


async def test_an_expired_link_offers_a_new_one_and_that_one_works(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        old = await get_link(nina, it.people.ada)
        it.passes(hours=24, minutes=1)
        await nina.sees("does not work any more", "[Get a new link]")
        assert (await nina.follow(old))["outcome"] == "invalid"
        await nina.press("Get a new link")
        fresh = link_in(await nina.sees("t.me/+"))
        assert fresh != old
        await nina.follow(fresh)
        await nina.comes_in()


async def test_get_a_new_link_at_once_gives_the_same_while_it_works_and_replaces_an_older_one(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina = it.people.nina
        old = await get_link(nina, it.people.ada)
        await nina.is_told(await nina.press("Get a new link"))
        await it.settles()
        assert link_in(await nina.sees("t.me/+")) == old
        it.passes(minutes=5)
        await nina.is_told(await nina.press("Get a new link"))
        await it.settles()
        fresh = link_in(await nina.sees("t.me/+"))
        assert fresh != old
        assert (await nina.follow(old))["outcome"] == "invalid"
        assert it.asks("SELECT status FROM invites ORDER BY id") == [("revoked",), ("open",)]


@pytest.mark.timeout(180)
async def test_when_many_apply_at_once_each_admin_has_one_list_and_can_deny_several(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        people, ada = await crowd(it), it.people.ada
        await it.settles()
        await ada.sees("12 applications wait", slug_number(1), "Page 1 of 2")
        await ada.press("▶")
        await ada.sees("Page 2 of 2", slug_number(11), slug_number(12))
        await ada.press("☐ 11. Person11")
        await ada.press("☐ 12. Person12", on=await ada.sees("[☑ 11. Person11]"))
        await ada.press("Deny selected: 2")
        pressed = await ada.press("No places now", on=await ada.sees("Deny 2 applications: for which reason?"))
        assert await ada.is_told(pressed) == "Denied: 2"
        for person in people[10:]:
            await person.sees("Your application was rejected.", "The club takes nobody new at the moment.")
        await ada.sees("10 applications wait")
        await it.settles()
        assert it.asks("SELECT status, count(*) FROM applications GROUP BY status ORDER BY status") == [
            ("pending", 10), ("rejected", 2),
        ]  # fmt: skip


@pytest.mark.timeout(180)
async def test_an_application_is_opened_from_the_list_and_approved(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        people, ada = await crowd(it), it.people.ada
        await it.settles()
        await ada.press("▶", on=await ada.sees("12 applications wait"))
        page = await ada.sees("Page 2 of 2")
        where = {"chat": page["chat_id"], "message_id": page["message_id"], "row": 3, "col": 1}
        await ada.act("press", **where)
        await ada.press("Approve", on=await card_of(ada, slug_number(12)))
        await people[11].sees("is approved")
        await ada.sees("11 applications wait")


async def test_while_applications_are_paused_nobody_begins_one_and_those_under_way_go_on(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, boris = it.people.nina, it.people.ada, it.people.boris
        await apply(nina)
        await ada.send("/pause_applications Back in May")
        await ada.sees("Applications are paused.")
        await boris.start()
        said = await boris.is_told(await boris.press("Join the club"))
        assert said == "The club takes no applications at the moment: Back in May"
        await ada.press("Approve", on=await card_of(ada))
        await nina.sees("is approved")
        await ada.send("/resume_applications")
        await ada.sees("Applications are taken again.")
        await begin(boris)
        await boris.sees("[In one line]")


async def test_people_who_apply_at_the_same_moment_are_all_served(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        names = ("Tamara", "Ursula", "Viktor", "Walter")
        people = [await it.people.newcomer(name) for name in names]
        await asyncio.gather(
            *(apply(person, SLUG.replace("nina", name)) for person, name in zip(people, names, strict=True))
        )
        for name in names:
            assert (await card_of(it.people.ada, SLUG.replace("nina", name)))["buttons"]
