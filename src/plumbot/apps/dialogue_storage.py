"""aiogram's storage of dialogues, ours: reads are plain reads, writes go into the update's unit and its one commit."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from plumbot.kit import dialogue
from plumbot.kit.db import SessionManager, UnitMisuse, current_unit
from plumbot.kit.dialogue import Position


class DialogueStorage(BaseStorage):
    """A dialogue is written only in its own person's private chat: there its lane keeps everybody else out."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        position = await self._to_write(key)
        position.state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._position(key)).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        position = await self._to_write(key)
        position.data = json.loads(json.dumps(dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(json.dumps((await self._position(key)).data))
        return data

    async def close(self) -> None:
        """Nothing to close: the session manager is closed by who opened it."""

    async def _position(self, key: StorageKey) -> Position:
        unit = current_unit.get()
        if unit is None:
            return await self._sessions.read(dialogue.read, key.chat_id, key.user_id)
        name = f"dialogue:{key.chat_id}:{key.user_id}"
        if name not in unit.notes:
            unit.notes[name] = await self._sessions.read(dialogue.read, key.chat_id, key.user_id)
        position: Position = unit.notes[name]
        return position

    async def _to_write(self, key: StorageKey) -> Position:
        unit = current_unit.get()
        if unit is None or not unit.lane == key.user_id == key.chat_id:
            raise UnitMisuse("A dialogue is written only in its own person's private chat and in that person's update.")
        position = await self._position(key)
        name = f"written:{key.chat_id}"
        if name not in unit.notes:
            unit.notes[name] = True
            unit.closing.append(partial(dialogue.write, chat_id=key.chat_id, user_id=key.user_id, position=position))
        return position
