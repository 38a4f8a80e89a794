"""The sandbox, a bad road, and the real bot as a process on it: what every fault test begins with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from plumbot.apps import sandbox_club
from plumbot.sandbox.options import CLUB_ID, TOKEN, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve
from tests.faults.crowd import ADA, OLEG, Crowd
from tests.faults.findings import Witness
from tests.faults.stream import Disorder, Stream
from tests.faults.troubled_bot import VARIABLE
from tests.faults.wire import Wire, wired
from tests.support.processes import BotProcess, fork_server

PROGRAM = "tests.faults.troubled_bot"
SETTLE_SECONDS = 300.0
LOOK_AGAIN_SECONDS = 0.1


@dataclass
class Scene:
    sandbox: RunningSandbox
    wire: Wire
    crowd: Crowd
    bot: BotProcess
    witness: Witness
    database_url: str
    dice: Random

    async def calm_down(self) -> None:
        """No more faults; a last start, and everything that is open comes to its end."""
        self.wire.share = 0.0
        await self.bot.kill()
        await self.bot.start(**{VARIABLE: ""})
        await self.settle()

    async def settle(self) -> None:
        async with asyncio.timeout(SETTLE_SECONDS):
            while self.wire.stream.waiting or self.witness.unfinished():
                self.wire.collect()
                await asyncio.sleep(LOOK_AGAIN_SECONDS)


def noon() -> str:
    """A time zone in which it is about noon now: no storm lasts into the next day of the club."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


def variables(api_url: str, database_url: str) -> dict[str, str]:
    return {
        "PLUM_TELEGRAM__TOKEN": TOKEN,
        "PLUM_TELEGRAM__API_URL": api_url,
        "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
        "PLUM_CLUB__OWNER_ID": str(OLEG),
        "PLUM_CLUB__ADMIN_IDS": str(ADA),
        "PLUM_CLUB__RULES_URL": "https://example.org/rules",
        "PLUM_CLUB__LANGUAGE": "en",
        "PLUM_CLUB__TIMEZONE": noon(),
        "PLUM_DATABASE__URL": database_url,
        "PLUM_HTTP__PORT": "0",
        "PLUM_LOG__LEVEL": "WARNING",
    }


@asynccontextmanager
async def scene(
    folder: Path, database_url: str, *, seed: int, telegram_faults: float, members: int = 0
) -> AsyncIterator[Scene]:
    dice = Random(seed)
    options = SandboxOptions(state=folder / "sandbox", web_port=0, strict_rates=False, history=False)
    sandbox = await serve(options)
    try:
        async with wired(sandbox, Stream(dice, Disorder()), dice, telegram_faults) as wire:
            crowd = Crowd(wire, dice)
            crowd.populate(members)
            await sandbox_club.fill(database_url, sandbox.world)
            bot = BotProcess(fork_server(PROGRAM), variables(wire.url, database_url), folder)
            witness = Witness(database_url)
            try:
                yield Scene(sandbox, wire, crowd, bot, witness, database_url, dice)
            finally:
                witness.close()
                await bot.kill()
    finally:
        await sandbox.close()
