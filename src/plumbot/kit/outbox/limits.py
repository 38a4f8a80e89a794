"""Telegram's limits on sending: 30 a second in all, about one a second in a chat, 20 a minute in a group. Edits count."""

import asyncio
from collections import OrderedDict

from aiolimiter import AsyncLimiter

CHATS_REMEMBERED = 5_000


class Pauses:
    """Until when a chat, or everything, has to wait because Telegram said so."""

    def __init__(self) -> None:
        self._until: dict[int | None, float] = {}

    def hold(self, chat_id: int | None, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        self._until[chat_id] = max(until, self._until.get(chat_id, 0))

    def left(self, chat_id: int | None) -> float:
        """Seconds that this chat still has to wait."""
        now = asyncio.get_running_loop().time()
        left = max(self._until.get(chat_id, 0), self._until.get(None, 0)) - now
        if left <= 0:
            self._until.pop(chat_id, None)
        return max(left, 0.0)


class Limits:
    """Waits as long as Telegram's limits ask. A chat may have a burst of three."""

    def __init__(self) -> None:
        self.pauses = Pauses()
        self._all = AsyncLimiter(29, 1)
        self._chats: OrderedDict[int, tuple[AsyncLimiter, ...]] = OrderedDict()

    async def wait(self, chat_id: int | None) -> None:
        """Until one request to this chat (None: to no chat) may be sent."""
        while left := self.pauses.left(chat_id):
            await asyncio.sleep(left)
        for limiter in self._for(chat_id) if chat_id is not None else ():
            await limiter.acquire()
        await self._all.acquire()

    def _for(self, chat_id: int) -> tuple[AsyncLimiter, ...]:
        limiters = self._chats.pop(chat_id, None)
        if limiters is None:
            limiters = (AsyncLimiter(3, 3),) if chat_id > 0 else (AsyncLimiter(3, 3), AsyncLimiter(18, 60))
        self._chats[chat_id] = limiters
        while len(self._chats) > CHATS_REMEMBERED:
            self._chats.popitem(last=False)
        return limiters
