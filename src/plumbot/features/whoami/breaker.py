"""A circuit breaker and a cache: whom not to ask now, and whom not to ask again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

V = TypeVar("V")
LONGEST_REST_SECONDS = 3600.0


@dataclass
class Breaker:
    """Opens after some failures in a row; when its rest is over one question may try, and its outcome decides."""

    failures_allowed: int = 5
    rest_seconds: float = 60.0
    clock: Callable[[], float] = monotonic
    _failures: int = field(default=0, init=False)
    _rests_until: float | None = field(default=None, init=False)
    _trying: bool = field(default=False, init=False)

    def lets_through(self) -> bool:
        if self._rests_until is None:
            return True
        if self.clock() < self._rests_until or self._trying:
            return False
        self._trying = True
        return True

    def went_well(self) -> None:
        self._failures, self._rests_until, self._trying = 0, None, False

    def went_wrong(self, rest_seconds: float | None = None) -> None:
        """`rest_seconds` when the site itself said how long it wants to be left alone."""
        self._failures += 1
        if rest_seconds is not None or self._trying or self._failures >= self.failures_allowed:
            seconds = min(max(rest_seconds or 0.0, self.rest_seconds), LONGEST_REST_SECONDS)
            self._rests_until = self.clock() + seconds
        self._trying = False

    def gave_up(self) -> None:
        """The question was broken off by us: nothing was learnt."""
        self._trying = False


@dataclass
class Remembered(Generic[V]):
    """A cache with an expiry for each answer and a size; the one unused for longest goes first."""

    most: int = 500
    clock: Callable[[], float] = monotonic
    _kept: OrderedDict[str, tuple[float, V]] = field(default_factory=OrderedDict, init=False)

    def get(self, key: str) -> tuple[V] | None:
        """The answer in a tuple, since an answer may be None."""
        kept = self._kept.get(key)
        if kept is None or kept[0] <= self.clock():
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return (kept[1],)

    def put(self, key: str, value: V, seconds: float) -> None:
        self._kept[key] = (self.clock() + seconds, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)
