"""What the fault tests share: the row that each of them adds to the table of promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plumbot.migrations import upgrade
from tests.faults.findings import Tally
from tests.support import scoreboard
from tests.support.databases import migrated
from tests.support.postgres import temporary_server

Hold = Callable[[dict[str, Tally], str], None]


@dataclass(frozen=True)
class Database:
    """At head, and made to last: a PostgreSQL with fsync on."""

    name: str
    url: str


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    return Database("SQLite", migrated(tmp_path))


@pytest.fixture
def postgresql() -> Iterator[Database]:
    with temporary_server(durable=True) as server, server.fresh() as url:
        upgrade(url)
        yield Database("PostgreSQL", url)


# Each in a group of its own, so that they run beside each other.
on_both = pytest.mark.parametrize(
    "name",
    [
        pytest.param("sqlite", marks=pytest.mark.xdist_group("faults on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("faults on postgresql")),
    ],
)


@pytest.fixture
def lasting(name: str, request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def hold(record_property: Callable[[str, object], None]) -> Hold:
    """Writes down what was found for each promise, then fails when anything was lost or doubled."""

    def hold(tallies: dict[str, Tally], on: str) -> None:
        for promise, tally in tallies.items():
            scoreboard.note(record_property, promise, tally.tried, len(tally.lost), len(tally.doubled), on=on)
        found = {promise: tally.lost + tally.doubled for promise, tally in tallies.items()}
        assert not {promise: complaints[:20] for promise, complaints in found.items() if complaints}

    return hold
