"""What the open pages are told, as it happens; the last few thousand are kept for those who were away."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from plumbot.sandbox.records import Json

KEPT = 5_000


class Bell:
    """Wakes everybody who waits; a ring that nobody hears is not kept."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def heard(self, seconds: float) -> bool:
        event = self._event
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for of 3.11 can swallow a cancellation
                await event.wait()
                return True
        return False


class Events:
    """Numbers start at the clock, so that a page which outlived a restart never meets a number twice."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.seq = int(clock() * 1000)
        self._first = self.seq
        self._kept: deque[Json] = deque(maxlen=KEPT)
        self.bell = Bell()

    def emit(self, kind: str, **data: Any) -> None:
        self.seq += 1
        self._kept.append({"seq": self.seq, "type": kind, **data})
        self.bell.ring()

    def since(self, after: int) -> list[Json]:
        """What came after that number; a single "reset" when it is too old to be told piece by piece."""
        oldest = self._kept[0]["seq"] - 1 if len(self._kept) == KEPT else self._first
        if after < oldest or after > self.seq:
            return [{"seq": self.seq, "type": "reset"}]
        return [event for event in self._kept if event["seq"] > after]

    async def follow(self, after: int, beat_seconds: float) -> AsyncIterator[Json | None]:
        """Events for ever; None when there was nothing for a while, to notice a page that has gone."""
        while True:
            batch = self.since(after)
            for event in batch:
                yield event
                after = event["seq"]
            if not batch and not await self.bell.heard(beat_seconds):
                yield None
