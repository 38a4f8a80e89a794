"""A worker as a child of the bot, so that recognition never shares the bot's loop, its memory or its end."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import dataclass

import structlog

from plumbot.apps import speech_engines
from plumbot.apps.embedded_counts import hear_the_child
from plumbot.features.transcription.hearing import Hearing
from plumbot.kit.db import SessionManager
from plumbot.kit.leases import this_process
from plumbot.kit.settings import Settings

log = structlog.get_logger()

AGAIN_SECONDS = 60.0  # between two looks whether something has been installed
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
GRACE_SECONDS = 6.0
LAST_WORDS_SECONDS = 1.0  # for what a child has counted before it died


@dataclass(frozen=True)
class EmbeddedWorker:
    """Starts the child, starts it again when it dies, and ends it with the bot; a part of the bot."""

    settings: Settings
    sessions: SessionManager
    hearing: Hearing

    async def run(self) -> None:
        await self._until_something_is_installed()
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            code = await self._live()
            lived = asyncio.get_running_loop().time() - began
            pause = FIRST_PAUSE_SECONDS if lived > LONGEST_PAUSE_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
            log.warning("worker_died", code=code, seconds=pause)
            await asyncio.sleep(pause)

    async def _until_something_is_installed(self) -> None:
        """A child would only say the same."""
        while True:
            models, why_not = speech_engines.installed(self.settings)
            if models:
                return
            log.info("nothing_listens", why=why_not)
            await self.sessions.insist(self.hearing.announce, this_process(), (), why_not)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _live(self) -> int:
        """What the child ended with. It ends, too, when this process is killed: its input ends then."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("PLUM_")}
        ours, theirs = socket.socketpair()
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "plumbot", "worker", "--embedded",
                env=others | self.settings.variables, stdin=theirs.fileno(), start_new_session=True,
            )  # fmt: skip
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        log.info("worker_started", pid=child.pid)
        counting = asyncio.create_task(hear_the_child(ours), name="worker counts")
        try:
            code = await child.wait()
            await asyncio.wait({counting}, timeout=LAST_WORDS_SECONDS)
            return code
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
            ours.close()  # the child's standard input ends: so does the child
            await _end(child)


async def _end(child: Process) -> None:
    if child.returncode is not None:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            await child.wait()
    if child.returncode is None:
        child.kill()
        await child.wait()
