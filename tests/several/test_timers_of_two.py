"""Two bots look at the same clock: what is due is done once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.features.karma.ledger import Change, Ledger
from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.signals import Signals
from tests.several.fleet import Fleet, fleet, patiently

MEMBERS = range(2001, 2061)
ZONE = "UTC"
RECENTLY = timedelta(minutes=2)

pytestmark = pytest.mark.timeout(400)


def earn(session: Session) -> None:
    """Something yesterday and today, whichever day the digest is about."""
    clock = SystemClock()
    profiles, ledger = Profiles(clock, 10), Ledger(clock, ZoneInfo(ZONE))
    for who in MEMBERS:
        profiles.meet(session, Person(who, f"P{who}"), reachable=True).in_club = True
    for at in (clock.now() - timedelta(days=1), clock.now() - 2 * RECENTLY):
        ledger.write(session, [Change(who, 1, "thanks", at=at) for who in MEMBERS])


def digests(it: Fleet) -> Counter[int]:
    told = it.post.made("sendMessage")
    return Counter(one["chat_id"] for one in told if one["chat_id"] in MEMBERS)


async def test_the_digest_of_two_bots_comes_once(migrated_postgres_url: str, tmp_path: Path) -> None:
    sessions = open_database(migrated_postgres_url, Signals())
    await sessions.change(earn)
    await sessions.close()
    due = (datetime.now(UTC) - RECENTLY).strftime("%H:%M")
    async with fleet(migrated_postgres_url, tmp_path, PLUM_CLUB__TIMEZONE=ZONE, PLUM_DIGEST__TIME=due) as it:
        await it.start()
        await patiently(lambda: len(digests(it)) == len(MEMBERS))
        await it.settles()
        assert digests(it) == dict.fromkeys(MEMBERS, 1)
        assert it.asks("SELECT count(*) FROM firings WHERE name = 'digest.daily'") == [(1,)]
