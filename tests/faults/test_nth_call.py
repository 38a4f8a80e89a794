"""The Nth call of the database fails, N = 1 … all: nothing is lost, nothing is doubled, nothing is half."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from plumbot.apps.dialogue_storage import DialogueStorage
from plumbot.kit import dialogue
from plumbot.kit.alerts import Alerts
from plumbot.kit.databases import open_database
from plumbot.kit.db import CommitLost, SessionManager, Unit
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.runner import After, CallAnswers, LaneRunner
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.refusals import N_, Refusal
from plumbot.kit.signals import Signals
from plumbot.kit.sqlite import SqliteSessions
from plumbot.kit.switches import Switch
from tests.support.telegram import (
    BOT_ID,
    Findings,
    Post,
    TurnableClock,
    all_sent,
    client_of,
    database,
    post_office,
    sending,
    until,
)

NINA = 1001
CALLS_AT_MOST = 120
FAULTS = (OperationalError, CommitLost, sqlite3.OperationalError)

Scenario = Callable[[SessionManager, SessionManager], Awaitable[None]]


@dataclass
class NthCall:
    """Makes one call fail: `locked` changes nothing, `full` drops the transaction first, as SQLite does by itself."""

    number: int
    how: str
    seen: int = 0

    @property
    def came(self) -> bool:
        return self.seen >= self.number

    def watch(self, *engines: Engine) -> None:
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._on_statement)
            event.listen(engine, "commit", self._count)

    def _on_statement(self, connection: Connection, *_: Any) -> None:
        self._count(connection)

    def _count(self, connection: Connection) -> None:
        self.seen += 1
        if self.seen == self.number:
            if self.how == "full":
                connection.connection.rollback()
            fault = sqlite3.OperationalError(f"a fault on purpose ({self.how})")
            fault.sqlite_errorcode = sqlite3.SQLITE_FULL if self.how == "full" else sqlite3.SQLITE_BUSY
            raise fault


class NotNow(Refusal):
    text = N_("Not now.")


class Counting:
    """A handling whose effect shows how often it was applied."""

    def __init__(self, sessions: SessionManager, outbox: Outbox) -> None:
        self.storage = DialogueStorage(sessions)
        self.outbox = outbox

    async def handle(self, row: InboxRow, update: dict[str, Any], unit: Unit) -> After | None:
        key = self.storage_key()
        await self.storage.set_state(key, "asked")
        await unit.run(once_more, "handled")
        if update["message"]["text"] == "refused":
            raise NotNow
        await unit.run(self.outbox.show, f"u{row.seq}.1", NINA, "test.note", text="answer")
        await unit.run(self.outbox.call, f"call:{row.seq}", "setMyCommands")
        return None

    async def refuse(self, row: InboxRow, update: dict[str, Any], refusal: Refusal, unit: Unit) -> After | None:
        await unit.run(once_more, "refused")
        return None

    def storage_key(self) -> StorageKey:
        return StorageKey(bot_id=BOT_ID, chat_id=NINA, user_id=NINA)


def once_more(session: Session, name: str) -> None:
    """Counts up: an effect that is applied twice is seen."""
    row = session.get(Switch, name)
    now = TurnableClock().now()
    if row is None:
        session.add(Switch(name=name, value=1, updated_at=now))
    else:
        row.value += 1


def counts(session: Session) -> dict[str, int]:
    return {row.name: row.value for row in session.scalars(select(Switch))}


def said(number: int, text: str, chat: int = NINA) -> dict[str, Any]:
    place = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
    return {"update_id": number, "message": {"from": {"id": NINA}, "chat": place, "text": text}}


async def patiently(take: Callable[[], Awaitable[None]]) -> None:
    """As the poller does: what was not stored is taken again."""
    while True:
        try:
            await take()
        except FAULTS:
            await asyncio.sleep(0.001)
        else:
            return


@asynccontextmanager
async def witness_of(folder: Path) -> AsyncIterator[SessionManager]:
    sessions = open_database(f"sqlite:///{folder / 'plum.db'}", Signals())
    try:
        yield sessions
    finally:
        await sessions.close()


async def with_each_fault(folder: Path, how: str, scenario: Scenario) -> None:
    """Run the scenario anew for each N, until it ends before the Nth call. The witness looks on and meets no fault."""
    for number in range(1, CALLS_AT_MOST):
        place = folder / str(number)
        place.mkdir()
        async with database(place) as sessions, witness_of(place) as witness:
            assert isinstance(sessions, SqliteSessions)
            nth = NthCall(number, how)
            nth.watch(sessions._write_engine, sessions._read_engine)
            await scenario(sessions, witness)
            if not nth.came:
                assert number > 5
                return
    raise AssertionError(f"The scenario makes more than {CALLS_AT_MOST} calls of the database.")


@pytest.mark.parametrize("how", ["locked", "full"])
async def test_an_intake_survives_each_fault(tmp_path: Path, how: str) -> None:
    async def scenario(sessions: SessionManager, witness: SessionManager) -> None:
        def observe(session: Session, chatter: Sequence[dict[str, Any]]) -> None:
            for _ in chatter:
                once_more(session, "observed")
                session.flush()

        intake = Intake(sessions, TurnableClock(), BOT_ID, GroupInterest((), ()), (observe,))
        updates = [said(1, "a"), said(2, "plain talk", -5), said(3, "b"), "odd"]
        await patiently(lambda: intake.take(updates))
        rows = await found(witness, select(InboxRow.update_id, InboxRow.status).order_by(InboxRow.seq))
        assert [(number if number > 0 else "odd", status) for number, status in rows] == [
            (1, "new"),
            (2, "done"),
            (3, "new"),
            ("odd", "dead"),
        ]
        assert await witness.read(counts) == {"observed": 1}

    await with_each_fault(tmp_path, how, scenario)


@pytest.mark.parametrize("how", ["locked", "full"])
@pytest.mark.parametrize("text", ["hello", "refused"])
async def test_an_update_survives_each_fault(tmp_path: Path, how: str, text: str) -> None:
    async def scenario(sessions: SessionManager, witness: SessionManager) -> None:
        clock = TurnableClock()
        outbox = Outbox(clock)
        intake = Intake(sessions, clock, BOT_ID, GroupInterest((), ()))
        await patiently(lambda: intake.take([said(1, text)]))
        runner = LaneRunner(
            sessions, clock, Counting(sessions, outbox), CallAnswers({}), Alerts(outbox, 5),
            database_pause_seconds=0.001, look_again_seconds=0.02,
        )  # fmt: skip
        task = asyncio.create_task(runner.run())
        statuses = select(InboxRow.status, InboxRow.attempts)
        await until(lambda: is_done(witness, statuses))
        runner.stop()
        await task
        assert await found(witness, statuses) == [("done", 0)]
        kept = 0 if text == "refused" else 1
        assert await witness.read(counts) == {"refused" if text == "refused" else "handled": 1}
        assert len(await found(witness, select(ShownMessage.key))) == kept
        assert len(await found(witness, select(BotCall.key))) == kept
        assert len(await found(witness, select(dialogue.Dialogue.state))) == kept

    await with_each_fault(tmp_path, how, scenario)


@pytest.mark.parametrize("how", ["locked", "full"])
async def test_a_send_survives_each_fault(tmp_path: Path, how: str) -> None:
    async def scenario(sessions: SessionManager, witness: SessionManager) -> None:
        async with post_office() as post, client_of(post.url) as client:
            clock = TurnableClock()
            outbox = Outbox(clock)
            await patiently(lambda: sessions.change(outbox.show, "a", NINA, "test.note", text="one"))
            await patiently(lambda: sessions.change(outbox.call, "l", "createChatInviteLink", then="x.made", lane=NINA))
            async with sending(sessions, client, clock, Findings()):
                await all_sent(witness)
                await patiently(lambda: sessions.change(outbox.show, "a", NINA, "test.note", text="two"))
                await all_sent(witness)
            assert_seen_once(post)
            answers = select(InboxRow.source, InboxRow.lane)
            assert await found(witness, answers) == [("call", NINA)]

    await with_each_fault(tmp_path, how, scenario)


def assert_seen_once(post: Post) -> None:
    assert post.shown(NINA) == ["two"]
    assert [method for method, _ in post.requests].count("sendMessage") == 1
    assert [method for method, _ in post.requests].count("createChatInviteLink") == 1


async def is_done(witness: SessionManager, statuses: Any) -> bool:
    return all(status == "done" for status, _ in await found(witness, statuses))


async def found(witness: SessionManager, query: Any) -> list[Any]:
    def ask(session: Session) -> list[Any]:
        rows = session.execute(query).all()
        return [tuple(row) if len(row) > 1 else row[0] for row in rows]

    rows: list[Any] = await witness.read(ask)
    return rows
