"""The newcomer's way with a SIGKILL between each two steps: it goes on, and nothing is lost or doubled."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support.club import Club, club
from tests.support.phones import Telegram, link_in
from tests.support.processes import BotProcess, fork_server

SLUG = "nina-petrova-Harvard-CSE-77-3-21"

Step = Callable[[Telegram], Awaitable[object]]


async def _follow(people: Telegram) -> None:
    await people.nina.follow(link_in(await people.nina.sees("t.me/+")))


STEPS: list[Step] = [
    lambda people: people.nina.start(),
    lambda people: people.nina.press("Join the club"),
    lambda people: people.nina.send(SLUG),
    lambda people: people.nina.press("Send application"),
    lambda people: people.ada.press("Approve"),
    lambda people: people.nina.press("I accept the rules"),
    _follow,
]


def what_came_of_it(it: Club) -> dict[str, int]:
    asked = {
        "applications": "SELECT count(*) FROM applications WHERE user_id = 1001 AND status = 'done'",
        "all applications": "SELECT count(*) FROM applications",
        "approvals": "SELECT count(*) FROM audit WHERE action LIKE 'applications.approve%'",
        "links used": "SELECT count(*) FROM invites WHERE status = 'used'",
        "links": "SELECT count(*) FROM invites",
        "roster": "SELECT count(*) FROM roster WHERE user_id = 1001",
        "unfinished": "SELECT count(*) FROM inbox WHERE status <> 'done'",
    }
    return {name: it.asks(question)[0][0] for name, question in asked.items()}


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.3])
async def test_killed_between_each_two_steps_the_way_goes_on(tmp_path: Path, seconds: float) -> None:
    """The kill comes so many seconds after the step: before the bot took it, in the middle, after it."""
    async with club(tmp_path, started=False) as it:
        bot = BotProcess(fork_server(), it.variables(), tmp_path)
        try:
            for step in STEPS:
                await bot.start()
                await step(it.people)
                await asyncio.sleep(seconds)
                await bot.kill()
            await bot.start()
            await it.people.nina.comes_in()
            await it.people.nina.sees("Rules", "Settings")
            await it.settles()
        finally:
            await bot.stop()
        assert what_came_of_it(it) == {
            "applications": 1, "all applications": 1, "approvals": 1, "links used": 1, "links": 1, "roster": 1,
            "unfinished": 0,
        }  # fmt: skip
