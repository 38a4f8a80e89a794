"""Two bots that poll, on one PostgreSQL: one asks for updates, the other takes over when it is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.several.fleet import patiently
from tests.support.club import Club, club
from tests.support.phones import Phone
from tests.support.processes import BotProcess, fork_server

TAKEN_OVER_SECONDS = 30.0

pytestmark = pytest.mark.timeout(400)


@asynccontextmanager
async def two_pollers(folder: Path) -> AsyncIterator[tuple[Club, list[BotProcess]]]:
    async with club(folder, started=False) as it:
        bots = [BotProcess(fork_server(), it.variables(), folder / name) for name in ("one", "other")]
        for bot in bots:
            bot.folder.mkdir()
            await bot.start()
        try:
            await patiently(lambda: poller(it, bots), TAKEN_OVER_SECONDS)
            yield it, bots
        finally:
            await asyncio.gather(*(bot.stop() for bot in bots))


def poller(it: Club, bots: list[BotProcess]) -> BotProcess | None:
    rows = it.asks("SELECT holder FROM leases WHERE name = 'poller'")
    return next((bot for bot in bots if rows and rows[0][0].endswith(f":{bot.pid}")), None)


async def is_taken_over(it: Club, bots: list[BotProcess], heir: BotProcess) -> None:
    await patiently(lambda: poller(it, bots) is heir, TAKEN_OVER_SECONDS)


async def newcomers(it: Club, count: int) -> list[Phone]:
    return [await it.people.newcomer(f"Guest{number}") for number in range(count)]


async def each_is_answered_once(it: Club, people: list[Phone]) -> None:
    for person in people:
        await person.sees("[Join the club]")
    await it.settles()
    assert it.asks("SELECT count(*) FROM inbox WHERE source <> 'call' AND status = 'done'") == [(len(people),)]


async def test_when_the_poller_stops_or_is_killed_the_other_asks_and_nothing_is_lost(
    on_postgres: None, tmp_path: Path
) -> None:
    async with two_pollers(tmp_path) as (it, bots):
        people = await newcomers(it, 12)
        for turn, end in enumerate((BotProcess.stop, BotProcess.kill)):
            for person in people[6 * turn : 6 * turn + 3]:
                await person.start()
            former = poller(it, bots)
            assert former is not None
            heir = next(bot for bot in bots if bot is not former)
            await end(former)
            for person in people[6 * turn + 3 : 6 * turn + 6]:
                await person.start()
            await is_taken_over(it, bots, heir)
            await each_is_answered_once(it, people[: 6 * turn + 6])
            await former.start()
        assert not any(bot.has_said("poller_conflict") for bot in bots)
