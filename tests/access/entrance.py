"""The bot's process without a way to Telegram: raw updates go in by the intake, and lanes run them."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiogram import Bot, Router
from aiogram.dispatcher.event.handler import HandlerObject
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.kit import logging
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.handling import PERMISSION
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.runner import CallAnswers, LaneRunner
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings
from plumbot.kit.tables import Table
from tests.access.people import BOT_ID, CLUB, OWNER, REVIEW, Json
from tests.support.databases import migrated

Row = tuple[str, str]  # table, and the row as JSON: comparable
BOOKKEEPING = {"inbox", "leases", "timer_slots", "timers"}
OF_OUTBOX = ("key", "chat_id", "screen", "values", "retired")
OF_CALLS = ("key", "method", "values", "then")
UNIMPORTANT = {"updated_at"}


def every_handler() -> dict[str, HandlerObject]:
    """All handlers of all routers by name: router, kind of update, function, and which of several registrations."""
    return _handlers(routing.routers())


def _handlers(routers: Iterable[Router]) -> dict[str, HandlerObject]:
    found: dict[str, HandlerObject] = {}
    for router in routers:
        for kind, observer in router.observers.items():
            for handler in observer.handlers:
                name = f"{router.name}/{kind}/{handler.callback.__name__}"
                number = sum(other == name or other.startswith(f"{name}#") for other in found)
                found[f"{name}#{number + 1}" if number else name] = handler
    return found


def permission_of(handler: HandlerObject) -> Permission:
    permission: Permission = handler.flags[PERMISSION]
    return permission


@dataclass
class Line:
    """The way to Telegram; of its requests only the answers to presses are made while updates are handled."""

    answers: dict[str, Json] = field(default_factory=dict)

    async def request(self, method: str, values: Json) -> bool:
        assert method == "answerCallbackQuery"
        self.answers[values["callback_query_id"]] = values
        return True


class Entrance:
    """`bring` hands updates over and waits until they are settled; `look` shows what the database holds."""

    def __init__(
        self, sessions: SessionManager, intake: Intake, line: Line, handlers: dict[str, HandlerObject]
    ) -> None:
        self.sessions, self._intake, self.line = sessions, intake, line
        self.handlers = handlers
        self.reached: list[str] = []
        self.number = itertools.count(1)
        self._seed: dict[str, list[tuple[Any, ...]]] = {}

    async def bring(self, *updates: Json) -> None:
        await self._intake.take(updates)
        presses = [update["callback_query"]["id"] for update in updates if "callback_query" in update]
        async with asyncio.timeout(60):
            for look in itertools.count(1):
                if await self._is_settled(presses, thoroughly=look % 100 == 0):
                    return
                await asyncio.sleep(0.002 if len(updates) == 1 else 0.02)

    async def _is_settled(self, presses: Sequence[str], *, thoroughly: bool) -> bool:
        """Presses are answered after their commit, unless they are dead; to look for that is cheaper than a query."""
        answered = thoroughly or all(press in self.line.answers for press in presses)
        return answered and not await self.sessions.read(waiting)

    async def look(self) -> set[Row]:
        return await self.sessions.read(dump)

    async def remember(self) -> None:
        """What `reset` brings back."""
        self._seed = await self.sessions.read(_rows)

    async def reset(self) -> None:
        await self.sessions.change(_restore, self._seed)
        self.reached.clear()
        self.line.answers.clear()

    async def spy(self, handler: Any, event: Any, data: dict[str, Any]) -> Any:
        self.reached += [name for name, one in self.handlers.items() if one is data["handler"]]
        return await handler(event, data)


def waiting(session: Session) -> int:
    return session.scalar(select(func.count()).where(InboxRow.status == "new")) or 0


def failed(session: Session) -> list[tuple[str, str | None]]:
    """Updates that did not go through at once, with their errors."""
    wrong = select(InboxRow.status, InboxRow.error).where((InboxRow.status != "done") | (InboxRow.attempts > 0))
    return [(status, error) for status, error in session.execute(wrong)]


def dump(session: Session) -> set[Row]:
    """Everything that an update can have an effect on."""
    found = set()
    for table in Table.metadata.sorted_tables:
        if table.name in BOOKKEEPING:
            continue
        names = {"outbox": OF_OUTBOX, "outbox_calls": OF_CALLS}.get(table.name) or tuple(
            column.name for column in table.columns if column.name not in UNIMPORTANT
        )
        for row in session.execute(select(*(table.c[name] for name in names))):
            found.add((table.name, json.dumps(dict(zip(names, row, strict=True)), default=str, sort_keys=True)))
    return found


def _rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    there = inspect(session.connection()).get_table_names()
    names = [table.name for table in Table.metadata.sorted_tables if table.name in there and table.name != "leases"]
    raw = session.connection().exec_driver_sql
    return {name: [tuple(row) for row in raw(f'SELECT * FROM "{name}"')] for name in names}


def _restore(session: Session, seed: dict[str, list[tuple[Any, ...]]]) -> None:
    raw = session.connection().exec_driver_sql
    for name in reversed(seed):
        raw(f'DELETE FROM "{name}"')
    for name, rows in seed.items():
        for row in rows:
            raw(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', row)


def settings_for(url: str) -> Settings:
    return Settings(
        {
            "PLUM_TELEGRAM__TOKEN": f"{BOT_ID}:{'A' * 35}",
            "PLUM_DATABASE__URL": url,
            "PLUM_CLUB__CHAT_ID": str(CLUB),
            "PLUM_CLUB__OWNER_ID": str(OWNER),
            "PLUM_CLUB__REVIEW_CHAT_ID": str(REVIEW),
            "PLUM_CLUB__RULES_URL": "https://example.org/rules",
            "PLUM_CLUB__LANGUAGE": "en",
        }
    )


@asynccontextmanager
async def entrance(folder: Path) -> AsyncIterator[Entrance]:
    logging.configure("ERROR", "json")  # structlog's own default draws every line in colours
    settings = settings_for(migrated(folder))
    container = wiring.build(settings)
    await wiring.connect(container)
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
    permissions, profiles = await container.get(Permissions), await container.get(Profiles)
    gate = Gate(clock, await container.get(Outbox), await container.get(Events), profiles, permissions)
    routers, line = routing.routers(), Line()
    dispatcher = build_dispatcher(routers, container, sessions, gate)
    bot = Bot(settings.telegram.require_token(), session=SilentSession())
    languages = await container.get(Languages)
    updates = Updates(bot, dispatcher, gate, languages, sessions, line)  # type: ignore[arg-type]  # Telegram's stand-in
    interest = routing.group_interest(await container.get(Places))
    observers = await wiring.observers(container)
    intake = Intake(sessions, clock, BOT_ID, interest, observers)
    answers, alerts = CallAnswers(await wiring.call_answers(container)), await container.get(Alerts)
    runner = LaneRunner(sessions, clock, updates, answers, alerts, intake=intake, first_pause_seconds=0.01)
    it = Entrance(sessions, intake, line, _handlers(routers))
    for name in ("message", "callback_query", "my_chat_member", "chat_member", "chat_join_request"):
        dispatcher.observers[name].middleware(it.spy)
    running = asyncio.create_task(runner.run())
    try:
        yield it
    finally:
        runner.stop()
        await running
        await sessions.close()
        await container.close()


def standing_changed(before: set[Row], after: set[Row]) -> list[Json]:
    """People whose karma or membership is another now; somebody new begins as a guest."""
    was, now = _standing(before), _standing(after)
    return [row for user_id, row in now.items() if row != was.get(user_id, row | {"karma": 10, "in_club": False})]


def _standing(rows: set[Row]) -> dict[int, Json]:
    columns = ("user_id", "karma", "karma_start", "in_club", "joined_at", "left_at")
    found = [json.loads(row) for table, row in rows if table == "profiles"]
    return {row["user_id"]: {column: row[column] for column in columns} for row in found}


def changed(before: set[Row], after: set[Row]) -> Sequence[tuple[str, Json]]:
    """Rows that came, went, or are different now, each as (table, row)."""
    return sorted(((table, json.loads(row)) for table, row in before ^ after), key=str)
