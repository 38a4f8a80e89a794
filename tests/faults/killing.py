"""SIGKILL at random moments and at named places, spread over the traffic."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from plumbot.kit import killpoints
from tests.faults.troubled_bot import VARIABLE
from tests.faults.wire import Wire
from tests.support.processes import BotProcess

POINTS = (
    "intake.stored", "intake.committed", "unit.written", "unit.committed", "send.begun", "send.taken", "send.marked",
    "call.begun", "call.made", "call.noted",
)  # fmt: skip
PATIENCE_SECONDS = 4.0
LOOK_AGAIN_SECONDS = 0.01


@dataclass
class Killer:
    """Kills one bot again and again and starts it anew. Every other death is at a named place."""

    bot: BotProcess
    wire: Wire
    dice: Random
    database_faults: float
    progress: Callable[[], int]
    points: Sequence[str] = POINTS
    kills: int = 0
    left: int = 1
    at: Counter[str] = field(default_factory=Counter)
    failed_starts: int = 0
    ended: list[str] = field(default_factory=list)
    _wish: str = ""
    _polls: int = 0

    async def run(self, kills: int, steps: int) -> None:
        """So many, spread over so many steps of progress; then it watches, until it is cancelled."""
        self.left = kills
        await self._start()
        step = steps / (kills + 1)
        while self.left:
            await self._until(int(step * (self.kills + self.dice.random())))
            if await self._killed():
                self.left -= 1
                await self._start(last=not self.left)
            else:
                await self._start_again()
        while True:
            if not self.bot.runs:
                await self._start_again()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _until(self, number: int) -> None:
        """Or until it has died where it was to die."""
        while self.progress() < number:
            if not self.bot.runs:  # looked at once a turn: it may die at any moment
                if self._wish:
                    return
                await self._start_again()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _start_again(self) -> None:
        """As a supervisor does. With the database at fault a bot may fail to start; once it has begun it stays."""
        if self.wire.polls > self._polls:
            said = self.bot.log.read_text(encoding="utf-8")[-2_000:]
            self.ended.append(f"exit code {self.bot.exit_code}: {said}")
        self.failed_starts += 1
        await self._start()

    async def _start(self, *, last: bool = False) -> None:
        self._polls = self.wire.polls
        await self.bot.start(**self._plan(last=last))

    async def _killed(self) -> bool:
        """False when it has ended otherwise."""
        if self._wish:
            try:
                await self.bot.ended(PATIENCE_SECONDS)
                if self.bot.exit_code != -signal.SIGKILL:
                    return False
            except TimeoutError:
                self._wish = ""  # it never came there
        if not self._wish:
            await asyncio.sleep(self.dice.random() * 0.05)
        await self.bot.kill()
        self.kills += 1
        self.at[self._wish or "a random moment"] += 1
        return True

    def _plan(self, *, last: bool = False) -> dict[str, str]:
        """The variables of the next life; the last one dies nowhere."""
        trouble = {VARIABLE: f"{self.dice.randrange(10**6)}:{self.database_faults}"}
        self._wish = self.dice.choice(self.points) if self.dice.random() < 0.5 and not last else ""
        if not self._wish:
            return trouble
        return trouble | {killpoints.VARIABLE: f"{self._wish}:{self.dice.randint(1, 12)}"}

    def shown(self) -> str:
        return ", ".join(f"{number} at {place}" for place, number in sorted(self.at.items()))
