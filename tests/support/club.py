"""The whole house against the sandbox: the bot in this process, people with phones before it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from dishka import Provider, Scope

from plumbot.apps import bot, sandbox_club
from plumbot.kit.clock import Clock
from plumbot.kit.databases import open_database
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.settings import Settings
from plumbot.kit.signals import Signals
from plumbot.sandbox.options import BOT_ID, CLUB_ID, TOKEN, SandboxOptions
from plumbot.sandbox.records import Chat, Member
from plumbot.sandbox.seed import BOT_RIGHTS
from plumbot.sandbox.server import RunningSandbox, serve
from tests.support.databases import Reader, migrated
from tests.support.naming import named_without_id
from tests.support.phones import Json, Phone, Telegram, telegram
from tests.support.secrecy import check_that_no_secret_leaked, logged
from tests.support.telegram import TurnableClock, quick_limits

T = TypeVar("T")

UNFINISHED = """
    SELECT (SELECT count(*) FROM inbox WHERE status = 'new') + (SELECT count(*) FROM outbox WHERE dirty)
         + (SELECT count(*) FROM outbox_calls WHERE status = 'new'), (SELECT max(seq) FROM inbox)
"""


class Club:
    """A sandbox, its people, and a bot that can be stopped and started. One clock for Telegram and the bot."""

    def __init__(
        self, sandbox: RunningSandbox, people: Telegram, clock: TurnableClock, folder: Path, changed: dict[str, str]
    ) -> None:
        self.sandbox = sandbox
        self.people = people
        self.clock = clock
        self.database_url = migrated(folder)
        self.reader = Reader(self.database_url)
        self._changed = changed
        self.instead: tuple[Provider, ...] = ()  # for a test: what takes the place of the bot's own
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        people.alive = self._check

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
            "PLUM_HTTP__PORT": "0",
            "PLUM_BACKUP__DAILY": "off",
            "PLUM_WORKER__EMBEDDED": "off",  # a process more for each test; those about speech start their own
            "PLUM_LOG__LEVEL": "DEBUG",
            "PLUM_LOG__FORMAT": "json",
        } | self._changed

    # The bot's process

    async def start(self) -> None:
        self._stop = asyncio.Event()
        served = bot.serve(Settings(self.variables()), self._stop, self._instead(), *self.instead)
        self._task = asyncio.create_task(served)
        await self.people.until(self._is_listening, "The bot does not ask for updates", None, None)

    async def _is_listening(self) -> bool:
        """Before its first request Telegram keeps no news of members for it."""
        return bool(self.sandbox.world.setting("allowed_updates"))

    def _instead(self) -> Provider:
        """Our clock, and no waiting for limits, which the sandbox does not watch over either."""
        provider = Provider(scope=Scope.APP)
        provider.provide(lambda: self.clock, provides=Clock)
        provider.provide(quick_limits, provides=Limits)
        return provider

    async def stop(self) -> None:
        """As SIGTERM does; whatever made the bot fail is raised here."""
        self._stop.set()
        if self._task is not None:
            task, self._task = self._task, None
            await task

    async def restart(self, **changed: str) -> None:
        """Perhaps with other PLUM_ variables than before."""
        await self.stop()
        self._changed = self._changed | changed
        await self.start()

    def _check(self) -> None:
        """A bot that has died will do nothing more: its error says why."""
        if self._task is not None and self._task.done():
            self._task.result()
            raise AssertionError("The bot has ended by itself.")

    # What the database says

    def asks(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        return self.reader.asks(question, *values)

    async def does(self, work: Callable[..., T], *values: Any) -> T:
        """Something done to the database by another process than the bot."""
        sessions = open_database(self.database_url, Signals())
        try:
            return await sessions.change(work, *values)
        finally:
            await sessions.close()

    async def settles(self) -> None:
        """Waits until the bot has taken all updates, done what they ask, and said what is to be said."""

        async def is_settled() -> bool:
            before = self.asks(UNFINISHED)
            return before[0][0] == 0 and await self.people.waiting() == 0 and self.asks(UNFINISHED) == before

        await self.people.until(is_settled, "The bot does not finish", None, None)

    def passes(self, **time_passed: float) -> None:
        """Time goes by, for Telegram and for the bot; timers look every few seconds."""
        self.clock.ahead += timedelta(**time_passed)

    def check_names(self) -> None:
        """However the journey went: whoever is named to others can be found by their id, to be forgotten one day."""
        found = named_without_id(self.asks)
        assert not found, f"These messages could not be found for those whom they name: {found}"

    # What happens at Telegram

    async def as_bot(self, method: str, **values: Any) -> Json:
        """A call from another time, or from another program with the same token; the whole answer."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.sandbox.bot_url}/{method}", json=values) as answer,
        ):
            body: Json = await answer.json()
            return body

    async def puts_a_button(self, person: Phone, label: str, data: str, chat: int | None = None) -> Json:
        """A message with a button that this bot of today never made."""
        keyboard = {"inline_keyboard": [[{"text": label, "callback_data": data}]]}
        where = chat or person.user_id
        sent = await self.as_bot("sendMessage", chat_id=where, text=f"About {label}", reply_markup=keyboard)
        assert sent["ok"], sent
        return await person.sees(f"About {label}", chat=chat)

    async def gives_rights(self, *, without: str = "") -> None:
        """The owner sets what the bot may do in the club chat."""
        rights = {right: right != without for right in BOT_RIGHTS}
        await self.people.oleg.act("admin_rights", chat=CLUB_ID, user=BOT_ID, rights=rights)

    def has_group(self, chat_id: int, title: str, *members: Phone, kind: str = "supergroup") -> None:
        """Another group with the bot, its owner and these people."""
        world = self.sandbox.world
        world.chats.put(Chat(chat_id, kind, title))
        world.members.put(Member(chat_id, self.people.oleg.user_id, "creator"))
        world.members.put(Member(chat_id, BOT_ID, "administrator", dict.fromkeys(BOT_RIGHTS, True)))
        for person in members:
            world.members.put(Member(chat_id, person.user_id, "member"))
        world.commit()


@asynccontextmanager
async def club(folder: Path, *, started: bool = True, **changed: str) -> AsyncIterator[Club]:
    """`changed` are PLUM_ variables beside the usual ones."""
    clock = TurnableClock()
    options = SandboxOptions(
        state=folder / "sandbox", web_port=0, strict_rates=False, clock=lambda: clock.now().timestamp()
    )
    sandbox = await serve(options)
    try:
        with logged(folder / "here.log"):
            async with telegram(sandbox.web_url) as people:
                it = Club(sandbox, people, clock, folder, changed)
                await sandbox_club.fill(it.database_url, sandbox.world)
                if started:
                    await it.start()
                try:
                    yield it
                    it.check_names()
                finally:
                    await it.stop()
                    it.reader.close()
    finally:
        await sandbox.close()
    check_that_no_secret_leaked(folder)
