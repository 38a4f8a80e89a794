"""Telegram's limits on sending: 30 a second in all, about one a second in a chat, 20 a minute in a group."""

import asyncio
from collections import OrderedDict, deque

from aiolimiter import AsyncLimiter

CHATS_REMEMBERED = 5_000
BURST = 2  # to all chats: with what a second brings it makes 30, whichever second is looked at


GATE_SECONDS = 1.03  # a second, and some hundredths for what happens on the way


class Gate:
    """The last door before a request, which keeps the second when turns were given in time and used late."""

    def __init__(self, most: int, seconds: float = GATE_SECONDS) -> None:
        self._passed: deque[float] = deque(maxlen=most)
        self._seconds = seconds
        self._turn = asyncio.Lock()

    async def passed(self) -> None:
        """When fewer than `most` have passed within the `seconds` before."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if len(self._passed) == self._passed.maxlen:
                await asyncio.sleep(self._passed[0] + self._seconds - loop.time())
            self._passed.append(loop.time())


class Pauses:
    """Until when a chat, or everything (None), has to wait because Telegram said so."""

    def __init__(self) -> None:
        self._until: dict[int | None, float] = {}

    def hold(self, chat_id: int | None, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        self._until[chat_id] = max(until, self._until.get(chat_id, 0))

    def left(self, chat_id: int | None) -> float:
        """Seconds that this chat still has to wait."""
        now = asyncio.get_running_loop().time()
        return max(0.0, max(self._until.get(chat_id, 0), self._until.get(None, 0)) - now)

    def chats(self) -> list[int]:
        """All that have to wait for themselves."""
        now = asyncio.get_running_loop().time()
        self._until = {chat: until for chat, until in self._until.items() if until > now}
        return [chat for chat in self._until if chat is not None]


class Limits:
    """Waits as long as Telegram's limits ask; edits count. A chat may have a burst of three.

    Whoever has waited for a turn may still have to read, and passes the gate when the request is ready.
    """

    def __init__(self, a_second: float = 28, chat_burst: int = 3, group_a_minute: int = 18) -> None:
        self.pauses = Pauses()
        self.gate = Gate(int(a_second + BURST))
        self._all = AsyncLimiter(BURST, BURST / a_second)
        self._chat_burst = chat_burst
        self._group_a_minute = group_a_minute
        self._chats: OrderedDict[int, tuple[AsyncLimiter, ...]] = OrderedDict()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Nobody waits any more: what has not been sent by now is sent by the next process."""
        self._stopped.set()

    async def wait(self, chat_id: int | None) -> bool:
        """Until one request to this chat (None: to no chat) may be sent; False when it has to pause after all."""
        for limiter in (*(self._for(chat_id) if chat_id is not None else ()), self._all):
            if not await self._acquired(limiter):
                return False
        return not self.pauses.left(chat_id)

    async def _acquired(self, limiter: AsyncLimiter) -> bool:
        """False when we are stopped meanwhile."""
        if limiter.has_capacity():
            await limiter.acquire()
            return True
        turn, stopped = asyncio.ensure_future(limiter.acquire()), asyncio.ensure_future(self._stopped.wait())
        try:
            done, _ = await asyncio.wait((turn, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            turn.cancel()
            stopped.cancel()
        return turn in done

    def _for(self, chat_id: int) -> tuple[AsyncLimiter, ...]:
        limiters: tuple[AsyncLimiter, ...] | None = self._chats.pop(chat_id, None)
        if limiters is None:
            limiters = (AsyncLimiter(self._chat_burst, self._chat_burst),)
            if chat_id < 0:
                limiters = (*limiters, AsyncLimiter(self._group_a_minute, 60))
        self._chats[chat_id] = limiters
        while len(self._chats) > CHATS_REMEMBERED:
            self._chats.popitem(last=False)
        return limiters
