"""Telegram's sending limits: 30 a second in all, about one a second in a chat, 20 a minute in a group."""

import math
from collections import deque

from plumbot.sandbox.errors import ApiError
from plumbot.sandbox.options import SandboxOptions

EVERYWHERE_A_SECOND = 30
CHAT_A_SECOND = 1
CHAT_BURST = 5
GROUP_A_MINUTE = 20


class Bucket:
    """Tokens that refill with time; a call takes one or learns how long to wait."""

    def __init__(self, rate: float, size: float, now: float) -> None:
        self._rate = rate
        self._size = size
        self._tokens = size
        self._at = now

    def wait(self, now: float) -> float:
        self._tokens = min(self._size, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / self._rate

    def take(self) -> None:
        self._tokens -= 1


class Limits:
    """Counts what is sent and edited; a refused call costs nothing."""

    def __init__(self, options: SandboxOptions) -> None:
        self.strict = options.strict_rates
        self._clock = options.clock
        self._all = Bucket(EVERYWHERE_A_SECOND, EVERYWHERE_A_SECOND, self._clock())
        self._chats: dict[int, Bucket] = {}
        self._minutes: dict[int, deque[float]] = {}

    def spend(self, chat_id: int, count: int = 1) -> None:
        """Take `count` sends for a chat, or raise 429."""
        if not self.strict:
            return
        now = self._clock()
        chat = self._chats.setdefault(chat_id, Bucket(CHAT_A_SECOND, CHAT_BURST, now))
        wait = max(self._all.wait(now), chat.wait(now), self._group_wait(chat_id, now))
        if wait > 0:
            raise too_many(math.ceil(wait))
        for _ in range(count):
            self._all.take()
            chat.take()
            if chat_id < 0:
                self._minutes[chat_id].append(now)

    def _group_wait(self, chat_id: int, now: float) -> float:
        if chat_id > 0:
            return 0.0
        sent = self._minutes.setdefault(chat_id, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        return 0.0 if len(sent) < GROUP_A_MINUTE else sent[0] + 60 - now


def too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
