"""What tests of features share: a real database at head, a session in one transaction, a clock that stands still."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from plumbot.migrations import upgrade

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


@pytest.fixture(scope="session")
def head_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating for each test would take longer than the tests."""
    path = tmp_path_factory.mktemp("head") / "plum.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def engine(head_database: Path, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a fresh database of this test; open a second Session on it to see what was committed."""
    path = tmp_path / "plum.db"
    shutil.copy(head_database, path)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def foreign_keys(connection: object, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]

    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session inside one transaction; commit it yourself where a second session is to look."""
    with Session(engine) as session:
        yield session
