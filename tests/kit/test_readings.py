"""Metrics: figures of the database are read when asked for, seldom, and their absence hides no counter."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.orm import Session

from plumbot.apps.observing import of_pools
from plumbot.kit import spine_readings
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.leases import take
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.readings import Reading, Readings
from tests.support.telegram import BOT_ID, TurnableClock


async def nothing() -> Sequence[GaugeMetricFamily]:
    return ()


def read(text: bytes) -> dict[tuple[str, ...], float]:
    """Value by name and labels' values."""
    families = text_string_to_metric_families(text.decode())
    return {(sample.name, *sample.labels.values()): sample.value for one in families for sample in one.samples}


async def test_what_waits_and_since_when_is_read_from_the_database(
    spine: SessionManager, clock: TurnableClock, outbox: Outbox
) -> None:
    readings = Readings(spine, clock, spine_readings.READINGS, nothing)
    empty = read(await readings.exposition())
    assert (empty["plum_inbox_depth",], empty["plum_inbox_lag_seconds",], empty["plum_outbox_pending",]) == (0, 0, 0)
    intake = Intake(spine, clock, BOT_ID, GroupInterest((), ()))
    await intake.take(
        [{"update_id": 1, "message": {"chat": {"id": 7, "type": "private"}, "from": {"id": 7}}}, {"x": 1}]
    )
    await spine.change(lambda session: outbox.show(session, "a", 7, "alerts.alert", text="x", values={}))
    await spine.change(lambda session: outbox.call(session, "b", "getMe"))
    await spine.change(lambda session: take(session, "poller", "me", clock.now(), timedelta(seconds=30)))
    clock.ahead += timedelta(seconds=20)
    found = read(await Readings(spine, clock, spine_readings.READINGS, nothing).exposition())
    assert found["plum_inbox_depth",] == 1
    assert found["plum_inbox_dead",] == 1
    assert 20 <= found["plum_inbox_lag_seconds",] < 25
    assert found["plum_outbox_pending",] == 2
    assert 20 <= found["plum_outbox_oldest_seconds",] < 25
    assert found["plum_lease_held", "poller"] == 1


async def test_connections_in_use_are_told_beside_how_many_there_may_be(spine: SessionManager) -> None:
    def told(session: Session | None = None) -> dict[tuple[str, ...], float]:
        if session is not None:
            session.execute(text("SELECT 1"))  # a session without a statement has no connection
        return {(one.name, *one.labels.values()): one.value for each in of_pools(spine) for one in each.samples}

    assert told()["plum_database_connections", "read"] == 0
    reading, changing = await spine.read(told), await spine.change(told)
    assert reading["plum_database_connections", "read"] == 1 < reading["plum_database_connections_most", "read"]
    assert changing["plum_database_connections", "unit"] == 1 <= changing["plum_database_connections_most", "unit"]
    assert told()["plum_database_connections", "read"] == 0


async def test_the_database_is_asked_once_however_many_look(spine: SessionManager, clock: TurnableClock) -> None:
    asked: list[datetime] = []

    def ask(_session: Session, now: datetime) -> dict[str, float]:
        asked.append(now)
        return {"": 3.0}

    readings = Readings(spine, clock, [Reading("plum_example", "An example.", ask)], nothing)
    assert [read(await readings.exposition())["plum_example",] for _ in range(5)] == [3.0] * 5
    assert len(asked) == 1


async def test_without_a_database_the_counters_are_told_all_the_same(
    nowhere: SessionManager, clock: TurnableClock
) -> None:
    found = read(await Readings(nowhere, clock, spine_readings.READINGS, nothing).exposition())
    assert "plum_inbox_depth" not in {name for name, *_ in found}
    assert any(name == "plum_build_info" for name, *_ in found)


async def test_nobody_can_make_labels_multiply(spine: SessionManager, clock: TurnableClock) -> None:
    """An update's kind comes from outside: whatever it is called, there are few series."""
    intake = Intake(spine, clock, BOT_ID, GroupInterest((), ()))
    odd: list[Any] = [{"update_id": number, f"kind{number}x": {"from": {"id": 7}}} for number in range(50)]
    await intake.take(odd)
    kinds = await spine.read(lambda session: {row.kind for row in session.query(InboxRow)})
    from plumbot.kit.metrics import kind_label

    assert {kind_label(kind) for kind in kinds} == {"other"}
    assert kind_label("message") == "message"
