"""Leases: one holder at a time, and nobody waits for a process that is gone."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.leases import LASTING, Holding, give_back, take, this_process
from plumbot.kit.signals import Signals
from tests.support.telegram import TurnableClock

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def holds(spine: SessionManager, holder: str, now: datetime = NOW) -> bool:
    return await spine.change(take, "poller", holder, now, LASTING)


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)  # for the other see below
async def test_one_holds_it_and_renews_it_until_its_time_is_over(spine: SessionManager) -> None:
    assert await holds(spine, "far:1")
    assert not await holds(spine, "far:2")
    assert await holds(spine, "far:1", NOW + LASTING / 2)
    assert not await holds(spine, "far:2", NOW + LASTING)
    assert await holds(spine, "far:2", NOW + 2 * LASTING)
    assert not await holds(spine, "far:1", NOW + 2 * LASTING)


async def test_given_back_it_is_free_at_once(spine: SessionManager) -> None:
    assert await holds(spine, "far:1")
    await spine.change(give_back, "poller", "far:2")
    assert not await holds(spine, "far:2")
    await spine.change(give_back, "poller", "far:1")
    assert await holds(spine, "far:2")


async def test_nobody_waits_for_a_process_of_this_machine_that_was_killed(spine: SessionManager) -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=subprocess.PIPE)
    here, _, number = this_process().rpartition(":")
    assert int(number) == os.getpid()
    try:
        assert await holds(spine, f"{here}:{child.pid}")
        assert not await holds(spine, "far:2")
    finally:
        child.kill()
        await child.wait()
    assert await holds(spine, this_process())


async def test_a_process_of_another_container_is_not_known_to_be_gone(spine: SessionManager) -> None:
    """Containers of one pod share the host's name, and each counts its processes from 1."""
    host, _, _ = this_process().split(":")
    assert await holds(spine, f"{host}:1:{2**30}")
    assert not await holds(spine, this_process())


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
async def test_a_hold_is_renewed_in_time_and_lost_when_others_took_it(spine: SessionManager) -> None:
    clock = TurnableClock()
    mine, other = Holding(spine, clock, "sender", "far:1"), Holding(spine, clock, "sender", "far:2")
    assert await mine.is_ours()
    assert not await other.is_ours()
    clock.ahead += LASTING / 2
    assert await mine.is_ours()
    clock.ahead += LASTING + timedelta(seconds=1)
    assert await other.is_ours()
    assert not await mine.is_ours()
    await other.give_back()
    assert await mine.is_ours()


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=10)])
async def test_on_postgres_the_servers_clock_decides(migrated_postgres_url: str, ahead: timedelta) -> None:
    sessions = open_database(migrated_postgres_url, Signals())
    try:
        assert await holds(sessions, "far:1", datetime.now(UTC))
        assert not await holds(sessions, "far:2", datetime.now(UTC) + ahead)
    finally:
        await sessions.close()
