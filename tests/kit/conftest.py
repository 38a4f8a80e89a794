"""Fixtures of the spine: a real database of either kind at head, a post office that can misbehave, a client of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.signals import Signals
from plumbot.kit.telegram.client import TelegramClient
from tests.support.databases import migrated
from tests.support.postgres import free_port
from tests.support.telegram import Findings, Post, TurnableClock, client_of, database, post_office


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
async def spine(on_both: None, tmp_path: Path) -> AsyncIterator[SessionManager]:
    async with database(tmp_path) as sessions:
        yield sessions


@pytest.fixture
async def nowhere(on_both: None, tmp_path: Path) -> AsyncIterator[SessionManager]:
    """A database that cannot be reached: a folder that is not there, a port where nobody listens."""
    file = f"sqlite:///{tmp_path / 'nowhere' / 'plum.db'}"
    server = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    sessions = open_database(file if migrated(tmp_path).startswith("sqlite") else server, Signals())
    yield sessions
    await sessions.close()


@pytest.fixture
def outbox(clock: TurnableClock) -> Outbox:
    return Outbox(clock)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as office:
        yield office


@pytest.fixture
async def client(post: Post) -> AsyncIterator[TelegramClient]:
    async with client_of(post.url) as one:
        yield one


@pytest.fixture
def findings() -> Findings:
    return Findings()
