"""Two bots on one PostgreSQL: lanes hold across them, one of them sends, and either may die."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.several.fleet import ADMINS, Bot, Fleet, fleet, in_the_middle, patiently

PEOPLE = range(2001, 2009)
TAKEN_OVER_SECONDS = 30.0

pytestmark = pytest.mark.timeout(400)


async def everybody_gets_in(it: Fleet, people: range) -> None:
    """From nothing to the links; two admins press each card at once."""
    await asyncio.gather(*(it.apply(user) for user in people))
    await patiently(lambda: len(it.applications()) == len(people))
    numbers = it.applications()
    await asyncio.gather(*(it.decide(numbers[user], by=admin) for user in people for admin in ADMINS[:2]))
    approved = "SELECT count(*) FROM applications WHERE status = 'approved'"
    await patiently(lambda: it.asks(approved) == [(len(people),)])
    await asyncio.gather(*(it.accept(user) for user in people))
    await it.settles()


async def is_taken_over(it: Fleet, heir: Bot, within: float) -> None:
    await patiently(lambda: it.holder_of("sender") is heir, within)


async def test_two_bots_share_the_lanes_keep_each_persons_order_and_one_sends(
    migrated_postgres_url: str, tmp_path: Path
) -> None:
    async with fleet(migrated_postgres_url, tmp_path) as it:
        await it.start()
        await everybody_gets_in(it, PEOPLE)
        it.assert_each_got_in_once(PEOPLE)
        it.assert_lanes_were_in_order()
        it.assert_everybody_sees_what_is_true()
        assert it.post.most_in_flight == 1
        shares = it.asks("SELECT count(*) FROM inbox GROUP BY claimed_by")
        assert len(shares) == 2
        assert it.holder_of("sender") is not None


async def test_a_killed_bot_is_replaced_by_the_other_and_nothing_is_lost_or_done_twice(
    migrated_postgres_url: str, tmp_path: Path
) -> None:
    kills = 0
    async with fleet(migrated_postgres_url, tmp_path) as it:
        await it.start()
        working = asyncio.create_task(everybody_gets_in(it, PEOPLE))
        for goal in (3, 20):
            await in_the_middle(it, working, goal)
            victim = it.holder_of("sender") or it.bots[0]
            survivor = next(bot for bot in it.bots if bot is not victim)
            await victim.process.kill()
            kills += 1
            await is_taken_over(it, survivor, TAKEN_OVER_SECONDS)
            await it.start(it.bots.index(victim))
        await working
        it.assert_each_got_in_once(PEOPLE)
        it.assert_lanes_were_in_order()
        it.assert_everybody_sees_what_is_true(kills=kills)


async def test_a_bot_that_was_frozen_has_lost_what_it_held_and_does_nothing_twice(
    migrated_postgres_url: str, tmp_path: Path
) -> None:
    """As on a machine that stands still for a minute: nobody can know, until the leases run out."""
    async with fleet(migrated_postgres_url, tmp_path) as it:
        await it.start()
        working = asyncio.create_task(everybody_gets_in(it, PEOPLE))
        await in_the_middle(it, working, 8)
        frozen = it.holder_of("sender") or it.bots[0]
        other = next(bot for bot in it.bots if bot is not frozen)
        assert frozen.process.pid is not None
        os.kill(frozen.process.pid, signal.SIGSTOP)
        try:
            await is_taken_over(it, other, TAKEN_OVER_SECONDS + 10)
            await working
        finally:
            os.kill(frozen.process.pid, signal.SIGCONT)
        await asyncio.sleep(1)  # what it was at when it froze goes on now
        await it.settles()
        it.assert_each_got_in_once(PEOPLE)
        it.assert_lanes_were_in_order()
        it.assert_everybody_sees_what_is_true(kills=1)


async def test_a_bot_that_stops_leaves_its_work_to_the_other_at_once(
    migrated_postgres_url: str, tmp_path: Path
) -> None:
    async with fleet(migrated_postgres_url, tmp_path) as it:
        await it.start()
        working = asyncio.create_task(everybody_gets_in(it, PEOPLE))
        await in_the_middle(it, working, 8)
        leaving = it.holder_of("sender") or it.bots[0]
        await leaving.process.stop()
        assert leaving.process.exit_code == 0
        await patiently(lambda: it.holder_of("sender") not in (None, leaving), within=5)
        await working
        it.assert_each_got_in_once(PEOPLE)
        it.assert_lanes_were_in_order()
        it.assert_everybody_sees_what_is_true()
