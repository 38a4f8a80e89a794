"""The whole house against the sandbox: the bot in this process, people with phones before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from plumbot import migrations
from plumbot.apps import bot, sandbox_club
from plumbot.kit.settings import Settings
from plumbot.sandbox.options import CLUB_ID, TOKEN, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve
from tests.support.phones import Telegram, telegram


class Club:
    """A sandbox, its people, and a bot that can be stopped and started."""

    def __init__(self, sandbox: RunningSandbox, people: Telegram, folder: Path, changed: dict[str, str]) -> None:
        self.sandbox = sandbox
        self.people = people
        self.database_url = f"sqlite:///{folder / 'plum.db'}"
        self._changed = changed
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def variables(self) -> dict[str, str]:
        return {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_TELEGRAM__API_URL": self.sandbox.api_url,
            "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
            "PLUM_CLUB__OWNER_ID": "1004",
            "PLUM_CLUB__ADMIN_IDS": "1003",
            "PLUM_CLUB__RULES_URL": "https://example.org/rules",
            "PLUM_CLUB__LANGUAGE": "en",
            "PLUM_DATABASE__URL": self.database_url,
        } | self._changed

    async def prepare(self) -> None:
        await asyncio.to_thread(migrations.upgrade, self.database_url)
        await sandbox_club.fill(self.database_url, self.sandbox.world)

    async def start(self) -> None:
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(bot.serve(Settings(self.variables()), self._stop))

    async def stop(self) -> None:
        """As SIGTERM does; whatever made the bot fail is raised here."""
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None


@asynccontextmanager
async def club(folder: Path, *, started: bool = True, **changed: str) -> AsyncIterator[Club]:
    """`changed` are PLUM_ variables beside the usual ones."""
    options = SandboxOptions(state=folder / "sandbox", web_port=0, strict_rates=False)
    sandbox = await serve(options)
    try:
        async with telegram(sandbox.web_url) as people:
            it = Club(sandbox, people, folder, changed)
            await it.prepare()
            if started:
                await it.start()
            try:
                yield it
            finally:
                await it.stop()
    finally:
        await sandbox.close()
