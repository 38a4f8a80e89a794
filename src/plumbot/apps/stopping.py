"""How a process ends: the first SIGTERM or Ctrl-C asks for it, the second ends it, and a limit holds for both."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import structlog

log = structlog.get_logger()

LONGEST_STOP_SECONDS = 17.0


def run_until_signal(serve: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> None:
    """Run `serve(stop)`. After a signal the process leaves from here with code 0, whatever a thread still waits for.

    What is not committed by then was never promised to anybody: the next start finds it in the database.
    """

    async def main() -> None:
        asked = Asked(asyncio.get_running_loop())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, asked)
        await serve(asked.stop)
        if asked.stop.is_set():
            leave(0)

    asyncio.run(main())


class Asked:
    """The signals' handler. Not the loop's own: it has to work, too, while the loop hangs and after it has ended."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.stop = asyncio.Event()
        self._loop = loop
        self._once = False

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self._once or self._loop.is_closed():
            with suppress(RuntimeError):  # the signal came while a line was being written
                log.warning("stopped_at_once", signal=signal.Signals(number).name)
            leave(128 + number)
        self._once = True
        limit = threading.Timer(LONGEST_STOP_SECONDS, too_long)
        limit.daemon = True
        limit.start()
        self._loop.call_soon_threadsafe(self.stop.set)


def too_long() -> None:
    log.error("stop_forced", seconds=LONGEST_STOP_SECONDS)
    leave(1)


def leave(code: int) -> NoReturn:
    """Without waiting for threads: one may hang in a locked database for a minute."""
    with suppress(RuntimeError, OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


async def unless_stopped(stop: asyncio.Event, work: Awaitable[None], seconds: float = 0) -> bool:
    """Whether the work was done before `stop` came; after it the work has so many seconds, then it is cancelled."""
    task, stopped = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not task.done() and seconds:
            await asyncio.wait((task,), timeout=seconds)
    finally:
        stopped.cancel()
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return not stop.is_set()
