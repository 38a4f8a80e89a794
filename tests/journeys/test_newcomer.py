"""The newcomer's whole way, through the sandbox's HTTP and the whole bot."""

from pathlib import Path

from tests.support.club import club
from tests.support.phones import link_in

SLUG = "nina-petrova-Harvard-CSE-77-3-21"


async def test_exactly_the_person_who_was_approved_gets_in(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        nina, ada, boris = it.people.nina, it.people.ada, it.people.boris
        await nina.start()
        await nina.press("Join the club")
        await nina.send(SLUG)
        await nina.press("Send application")
        await ada.press("Approve")
        await nina.press("I accept the rules")
        link = link_in(await nina.sees("t.me/+"))
        await boris.follow(link)
        await nina.follow(link)
        await nina.comes_in()
        assert not await boris.inside()
