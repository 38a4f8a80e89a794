"""The commands of the main admin and of the others, typed through the whole house."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.club import Club, club


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    async with club(tmp_path) as running:
        yield running


async def test_the_owner_appoints_and_dismisses_and_both_are_told(it: Club) -> None:
    oleg, mira = it.people.oleg, it.people.mira
    await mira.start()
    await mira.sees("Settings")
    await oleg.send("/admin_add @MIRA")
    await oleg.sees("Mira", "is an admin now")
    await mira.sees("You are an admin of the club now")
    await oleg.send("/admins")
    await oleg.sees("Ada", "named in the settings", "Mira")
    await oleg.send("/admin_remove 1002")
    await oleg.sees("Mira", "is no longer an admin")
    await mira.sees("You are no longer an admin")


async def test_nobody_but_the_owner_appoints(it: Club) -> None:
    await it.people.ada.send("/admin_add 1001")
    await it.people.ada.sees("Only the club's main admin can do this.")
    await it.people.nina.send("/admin_add 1001")
    await it.people.nina.sees("Only the club's main admin can do this.")
    await it.people.oleg.send("/admins")
    listed = await it.people.oleg.sees("named in the settings")
    assert "1001" not in listed["text"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/admin_add", "Name a person"),
        ("/admin_add <b>x</b>", "neither a Telegram id nor an @name"),
        ("/admin_add @stranger_none", "I have never met @stranger_none"),
        ("/admin_remove 1003", "PLUM_CLUB__ADMIN_IDS"),
        ("/admin_remove 1004", "PLUM_CLUB__OWNER_ID"),
        ("/admin_remove 1001", "is not an admin"),
    ],
)
async def test_what_cannot_be_done_is_said_with_the_reason(it: Club, text: str, answer: str) -> None:
    await it.people.oleg.send(text)
    await it.people.oleg.sees(answer)


async def test_an_admin_goes_away_and_comes_back(it: Club) -> None:
    ada = it.people.ada
    await ada.send("/away")
    await ada.sees("You are away now")
    await ada.send("/back")
    await ada.sees("Welcome back")
    await it.people.nina.send("/away")
    await it.people.nina.sees("Only an admin of the club can do this.")
