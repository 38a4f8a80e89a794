"""Intake, lanes and sender around one real database, with a Bot API server that takes everything."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiogram import Bot
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.features.admins.service import AdminService
from plumbot.features.applications.tables import Application
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.runner import CallAnswers, LaneRunner
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.sender import Sender, SenderHooks
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings
from tests.random.strategies import ADMIN, BOT, CLUB, GROUP, OWNER
from tests.support.databases import migrated
from tests.support.telegram import (
    TOKEN,
    Json,
    Post,
    client_of,
    post_office,
    quick_limits,
    unfinished,
    until,
)


class House:
    def __init__(self, sessions: SessionManager, intake: Intake, post: Post) -> None:
        self.sessions, self.intake, self.post = sessions, intake, post
        self._numbers = itertools.count(1)

    async def take(self, updates: list[Json]) -> None:
        """All at once, as a poll hands them over; returns when they are settled and everything is said."""
        await self.intake.take([{"update_id": next(self._numbers), **update} for update in updates])
        await until(self._is_settled)

    async def _is_settled(self) -> bool:
        return await self.sessions.read(_at_work) == 0

    async def statuses(self) -> set[str]:
        """Which ends applications have come to."""
        return await self.sessions.read(lambda session: set(session.scalars(select(Application.status))))

    async def last_seq(self) -> int:
        return await self.sessions.read(lambda session: session.scalar(select(func.max(InboxRow.seq))) or 0)

    async def troubles(self, after: int) -> list[str]:
        """What the bot could not do with updates after that one."""

        def read(session: Session) -> list[str]:
            bad = select(InboxRow).where(InboxRow.seq > after, (InboxRow.status != "done") | (InboxRow.attempts > 0))
            return [f"{row.kind} {row.status}: {row.error}" for row in session.scalars(bad)]

        return await self.sessions.read(read)


def _at_work(session: Session) -> int:
    new = select(func.count()).select_from(InboxRow).where(InboxRow.status == "new")
    return (session.scalar(new) or 0) + unfinished(session)


def settings_of(url: str) -> Settings:
    return Settings(
        {
            "PLUM_TELEGRAM__TOKEN": TOKEN,
            "PLUM_DATABASE__URL": url,
            "PLUM_CLUB__CHAT_ID": str(CLUB),
            "PLUM_CLUB__REVIEW_CHAT_ID": str(GROUP),
            "PLUM_CLUB__OWNER_ID": str(OWNER),
            "PLUM_CLUB__ADMIN_IDS": str(ADMIN),
            "PLUM_CLUB__LANGUAGE": "en",
        }
    )


@asynccontextmanager
async def house(folder: Path, holder: str | None = None) -> AsyncIterator[House]:
    """`holder` names the process that it stands for, where there are several."""
    settings = settings_of(migrated(folder))
    container = wiring.build(settings)
    await wiring.connect(container)
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
    alerts = await container.get(Alerts)
    await sessions.change((await container.get(AdminService)).reconcile, settings.club.admin_ids)
    outbox, events = await container.get(Outbox), await container.get(Events)
    gate = Gate(clock, outbox, events, await container.get(Profiles), await container.get(Permissions))
    dispatcher = build_dispatcher(routing.routers(), container, sessions, gate)
    interest = routing.group_interest(await container.get(Places))
    intake = Intake(sessions, clock, BOT, interest, await wiring.observers(container))
    answers = CallAnswers(await wiring.call_answers(container))
    async with post_office() as post, client_of(post.url) as client:
        _answer_calls(post)
        bot = Bot(TOKEN, session=SilentSession())
        updates = Updates(bot, dispatcher, gate, await container.get(Languages), sessions, client)
        lanes = LaneRunner(
            sessions, clock, updates, answers, alerts, intake=intake, holder=holder, first_pause_seconds=0.001
        )
        hooks = await container.get(SenderHooks)
        sender = Sender(sessions, client, clock, hooks, BOT, holder=holder, limits=quick_limits(), idle_seconds=0.05)
        async with running(lanes, sender), listening(sessions):
            yield House(sessions, intake, post)
    await sessions.close()
    await container.close()


def _answer_calls(post: Post) -> None:
    """Each link is another one; nobody is inside."""
    numbers = itertools.count(1)

    async def before(_method: str, _values: Json) -> None:
        link: dict[str, Any] = {"invite_link": f"https://t.me/+made{next(numbers)}"}
        post.results["createChatInviteLink"] = link

    post.meanwhile = before
    post.results["getChatMember"] = {"status": "left", "user": {"id": 1}}


@asynccontextmanager
async def listening(sessions: SessionManager) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(listener.run()) for listener in sessions.listeners()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    """Parts with `run` and `stop` at work; stopped at the end, and what made one fail is raised."""
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for part in parts:
            part.stop()
        await asyncio.gather(*tasks)
