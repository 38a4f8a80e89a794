"""Who gets in by a personal link, in both modes."""

from pathlib import Path

from plumbot.sandbox.options import CLUB_ID
from tests.journeys.ways import get_link
from tests.support.club import club
from tests.support.phones import link_in


async def test_by_request_a_stranger_stays_outside_unbanned_and_the_owner_keeps_the_right_to_join(
    tmp_path: Path,
) -> None:
    async with club(tmp_path) as it:
        nina, ada, boris = it.people.nina, it.people.ada, it.people.boris
        link = await get_link(nina, ada)
        assert (await boris.follow(link))["outcome"] == "requested"
        await ada.sees("Boris", "declined")
        await nina.follow(link)
        await nina.comes_in()
        assert await it.people.status(CLUB_ID, boris.user_id) == "left"
        assert (await boris.follow(link))["outcome"] in ("invalid", "requested")
        assert not await boris.inside()


async def test_by_link_a_stranger_is_removed_and_blacklisted_and_the_owner_gets_a_new_link(tmp_path: Path) -> None:
    async with club(tmp_path, PLUM_CLUB__ADMISSION="link") as it:
        nina, ada, boris = it.people.nina, it.people.ada, it.people.boris
        link = await get_link(nina, ada)
        assert (await boris.follow(link))["outcome"] == "joined"
        await ada.press("Give a new link")
        fresh = link_in(await nina.sees("t.me/+"))
        assert fresh != link
        assert not await boris.inside()
        assert (await boris.follow(fresh))["outcome"] == "banned"
        await nina.follow(fresh)
        await nina.comes_in()
        await nina.sees("Welcome")


async def test_leaving_is_recorded_and_joining_again_needs_a_new_application(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada = it.people.nina, it.people.ada
        link = await get_link(nina, ada)
        await nina.follow(link)
        await nina.comes_in()
        await nina.sees("Welcome")
        await nina.act("leave", chat=CLUB_ID)
        await nina.sees("Join the club")
        it.passes(minutes=1)
        assert (await nina.follow(link))["outcome"] != "joined"
        again = await get_link(nina, ada)
        await nina.follow(again)
        await nina.comes_in()


async def test_service_messages_about_coming_and_going_are_deleted(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, mira = it.people.nina, it.people.ada, it.people.mira
        await nina.follow(await get_link(nina, ada))
        await nina.comes_in()
        await nina.sees("Welcome")
        await it.settles()
        assert not any(message["service"] for message in await mira.messages(CLUB_ID))
