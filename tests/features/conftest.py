"""What tests of features share: a real database at head, a session in one transaction, a clock that stands still."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.signals import Signals

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class FixedClock:
    """A clock that moves only when told."""

    at: datetime = field(default=NOON)

    def now(self) -> datetime:
        return self.at

    def forward(self, **of_timedelta: float) -> datetime:
        """For example `clock.forward(hours=24)`."""
        self.at += timedelta(**of_timedelta)
        return self.at


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def engine(head_url: str) -> Iterator[Engine]:
    """An engine on a fresh database of this test; open a second Session on it to see what was committed."""
    engine = create_engine(head_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    yield engine
    engine.dispose()


@pytest.fixture
async def sessions(head_url: str) -> AsyncIterator[SessionManager]:
    """The bot's own way to that database."""
    opened = open_database(head_url, Signals())
    yield opened
    await opened.close()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session inside one transaction; commit it yourself where a second session is to look."""
    with Session(engine) as session:
        yield session
