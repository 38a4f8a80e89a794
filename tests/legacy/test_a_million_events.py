"""A million events come over within two minutes on two cores, into either kind of database."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from plumbot.legacy.importing import import_to
from plumbot.legacy.verifying import verify
from tests.legacy.old_files import CLUB, NOW, PEOPLE, at

EVENTS = 1_000_000
MOST_SECONDS = 120

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]


@pytest.fixture
def million(november: Path) -> Path:
    dice = random.Random(1)
    who, how, upto = dice.choice, (1, 1, -1), 2 * EVENTS
    events = (
        (who(PEOPLE), who(PEOPLE), CLUB, dice.randrange(upto), who(how), "reaction", at(one)) for one in range(EVENTS)
    )
    columns = "user_id, actor_id, chat_id, msg_id, delta, reason, created_at"
    with closing(sqlite3.connect(november)) as found, found:
        found.executemany(f"INSERT INTO karma_events ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", events)
    return november


def test_a_million_events_come_over_in_two_minutes(million: Path, database_url: str) -> None:
    began = time.monotonic()
    report = import_to(database_url, million, NOW)
    took = time.monotonic() - began
    assert next(one for one in report.tables if one.name == "karma_events").written > EVENTS
    assert verify(million, database_url).wrong == []
    assert took < MOST_SECONDS
