"""Intake and lanes of the whole house, nothing beside them: updates are run while one call of the database fails."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiogram import Bot
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.features.admins.service import AdminService
from plumbot.kit import logging
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.runner import CallAnswers, LaneRunner
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox import repository
from plumbot.kit.outbox.tables import BotCall
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.signals import Signals
from tests.faults.database_faults import fail
from tests.random.house import running, settings_of
from tests.random.strategies import BOT
from tests.support.scoreboard import SOAK
from tests.support.telegram import TOKEN, Json, client_of, until

PATIENCE_SECONDS = 600 if SOAK else 90


@dataclass
class NthCall:
    """While armed, makes one call of the database fail, and remembers whether it came to that."""

    number: int = 0
    kind: str = ""
    seen: int = 0
    came: bool = False

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._on_statement)
        event.listen(engine, "commit", self._count)

    def arm(self, number: int, kind: str) -> None:
        self.number, self.kind, self.seen, self.came = number, kind, 0, False

    def _on_statement(self, connection: Connection, *_: object) -> None:
        self._count(connection)

    def _count(self, connection: Connection) -> None:
        if self.came or not self.number:
            return
        self.seen += 1
        if self.seen == self.number:
            self.came = True
            fail(connection, self.kind)


@dataclass
class Bench:
    sessions: SessionManager
    witness: SessionManager
    intake: Intake
    clock: Clock
    nth: NthCall
    links: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def take(self, updates: list[Json]) -> None:
        """As the poller does, with patience; returns when they are done or dead."""
        numbered = [{"update_id": next(self.numbers), **update} for update in updates]
        while True:
            try:
                await self.intake.take(numbered)
            except Exception as fault:
                if not is_infrastructure(fault):
                    raise
            else:
                break
        await self.settled()

    async def answer_calls(self) -> None:
        """Telegram takes every call that waits; the answers that somebody wants come back and are run."""
        for call in await self.witness.read(_new_calls):
            await self.sessions.insist(repository.take_answer, call, self._answer(call), BOT, self.clock.now())
        await self.settled()

    def _answer(self, call: BotCall) -> Answer:
        result: object = True
        if call.method == "createChatInviteLink":
            result = {"invite_link": f"https://t.me/+made{next(self.links)}"}
        elif call.method == "getChatMember":
            result = {"status": "left", "user": {"id": call.lane}}
        return Answer(True, result, values=call.then_values)

    async def settled(self) -> None:
        await until(self._is_settled, PATIENCE_SECONDS)

    async def _is_settled(self) -> bool:
        return await self.witness.read(_waiting) is None


def _waiting(session: Session) -> int | None:
    return session.scalar(select(InboxRow.seq).where(InboxRow.status == "new").limit(1))


def _new_calls(session: Session) -> list[BotCall]:
    return list(session.scalars(select(BotCall).where(BotCall.status == "new").order_by(BotCall.id)))


def engines(sessions: SessionManager) -> list[Engine]:
    """On SQLite the writer's; on PostgreSQL the one that there is."""
    found = getattr(sessions, "_write_engine", None) or getattr(sessions, "_engine").sync_engine  # noqa: B009
    return [found]


@asynccontextmanager
async def bench(database_url: str) -> AsyncIterator[Bench]:
    logging.configure("ERROR", "json")
    settings = settings_of(database_url)
    container = wiring.build(settings)
    await wiring.connect(container)
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
    await sessions.change((await container.get(AdminService)).reconcile, settings.club.admin_ids)
    outbox, events = await container.get(Outbox), await container.get(Events)
    gate = Gate(clock, outbox, events, await container.get(Profiles), await container.get(Permissions))
    dispatcher = build_dispatcher(routing.routers(), container, sessions, gate)
    intake = Intake(
        sessions, clock, BOT, routing.group_interest(await container.get(Places)), await wiring.observers(container)
    )
    answers = CallAnswers(await wiring.call_answers(container))
    nth = NthCall()
    for engine in engines(sessions):
        nth.watch(engine)
    witness = open_database(database_url, Signals())
    async with client_of("http://127.0.0.1:9") as nobody:  # nobody listens there: presses stay unanswered
        bot = Bot(TOKEN, session=SilentSession())
        updates = Updates(bot, dispatcher, gate, await container.get(Languages), sessions, nobody)
        lanes = LaneRunner(
            sessions, clock, updates, answers, await container.get(Alerts), intake=intake,
            database_pause_seconds=0.001, look_again_seconds=0.05,
        )  # fmt: skip
        async with running(lanes):
            yield Bench(sessions, witness, intake, clock, nth)
    await witness.close()
    await sessions.close()
    await container.close()
