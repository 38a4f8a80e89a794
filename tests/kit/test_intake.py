"""Intake: everything is stored once, in order, and what cannot be used never stops the rest."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake, Observer
from plumbot.kit.inbox.raw import GroupInterest
from plumbot.kit.inbox.tables import InboxRow
from tests.support.telegram import BOT_ID, TurnableClock

GROUP = {"id": -100, "type": "supergroup"}


def said(number: object, text: str = "hello", chat: dict[str, Any] = GROUP) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": 7}, "chat": chat, "text": text}}


def asked(number: object) -> dict[str, Any]:
    return said(number, "/start", {"id": 7, "type": "private"})


def intake(sessions: SessionManager, *observers: Observer) -> Intake:
    return Intake(sessions, TurnableClock(), BOT_ID, GroupInterest({"stats"}, ()), observers)


async def rows(sessions: SessionManager) -> list[InboxRow]:
    return list(await sessions.read(lambda s: s.scalars(select(InboxRow).order_by(InboxRow.seq)).all()))


async def test_an_update_delivered_again_is_stored_once(spine: SessionManager) -> None:
    await intake(spine).take([asked(5), asked(6)])
    await intake(spine).take([asked(6), asked(7), asked(7)])
    assert [row.update_id for row in await rows(spine)] == [5, 6, 7]


async def test_order_is_the_order_of_arrival_and_not_of_numbers(spine: SessionManager) -> None:
    await intake(spine).take([asked(900), asked(3), asked(70)])
    assert [row.update_id for row in await rows(spine)] == [900, 3, 70]


@pytest.mark.parametrize(
    "odd", ["text", None, 5, [], {}, {"update_id": [1]}, {"update_id": 2**80}, {"update_id": True}]
)
async def test_what_has_no_usable_number_is_kept_as_dead_beside_the_others(spine: SessionManager, odd: Any) -> None:
    for _ in range(2):  # Telegram hands it over until something behind it is confirmed
        await intake(spine).take([asked(1), odd, asked(2)])
    found = await rows(spine)
    assert [row.status for row in found] == ["new", "dead", "new"]
    assert found[1].update_id < 0


async def test_lone_surrogates_and_nul_are_stored_as_they_came(spine: SessionManager) -> None:
    await intake(spine).take([said(1, "\ud800 \x00", {"id": 7, "type": "private"}), {"update_id": 2, "\ud800": {}}])
    assert [(row.kind, row.status) for row in await rows(spine)] == [("message", "new"), ("unknown", "new")]


async def test_chatter_is_done_at_once_and_its_words_are_not_kept(spine: SessionManager) -> None:
    seen: list[str] = []

    def observe(_session: Session, chatter: Sequence[dict[str, Any]]) -> None:
        seen.extend(update["message"]["text"] for update in chatter)

    one = intake(spine, observe)
    await one.take([said(1, "a"), asked(2), said(3, "b\x00"), said(3, "b\x00")])
    await one.take([said(1, "a")])
    assert seen == ["a", "b\ufffd"]
    assert [(row.status, row.body == "") for row in await rows(spine)] == [
        ("done", True),
        ("new", False),
        ("done", True),
    ]


async def test_a_command_in_a_group_is_observed_once_and_still_runs(spine: SessionManager) -> None:
    """Observers want to know who wrote each message of a group; whatever else may come of it."""
    seen: list[str] = []

    def observe(_session: Session, overheard: Sequence[dict[str, Any]]) -> None:
        seen.extend(update["message"]["text"] for update in overheard)

    for _ in range(2):
        await intake(spine, observe).take([said(1, "/stats"), asked(2), said("x", "/stats")])
    assert seen == ["/stats"]
    assert [(row.status, row.body == "") for row in await rows(spine)] == [
        ("new", False),
        ("new", False),
        ("dead", False),
    ]


async def test_what_an_observer_cannot_bear_is_left_to_the_lanes_and_the_others_are_observed(
    spine: SessionManager,
) -> None:
    seen: list[str] = []

    def observe(_session: Session, chatter: Sequence[dict[str, Any]]) -> None:
        texts = [update["message"]["text"] for update in chatter]
        if "poison" in texts:
            raise ValueError("poison")
        seen.extend(texts)

    await intake(spine, observe).take([said(n, "poison" if n == 3 else str(n)) for n in range(1, 8)])
    assert seen == ["1", "2", "4", "5", "6", "7"]
    assert [row.update_id for row in await rows(spine) if row.status == "new"] == [3]


async def test_a_fault_of_the_database_is_raised_and_nothing_is_stored(spine: SessionManager) -> None:
    def observe(_session: Session, _chatter: Sequence[dict[str, Any]]) -> None:
        fault = OperationalError("", None, TimeoutError())
        raise fault

    with pytest.raises(OperationalError):
        await intake(spine, observe).take([said(1), asked(2)])
    assert await rows(spine) == []
