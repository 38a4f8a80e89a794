"""What all tests share: no network outside, no settings of whoever runs them, a PostgreSQL when asked."""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plumbot.apps.aiogram_models import build_when_used
from plumbot.migrations import upgrade
from tests.support.compiled import share_what_is_compiled
from tests.support.databases import migrated, place
from tests.support.postgres import PostgresServer, temporary_server
from tests.support.scoreboard import pytest_terminal_summary
from tests.support.scratch import files_in_memory

__all__ = ["pytest_terminal_summary"]  # pytest finds it here

build_when_used()  # before any test imports aiogram
share_what_is_compiled()
files_in_memory()

gc.set_threshold(20_000)  # tests make much and keep little: looking for circles so seldom saves one second in thirty

HERE = ("127.", "::1", "localhost", "0.0.0.0")

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideNetworkError(AssertionError):
    """A test wanted to talk to another machine."""


def _only_here(address: Any) -> None:
    if isinstance(address, tuple) and not str(address[0]).startswith(HERE):
        raise OutsideNetworkError(f"Tests stay on 127.0.0.1; this one wanted {address[0]}:{address[1]}.")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _only_here(address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _only_here(address)
    return _connect_ex(self, address)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that name a long time of their own begin first: begun late, one would run alone at the end."""

    def named_time(item: pytest.Item) -> float:
        mark = item.get_closest_marker("timeout")
        return float(mark.args[0]) if mark else 0.0

    items.sort(key=named_time, reverse=True)


def pytest_collection_finish() -> None:
    """What was loaded until now (aiogram above all) stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """`make coverage`: a helper of pytest-xdist may be ended as soon as it has said that it is done."""
    counting = sys.modules["coverage"].Coverage.current() if "coverage" in sys.modules else None
    if counting is not None:
        counting.save()


@pytest.fixture(scope="session", autouse=True)
def no_network_outside() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _guarded_connect)
    patch.setattr(socket.socket, "connect_ex", _guarded_connect_ex)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_the_person_at_the_keyboard() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    for name in [name for name in os.environ if name.startswith("PLUM_") and name != "PLUM_SOAK"]:
        patch.delenv(name)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    with temporary_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def migrated_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a database of this test's own whose tables are at head."""
    with postgres.emptied(postgres.template("head", upgrade)) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'plum.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind: the test runs on both."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """What takes its database by `migrated(tmp_path)` runs on both."""
    if request.param == "postgres":
        place(tmp_path, request.getfixturevalue("migrated_postgres_url"))


@pytest.fixture
def head_url(on_both: None, tmp_path: Path) -> str:
    """A database at head of either kind: the test runs on both."""
    return migrated(tmp_path)


@pytest.fixture
def on_postgres(migrated_postgres_url: str, tmp_path: Path) -> None:
    """What takes its database by `migrated(tmp_path)` gets a PostgreSQL."""
    place(tmp_path, migrated_postgres_url)
