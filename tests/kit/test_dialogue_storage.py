"""Dialogues: written in the update's own commit, and by nobody but their own person."""

from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey

from plumbot.apps.dialogue_storage import DialogueStorage
from plumbot.kit import dialogue
from plumbot.kit.db import SessionManager, Unit, UnitMisuse
from plumbot.kit.dialogue import Position

NINA, ADA, CLUB = 1001, 1003, -100
NINAS = StorageKey(bot_id=7, chat_id=NINA, user_id=NINA)


class Joining(StatesGroup):
    slug = State()


async def position(spine: SessionManager, chat_id: int = NINA, user_id: int = NINA) -> Position:
    return await spine.read(dialogue.read, chat_id, user_id)


async def write(spine: SessionManager, key: StorageKey, lane: int | None, data: dict[str, Any] | None = None) -> None:
    storage = DialogueStorage(spine)
    async with spine.unit() as unit:
        unit.lane = lane
        await storage.set_state(key, Joining.slug)
        await storage.set_data(key, data or {})


async def test_state_and_data_are_kept_with_the_commit(spine: SessionManager) -> None:
    storage = DialogueStorage(spine)
    async with spine.unit() as unit:
        unit.lane = NINA
        await storage.set_state(NINAS, Joining.slug)
        await storage.update_data(NINAS, {"name": "Нина", "steps": [1, 2]})
        assert await storage.get_state(NINAS) == "Joining:slug"
        assert await position(spine) == Position()
    assert await position(spine) == Position("Joining:slug", {"name": "Нина", "steps": [1, 2]})
    assert await storage.get_data(NINAS) == {"name": "Нина", "steps": [1, 2]}


async def test_an_ended_dialogue_leaves_no_row(spine: SessionManager) -> None:
    await write(spine, NINAS, NINA, {"a": 1})
    storage = DialogueStorage(spine)
    async with spine.unit() as unit:
        unit.lane = NINA
        await storage.set_state(NINAS, None)
        await storage.set_data(NINAS, {})
    assert await spine.read(lambda s: s.get(dialogue.Dialogue, (NINA, NINA))) is None


async def test_a_unit_that_fails_or_starts_again_keeps_nothing_of_it(spine: SessionManager) -> None:
    storage = DialogueStorage(spine)

    async def failing(unit: Unit) -> None:
        unit.lane = NINA
        await storage.set_state(NINAS, Joining.slug)
        raise RuntimeError

    async def failed() -> None:
        async with spine.unit() as unit:
            await failing(unit)

    with pytest.raises(RuntimeError):
        await failed()
    async with spine.unit() as unit:
        with pytest.raises(RuntimeError):
            await failing(unit)
        await unit.restart()
        assert await storage.get_state(NINAS) is None
    assert await position(spine) == Position()


@pytest.mark.parametrize(
    ("key", "lane"),
    [
        (NINAS, ADA),
        (NINAS, None),
        (StorageKey(bot_id=7, chat_id=CLUB, user_id=NINA), NINA),
        (StorageKey(bot_id=7, chat_id=CLUB, user_id=CLUB), NINA),
    ],
)
async def test_a_dialogue_outside_its_own_persons_lane_raises(
    spine: SessionManager, key: StorageKey, lane: int | None
) -> None:
    with pytest.raises(UnitMisuse):
        await write(spine, key, lane)
    assert await position(spine, key.chat_id, key.user_id) == Position()


async def test_a_dialogue_outside_an_update_raises(spine: SessionManager) -> None:
    with pytest.raises(UnitMisuse):
        await DialogueStorage(spine).set_state(NINAS, Joining.slug)


async def test_what_is_read_or_given_shares_nothing_with_what_is_kept(spine: SessionManager) -> None:
    storage = DialogueStorage(spine)
    given: dict[str, Any] = {"list": [1]}
    async with spine.unit() as unit:
        unit.lane = NINA
        await storage.set_data(NINAS, given)
        given["list"].append(2)
        (await storage.get_data(NINAS))["list"].append(3)
    assert (await position(spine)).data == {"list": [1]}


async def test_data_that_is_no_json_raises_at_once(spine: SessionManager) -> None:
    with pytest.raises(TypeError):
        await write(spine, NINAS, NINA, {"when": object()})
