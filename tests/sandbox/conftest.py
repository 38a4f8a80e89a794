"""A sandbox on free ports, a clock, a bot's client and a page's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import BotClient, Clock, Page, options, running

Desk = tuple[RunningSandbox, BotClient, Page]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    async with running(options(tmp_path, clock)) as parts:
        yield parts


@pytest.fixture
def sandbox(desk: Desk) -> RunningSandbox:
    return desk[0]


@pytest.fixture
def bot(desk: Desk) -> BotClient:
    return desk[1]


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk[2]
