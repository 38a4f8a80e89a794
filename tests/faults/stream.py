"""How updates come to the bot on a bad road: again, out of order, and presses under other numbers.

What was handed over and not confirmed is handed over again in the same order, so the order in which an update was first
accepted is known to whoever reads `order`.
"""

import copy
from collections import deque
from dataclasses import dataclass, field
from random import Random

from tests.support.telegram import Json

ANOTHER_RANGE = 2_000_000_000  # where the sandbox never counts


@dataclass
class Disorder:
    """Shares of all updates; how many presses come again under new ids."""

    again: float = 0.10
    displaced: float = 0.05
    presses_again: int = 100


@dataclass
class Late:
    """An update that others overtake."""

    update: Json
    behind: int


@dataclass
class Stream:
    """A queue of updates with Telegram's promise: what is not confirmed comes again."""

    dice: Random
    disorder: Disorder
    queue: deque[Json] = field(default_factory=deque)
    late: list[Late] = field(default_factory=list)
    offered: list[Json] = field(default_factory=list)
    accepted: int = 0
    confirmed: int = 0
    repeated: int = 0
    displaced: int = 0
    pressed_again: int = 0
    ids: set[int] = field(default_factory=set)
    order: list[Json] = field(default_factory=list)
    wrong_offsets: list[int] = field(default_factory=list)

    def push(self, update: Json) -> None:
        """A new update. Some come later than others, some twice, some presses once more under another number."""
        if self.dice.random() < self.disorder.displaced:
            self.displaced += 1
            self._behind(update, 1, 5)
        else:
            self._append(update)
        if self.dice.random() < self.disorder.again:
            self.repeated += 1
            self._behind(update, 1, 20)
        if "callback_query" in update and self.pressed_again < self.disorder.presses_again:
            self.pressed_again += 1
            self._behind({**copy.deepcopy(update), "update_id": ANOTHER_RANGE + self.pressed_again}, 1, 20)

    def _behind(self, update: Json, least: int, most: int) -> None:
        self.late.append(Late(update, self.dice.randint(least, most)))

    def _append(self, update: Json) -> None:
        self._put(update)
        for late in self.late:
            late.behind -= 1
        self._catch_up([late for late in self.late if late.behind <= 0])

    def _catch_up(self, due: list[Late]) -> None:
        for late in due:
            self.late.remove(late)
            self._put(late.update)

    def _put(self, update: Json) -> None:
        self.queue.append(update)
        if update["update_id"] not in self.ids:
            self.ids.add(update["update_id"])
            self.order.append(update)

    def offer(self, limit: int) -> list[Json]:
        """The first of what waits; when nothing else is coming, the late ones are due."""
        if not self.queue:
            self._catch_up(list(self.late))
        self.offered = [self.queue[number] for number in range(min(limit, len(self.queue)))]
        while len(self.offered) > 1 and self.offered[-1]["update_id"] + 1 == self.confirmed:
            self.offered.pop()  # one that comes again: should the answer be lost, its confirmation would mean these
        return self.offered

    def confirm(self, offset: int) -> None:
        """The bot confirms by the last one of the batch that it was given; what is confirmed may be confirmed again."""
        if not self.offered or self.offered[-1]["update_id"] + 1 != offset:
            if offset != self.confirmed:
                self.wrong_offsets.append(offset)
            return
        self.confirmed = offset
        for _ in self.offered:
            self.queue.popleft()
        self.accepted += len(self.offered)
        self.offered = []

    @property
    def waiting(self) -> int:
        return len(self.queue) + len(self.late)
