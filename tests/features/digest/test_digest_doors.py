"""Digests through the whole house, by its own clock: once a day and once a week, whatever starts when."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plumbot.kit.texts import Texts
from plumbot.sandbox.options import CLUB_ID
from tests.support.club import Club, club

ZONE = ZoneInfo("Europe/Moscow")
DAILY = "Your karma on"
WEEKLY = "The club's week"
OFF, ON = "[Switch it on]", "[Switch it off]"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    async with club(tmp_path) as running:
        yield running


def until_sunday_evening(it: Club) -> timedelta:
    """Half a minute after the next Sunday's nine o'clock in the club's zone."""
    now = it.clock.now().astimezone(ZONE)
    evening = (now + timedelta(days=6 - now.weekday())).replace(hour=21, minute=0, second=30, microsecond=0)
    return evening + timedelta(days=7) - now


async def thanks_ada(it: Club) -> None:
    number = await it.people.ada.send("Here is how it works", chat=CLUB_ID)
    await it.people.oleg.send("Спасибо!", chat=CLUB_ID, reply_to=number)
    await it.settles()


async def digests_of(it: Club) -> list[tuple[str]]:
    await it.settles()
    return it.asks("SELECT key FROM outbox WHERE key LIKE 'digest:%' ORDER BY key")


async def test_in_the_evening_each_hears_once_also_when_the_bot_is_started_again_in_that_minute(it: Club) -> None:
    ada = it.people.ada
    await ada.start()
    it.passes(seconds=(until_sunday_evening(it) - timedelta(hours=1)).total_seconds())
    await thanks_ada(it)
    it.passes(hours=1)
    said = await ada.sees(DAILY, "+1 −0", "[Do not send this any more]")
    for _ in range(2):
        await it.restart()
        await ada.send("/why")  # answered by the process that has looked at its timers
        await ada.sees("Why you have", after=said["message_id"])
    assert [key for (key,) in await digests_of(it)] == [f"digest:1003:{it.clock.now().astimezone(ZONE):%Y-%m-%d}"]
    assert len([message for message in await ada.messages() if DAILY in (message["text"] or "")]) == 1


async def test_the_button_under_the_digest_ends_it_and_brings_it_back(it: Club) -> None:
    ada = it.people.ada
    await ada.start()
    it.passes(seconds=(until_sunday_evening(it) - timedelta(hours=1)).total_seconds())
    await thanks_ada(it)
    it.passes(hours=1)
    await ada.press("Do not send this any more")
    await ada.sees("no daily digest any more")
    assert it.asks("SELECT digest FROM profiles WHERE user_id = 1003") == [(0,)]
    await ada.press("Send it again")
    await ada.sees("You get the daily digest again")
    assert it.asks("SELECT digest FROM profiles WHERE user_id = 1003") == [(1,)]


async def test_an_admin_switches_the_clubs_weekly_digest_on_and_the_chat_reads_it_once(it: Club) -> None:
    ada, mira = it.people.ada, it.people.mira
    await mira.send("/weekly_digest")
    await mira.sees(Texts("ru").plain("Only an admin of the club can do this."))
    await ada.send("/weekly_digest")
    await ada.sees("It is off.", OFF)
    await ada.press("Switch it on")
    await ada.sees("It is on.", ON)
    it.passes(seconds=(until_sunday_evening(it) - timedelta(hours=1)).total_seconds())
    await thanks_ada(it)
    await it.restart()
    it.passes(hours=1)
    said = await mira.sees(WEEKLY, "1. Ada: +1", chat=CLUB_ID)
    await it.restart()
    await ada.send("/weekly_digest")
    await ada.sees("It is on.", ON)
    await it.settles()
    assert [one["message_id"] for one in await mira.messages(CLUB_ID) if WEEKLY in (one["text"] or "")] == [
        said["message_id"]
    ]
    assert it.asks("SELECT actor_id FROM audit WHERE action = 'digest.weekly'") == [(1003,)]
