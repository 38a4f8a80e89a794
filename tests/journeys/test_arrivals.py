"""Who comes into the chat by another way, and who comes back."""

from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import RUSSIAN, SLUG, apply, begin, get_in, get_link
from tests.support.club import Club, club


def karma_is(session: Session, user_id: int, karma: int) -> None:
    session.execute(update(Profile).where(Profile.user_id == user_id).values(karma_start=karma, karma=karma))


def membership(it: Club, user_id: int) -> bool:
    return bool(it.asks("SELECT in_club FROM profiles WHERE user_id = ?", user_id)[0][0])


async def by_the_owners_link(it: Club, *, request: bool) -> str:
    made = await it.people.oleg.act("admin_link", chat=CLUB_ID, name="Friends", creates_join_request=request)
    link: str = made["link"]
    return link if link.startswith("http") else f"https://{link}"


async def test_an_arrival_that_nothing_explains_is_reported_and_kept_by_an_admin(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        boris, ada, oleg = it.people.boris, it.people.ada, it.people.oleg
        await boris.start()
        await boris.sees("[Join the club]")
        assert (await boris.follow(await by_the_owners_link(it, request=False)))["outcome"] == "joined"
        card = await ada.sees("Boris", "nothing explains it", "[Keep as a member]", "[Remove]")
        await it.settles()
        assert not membership(it, boris.user_id)
        await ada.press("Keep as a member", on=card)
        await ada.sees("Kept as a member by Ada")
        await oleg.sees(RUSSIAN("✅ Kept as a member by {by}.", by="Ada @ada (1003)"))
        await boris.sees("[Settings]")
        assert membership(it, boris.user_id)


async def test_an_arrival_that_nothing_explains_is_removed_by_an_admin_and_may_apply(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        boris, ada = it.people.boris, it.people.ada
        await boris.follow(await by_the_owners_link(it, request=False))
        await ada.press("Remove", on=await ada.sees("Boris", "nothing explains it"))
        await boris.goes_out()
        await ada.sees("Removed by Ada")
        await it.settles()
        assert it.asks("SELECT count(*) FROM blacklist") == [(0,)]
        await begin(boris)
        await boris.sees("[In one line]")


async def test_a_request_by_another_link_is_left_to_human_admins_whose_yes_still_has_to_be_explained(
    tmp_path: Path,
) -> None:
    async with club(tmp_path) as it:
        boris, ada, oleg = it.people.boris, it.people.ada, it.people.oleg
        assert (await boris.follow(await by_the_owners_link(it, request=True)))["outcome"] == "requested"
        await ada.sees("Boris", "not by a link of mine")
        await it.settles()
        assert not await boris.inside()
        await oleg.act("admin_approve", chat=CLUB_ID, user=boris.user_id)
        await boris.comes_in()
        await ada.sees("Boris", "nothing explains it", "Let in by: Oleg", "[Remove]")


async def test_an_approved_person_whom_a_human_admin_lets_in_is_a_member_at_once(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        link = await get_link(nina, ada)
        await nina.follow(await by_the_owners_link(it, request=True))
        await ada.sees("Nina", "not by a link of mine", "is approved")
        await oleg.act("admin_approve", chat=CLUB_ID, user=nina.user_id)
        await nina.sees("Welcome")
        await it.settles()
        assert membership(it, nina.user_id)
        assert it.asks("SELECT status FROM applications") == [("done",)]
        assert (await it.people.boris.follow(link))["outcome"] == "invalid"


async def test_somebody_added_by_an_admin_by_hand_is_a_member_and_the_others_are_told(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        boris, ada = it.people.boris, it.people.ada
        await ada.act("admin_add", chat=CLUB_ID, user=boris.user_id)
        await ada.sees("added", "Boris", "a member now")
        await it.settles()
        assert membership(it, boris.user_id)


async def test_defect_5_joining_again_keeps_karma_and_the_first_day(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        await get_in(nina, ada)
        await it.does(karma_is, nina.user_id, 42)
        before = it.asks("SELECT karma, joined_at FROM profiles WHERE user_id = 1001")
        assert before[0][1]
        await nina.act("leave", chat=CLUB_ID)
        await nina.sees("[Join the club]")
        it.passes(minutes=1)
        await get_in(nina, ada)
        await it.settles()
        assert it.asks("SELECT karma, joined_at FROM profiles WHERE user_id = 1001") == before


async def test_defect_13_who_was_done_twice_and_left_can_apply_a_third_time(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        for _ in range(3):
            await get_in(nina, ada)
            await nina.act("leave", chat=CLUB_ID)
            await nina.sees("[Join the club]")
            it.passes(minutes=1)
        await it.settles()
        assert it.asks("SELECT status FROM applications") == [("done",)] * 3


async def test_an_applicant_who_is_let_in_before_the_decision_has_no_card_left(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, oleg = it.people.nina, it.people.ada, it.people.oleg
        await apply(nina)
        await ada.sees(SLUG, "[Approve]")
        await oleg.act("admin_add", chat=CLUB_ID, user=nina.user_id)
        await nina.sees("[Settings]")
        await it.settles()
        assert membership(it, nina.user_id)
        await ada.sees(SLUG, "In the club")
        await ada.sees_no("[Approve]")
