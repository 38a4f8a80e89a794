"""Where a runner of lanes gets its rows: on SQLite one process has the whole inbox, on PostgreSQL all claim lanes."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Protocol

import structlog

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.inbox import claims, repository
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.leases import LASTING, Holding, this_process

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 10.0
IDLE_SECONDS = 1.0
SWEEP_SECONDS = 5.0  # where other processes call us; what nobody called is found by looking
ROWS_IN_MEMORY = 5_000
ROWS_A_READ = 500
ROWS_CLAIMED = 100  # at once, so that one process leaves something to the others


class Source(Protocol):
    """What may be run here. `held` are the rows that the runner has already."""

    idle_seconds: ClassVar[float]  # asked again after so long when nobody calls

    async def more(self, held: Collection[int]) -> Sequence[InboxRow]:
        """New rows in their order, held ones perhaps among them; none when there is no room for more."""
        ...

    def has_more(self, held: int) -> bool:
        """Whether it is worth while to ask for more, now that no more than so many are held."""
        ...

    async def let_go(self, row: InboxRow) -> bool:
        """A row that has to wait: True when `more` brings it when its time has come, to us or to another process."""
        ...

    async def give_back(self) -> None:
        """Nothing is held any longer."""
        ...


def source_for(sessions: SessionManager, clock: Clock, holder: str | None, look_again_seconds: float) -> Source:
    if sessions.is_shared:
        return ClaimedLanes(sessions, holder or this_process())
    return WholeInbox(sessions, clock, holder, look_again_seconds)


class WholeInbox:
    """One process, by the lease `lanes`, reads on from where it was; its lanes are in its memory."""

    idle_seconds: ClassVar[float] = IDLE_SECONDS

    def __init__(self, sessions: SessionManager, clock: Clock, holder: str | None, look_again_seconds: float) -> None:
        self._sessions = sessions
        self._lease = Holding(sessions, clock, "lanes", holder)
        self._look_again_seconds = look_again_seconds
        self._look_again = 0.0
        self._seen = 0
        self._full = False

    async def more(self, held: Collection[int]) -> Sequence[InboxRow]:
        """Now and then from the beginning: rows are set back to new, for example by `plumbot inbox retry`."""
        if len(held) >= ROWS_IN_MEMORY or not await self._lease.is_ours():
            return ()
        now = asyncio.get_running_loop().time()
        if now >= self._look_again:
            self._seen, self._look_again = 0, now + self._look_again_seconds
        rows = await self._sessions.read(repository.new_after, self._seen, ROWS_A_READ)
        self._seen = rows[-1].seq if rows else self._seen
        self._full = len(rows) == ROWS_A_READ
        return rows

    def has_more(self, held: int) -> bool:
        return self._full and held <= ROWS_IN_MEMORY - ROWS_A_READ

    async def let_go(self, row: InboxRow) -> bool:
        return False

    async def give_back(self) -> None:
        await self._lease.give_back()


class ClaimedLanes:
    """Every process takes lanes that nobody has. A claim is written and committed before its row is run."""

    idle_seconds: ClassVar[float] = SWEEP_SECONDS

    def __init__(self, sessions: SessionManager, holder: str) -> None:
        self._sessions = sessions
        self._holder = holder
        self._renew_at = 0.0
        self._more = False

    async def more(self, held: Collection[int]) -> Sequence[InboxRow]:
        now = asyncio.get_running_loop().time()
        if held and now >= self._renew_at:
            await self._sessions.change(claims.renew, self._holder)
            self._renew_at = now + LASTING.total_seconds() / 3
        room = ROWS_CLAIMED - len(held)
        if room <= 0:
            self._more = True  # perhaps; we do not look
            return ()
        claimed = await self._sessions.change(claims.claim, self._holder, list(held), room)
        self._more = claimed.more
        return claimed.rows

    def has_more(self, held: int) -> bool:
        return self._more and held <= ROWS_CLAIMED // 2

    async def let_go(self, row: InboxRow) -> bool:
        """Not noted, it is ours still, and `more` brings it to us."""
        await self._unless_away(claims.let_go, [row.seq])
        return True

    async def give_back(self) -> None:
        """A database that is away keeps our claims until they run out."""
        await self._unless_away(claims.give_back)

    async def _unless_away(self, change: Callable[..., None], *more: object) -> None:
        try:
            await self._sessions.change(change, self._holder, *more)
        except Exception as fault:
            if not is_infrastructure(fault):
                raise
            log.warning("claims_database_fault", fault=str(fault))
