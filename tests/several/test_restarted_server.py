"""PostgreSQL goes away in the middle of the work and comes back: nothing is lost, nothing is done twice."""

import asyncio
import signal
from pathlib import Path

import pytest

from plumbot.migrations import upgrade
from tests.several.fleet import fleet, in_the_middle, patiently
from tests.several.test_two_bots import everybody_gets_in
from tests.support.postgres import temporary_server

PEOPLE = range(3001, 3009)
STRANGER = 3_999

pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
async def test_a_server_that_went_away_loses_nothing(tmp_path: Path, how: signal.Signals) -> None:
    with temporary_server(durable=True) as server, server.fresh(server.template("head", upgrade)) as url:
        async with fleet(url, tmp_path) as it:
            await it.start()
            working = asyncio.create_task(everybody_gets_in(it, PEOPLE))
            for goal in (3, 20):
                await in_the_middle(it, working, goal)
                await asyncio.to_thread(server.stop, how)
                coming = asyncio.create_task(it.writes(STRANGER, "/start"))
                await patiently(lambda: it.refused)
                await asyncio.to_thread(server.start)
                await coming
            await working
            it.assert_each_got_in_once(PEOPLE)
            it.assert_lanes_were_in_order()
            it.assert_everybody_sees_what_is_true()
            assert it.asks("SELECT count(*) FROM inbox WHERE lane = ? AND status = 'done'", STRANGER) == [(2,)]
            assert all(bot.process.runs for bot in it.bots)
