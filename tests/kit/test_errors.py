"""Faults: whoever logs a stack trace has reported it; it is kept under its reference, and told without pestering."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from plumbot.kit.alerts import Alerts
from plumbot.kit.db import SessionManager
from plumbot.kit.errors.faults import LENGTH, LETTERS, LONGEST_TRACE, reference_of
from plumbot.kit.errors.keeper import KEPT, QUIET, FaultCollector, FaultKeeper, collecting
from plumbot.kit.errors.tables import ErrorRow
from plumbot.kit.logging import bind, configure, note
from plumbot.kit.metrics import ERRORS, FAULTS
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from tests.support.telegram import TurnableClock

OWNER = 5
TOKEN = "123456789:AAExQ3-abcdefghijklmnopqrstuvwxyz_0"


@pytest.fixture(autouse=True)
def as_in_the_bot() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure("INFO", "json")
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def collector() -> Iterator[FaultCollector]:
    with collecting() as one:
        yield one


@pytest.fixture
def keeper(spine: SessionManager, clock: TurnableClock, collector: FaultCollector) -> FaultKeeper:
    return FaultKeeper(spine, clock, Alerts(Outbox(clock), OWNER), collector)


def fail(words: str = "broken", kind: type[Exception] = ValueError) -> None:
    try:
        raise kind(words)
    except kind:
        structlog.get_logger("plumbot.kit.example").exception("it_failed", seq=12, user_id=1001)


async def kept(spine: SessionManager) -> list[ErrorRow]:
    return await spine.read(lambda session: list(session.scalars(select(ErrorRow))))


async def told(spine: SessionManager) -> list[ShownMessage]:
    return await spine.read(lambda session: list(session.scalars(select(ShownMessage))))


async def test_a_logged_stack_trace_is_kept_with_what_was_known(keeper: FaultKeeper, spine: SessionManager) -> None:
    before, of_all = ERRORS.labels("kit.example")._value.get(), FAULTS._value.get()
    with bind(update_id=77):
        fail()
    await keeper.keep()
    (row,) = await kept(spine)
    assert (row.place, row.kind, row.times) == ("kit.example", "ValueError", 1)
    assert "raise kind(words)" in row.trace
    assert '"seq": 12' in row.context
    assert '"update_id": 77' in row.context
    assert "1001" not in row.context, "a row that stays for a month names nobody"
    assert (ERRORS.labels("kit.example")._value.get(), FAULTS._value.get()) == (before + 1, of_all + 1)


async def test_a_fault_of_a_handler_is_told_by_the_name_of_the_handler(
    keeper: FaultKeeper, spine: SessionManager
) -> None:
    with bind(seq=12):
        note(handler="karma.vote", user=1001)
        fail()
    await keeper.keep()
    (row,) = await kept(spine)
    assert row.place == "karma.vote"
    assert "1001" not in row.context, "a row that stays for a month names nobody"
    (message,) = await told(spine)
    assert message.values["values"]["place"] == "karma.vote"


async def test_libraries_report_by_logging_too(keeper: FaultKeeper, spine: SessionManager) -> None:
    try:
        raise OSError("no")
    except OSError as fault:
        logging.getLogger("asyncio").log(logging.ERROR, "Task exception was never retrieved", exc_info=fault)
    await keeper.keep()
    assert [(row.place, row.kind) for row in await kept(spine)] == [("asyncio", "OSError")]


async def test_what_is_no_error_or_carries_no_trace_is_not_kept(keeper: FaultKeeper, spine: SessionManager) -> None:
    structlog.get_logger("plumbot").error("said_only")
    try:
        raise OSError("expected")
    except OSError:
        structlog.get_logger("plumbot").warning("retried", exc_info=True)
    await keeper.keep()
    assert await kept(spine) == []


async def test_the_same_fault_is_one_row_and_one_message(keeper: FaultKeeper, spine: SessionManager) -> None:
    for number in range(5):
        fail(f"broken {number}")
        await keeper.keep()
    fail(kind=KeyError)
    await keeper.keep()
    assert sorted((row.kind, row.times) for row in await kept(spine)) == [("KeyError", 1), ("ValueError", 5)]
    messages = await told(spine)
    assert len(messages) == 2
    assert {message.chat_id for message in messages} == {OWNER}
    assert sorted(message.values["values"]["times"] for message in messages) == [1, 1]


async def test_a_fault_that_goes_on_is_told_again_once_a_minute(
    keeper: FaultKeeper, spine: SessionManager, clock: TurnableClock
) -> None:
    fail()
    await keeper.keep()
    for _ in range(3):
        clock.ahead += QUIET / 2
        fail()
        await keeper.keep()
    (message,) = await told(spine)
    assert message.values["values"]["times"] == 3, "the second time fell into the quiet minute"


async def test_a_fault_of_another_day_is_a_message_of_its_own(
    keeper: FaultKeeper, spine: SessionManager, clock: TurnableClock
) -> None:
    fail()
    await keeper.keep()
    clock.ahead += timedelta(days=1)
    fail()
    await keeper.keep()
    assert len(await told(spine)) == 2


async def test_faults_are_forgotten_after_a_month(
    keeper: FaultKeeper, spine: SessionManager, clock: TurnableClock
) -> None:
    fail()
    await keeper.keep()
    clock.ahead += KEPT + timedelta(hours=1)
    fail(kind=KeyError)
    await keeper.keep()
    assert [row.kind for row in await kept(spine)] == ["KeyError"]


async def test_no_secret_is_kept_and_a_long_trace_is_cut(keeper: FaultKeeper, spine: SessionManager) -> None:
    fail(f"GET /bot{TOKEN}/getMe \x00 " + "x" * LONGEST_TRACE)
    await keeper.keep()
    (row,) = await kept(spine)
    assert TOKEN not in row.trace + row.context
    assert len(row.trace) <= LONGEST_TRACE + 1
    assert "\x00" not in row.trace


async def test_a_database_that_is_away_stops_nobody_and_is_no_fault_of_its_own(
    nowhere: SessionManager, clock: TurnableClock, collector: FaultCollector
) -> None:
    fail()
    await FaultKeeper(nowhere, clock, Alerts(Outbox(clock), OWNER), collector).keep()
    assert collector.taken() == []


async def test_what_came_in_last_is_written_before_the_end(keeper: FaultKeeper, spine: SessionManager) -> None:
    running = asyncio.create_task(keeper.run())
    await asyncio.sleep(0.05)
    fail()
    running.cancel()
    await asyncio.wait([running])
    assert len(await kept(spine)) == 1


def test_a_reference_is_the_same_for_the_same_mistake_and_can_be_spelled() -> None:
    def raised(kind: type[Exception]) -> Exception:
        try:
            raise kind("words that differ")
        except kind as fault:
            return fault

    one, again, other = (
        reference_of(raised(ValueError)),
        reference_of(raised(ValueError)),
        reference_of(raised(KeyError)),
    )
    assert one == again != other
    assert len(one) == LENGTH
    assert set(one + other) <= set(LETTERS)
    assert len(set(LETTERS)) == 32
