"""A fork server whose bots meet faults of their database, and do not wait as long as real ones between attempts.

PLUMBOT_TROUBLE is SEED:SHARE, the share of transactions of which one call fails: locked, I/O error, disk full, lost.
"""

import asyncio
import os
from functools import partial
from random import Random

from dishka import Provider, Scope
from sqlalchemy import Connection, Engine, event

from plumbot.apps.stopping import run_until_signal
from plumbot.kit import logging
from plumbot.kit.inbox.runner import LaneRunner
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.settings import Settings, load_settings
from tests.faults.database_faults import fail, kinds
from tests.support import fork_server
from tests.support.telegram import quick_limits

VARIABLE = "PLUMBOT_TROUBLE"
LATEST_CALL = 12
FIRST_PAUSE_SECONDS = 0.05


class Trouble:
    """Of a share of all transactions one call fails: the first, a later one, or the commit."""

    def __init__(self, seed: int, share: float) -> None:
        self._dice = Random(seed)
        self._share = share

    def watch(self) -> None:
        event.listen(Engine, "begin", self._begin)
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)

    def _begin(self, connection: Connection) -> None:
        hit = self._dice.random() < self._share
        connection.info["calls left"] = self._dice.randint(1, LATEST_CALL) if hit else None

    def _statement(self, connection: Connection, *_: object) -> None:
        left = connection.info.get("calls left")
        if left is None:
            return
        connection.info["calls left"] = left - 1
        if left <= 1:
            self._fail(connection)

    def _commit(self, connection: Connection) -> None:
        if connection.info.get("calls left") is not None:
            self._fail(connection)

    def _fail(self, connection: Connection) -> None:
        connection.info["calls left"] = None
        fail(connection, self._dice.choice(kinds(connection.dialect.name)))


def run() -> None:
    seed, _, share = os.environ.get(VARIABLE, "").partition(":")
    if seed:
        Trouble(int(seed), float(share)).watch()
    hurry = LaneRunner.__init__.__kwdefaults__ or {}
    hurry["first_pause_seconds"] = FIRST_PAUSE_SECONDS
    settings = load_settings()
    logging.configure(settings.log.level, settings.log.format)
    run_until_signal(partial(_serve, settings))


async def _serve(settings: Settings, stop: asyncio.Event) -> None:
    """Without our own limits on sending: nobody watches over them here."""
    provider = Provider(scope=Scope.APP)
    provider.provide(quick_limits, provides=Limits)
    from plumbot.apps.bot import serve  # late: the fork server decides how aiogram is loaded

    await serve(settings, stop, provider)


if __name__ == "__main__":
    fork_server.main(run)
