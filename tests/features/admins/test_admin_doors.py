"""The commands of the main admin and of the others, typed through the whole house."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.club import Club, club


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    """Ada owns the club and the settings name Boris: both read English, as Nina does."""
    async with club(tmp_path, PLUM_CLUB__OWNER_ID="1003", PLUM_CLUB__ADMIN_IDS="1005") as running:
        yield running


async def test_the_owner_appoints_and_dismisses_and_both_are_told(it: Club) -> None:
    ada, nina = it.people.ada, it.people.nina
    await nina.start()
    await nina.sees("Begin with the rules")
    await ada.send("/admin_add @NINA")
    await ada.sees("Nina", "is an admin now")
    await nina.sees("You are an admin of the club now")
    await ada.send("/admins")
    await ada.sees("1005", "named in the settings", "Nina")
    await ada.send("/admin_remove 1001")
    await ada.sees("Nina", "is no longer an admin")
    await nina.sees("You are no longer an admin")


async def test_nobody_but_the_owner_appoints(it: Club) -> None:
    for other in (it.people.boris, it.people.nina):
        await other.send("/admin_add 1001")
        await other.sees("Only the club's main admin can do this.")
    await it.people.ada.send("/admins")
    listed = await it.people.ada.sees("named in the settings")
    assert "1001" not in listed["text"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/admin_add", "Name a person"),
        ("/admin_add <b>x</b>", "neither a Telegram id nor an @name"),
        ("/admin_add @stranger_none", "I have never met @stranger_none"),
        ("/admin_remove 1005", "PLUM_CLUB__ADMIN_IDS"),
        ("/admin_remove 1003", "PLUM_CLUB__OWNER_ID"),
        ("/admin_remove 1001", "is not an admin"),
    ],
)
async def test_what_cannot_be_done_is_said_with_the_reason(it: Club, text: str, answer: str) -> None:
    await it.people.ada.send(text)
    await it.people.ada.sees(answer)


async def test_an_admin_goes_away_and_comes_back(it: Club) -> None:
    boris = it.people.boris
    await boris.send("/away")
    await boris.sees("You are away now")
    await boris.send("/back")
    await boris.sees("Welcome back")
    await it.people.nina.send("/away")
    await it.people.nina.sees("Only an admin of the club can do this.")
