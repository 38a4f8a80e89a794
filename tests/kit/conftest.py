"""Fixtures of the spine: a real database of either kind at head, a post office that can misbehave, a client of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.telegram.client import TelegramClient
from tests.support.telegram import Findings, Post, TurnableClock, client_of, database, post_office


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
async def spine(on_both: None, tmp_path: Path) -> AsyncIterator[SessionManager]:
    async with database(tmp_path) as sessions:
        yield sessions


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
