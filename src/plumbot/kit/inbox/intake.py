"""Intake: what Telegram hands over is stored in one short transaction, and only then confirmed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import structlog
from sqlalchemy.orm import Session

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager, is_infrastructure
from plumbot.kit.inbox import repository
from plumbot.kit.inbox.raw import GroupInterest, fit, kind_of, lane_of, update_id_of
from plumbot.kit.inbox.tables import DEAD, DONE, FROM_TELEGRAM, NEW
from plumbot.kit.killpoints import reach
from plumbot.kit.metrics import UPDATES
from plumbot.kit.signals import INBOX, after_commit

log = structlog.get_logger()

Observer = Callable[[Session, Sequence[dict[str, Any]]], None]


@dataclass(frozen=True)
class Intake:
    """Stores updates of one bot. `observers` see what really came in from groups, in the same transaction."""

    sessions: SessionManager
    clock: Clock
    bot_id: int
    interest: GroupInterest
    observers: Sequence[Observer] = ()

    async def take(self, updates: Sequence[Any]) -> None:
        """Returns when everything is committed; raises when it is not, and then nothing may be confirmed."""
        if not updates:
            return
        try:
            chatter = await self.sessions.change(self._store, updates, observed=True)
        except Exception as fault:
            if is_infrastructure(fault):
                raise
            log.exception("observer_failed", updates=len(updates))
            await self._in_halves(updates)
        else:
            UPDATES.labels("message", "chatter").inc(chatter)
        reach("intake.committed")

    async def _in_halves(self, updates: Sequence[Any]) -> None:
        """An observer failed: find the update that it cannot bear; that one is left to the lanes and their attempts."""
        if len(updates) == 1:
            await self.sessions.change(self._store, updates, observed=False)
            return
        half = len(updates) // 2
        for part in (updates[:half], updates[half:]):
            try:
                await self.sessions.change(self._store, part, observed=True)
            except Exception as fault:
                if is_infrastructure(fault):
                    raise
                await self._in_halves(part)

    def observe(self, session: Session, overheard: Sequence[dict[str, Any]]) -> None:
        """Show what was said in groups to everybody who wants to see it."""
        for observer in self.observers if overheard else ():
            observer(session, overheard)

    def _store(self, session: Session, updates: Sequence[Any], *, observed: bool) -> int:
        """Gives how many of them were chatter, and so are done."""
        rows = {row["update_id"]: (row, update) for row, update in ((self._row(u, observed), u) for u in updates)}
        came_in = set(repository.put(session, [row for row, _ in rows.values()]))
        if observed:
            new = [update for number, (row, update) in rows.items() if number in came_in and row["status"] != DEAD]
            self.observe(session, fit([update for update in new if self.interest.is_overheard(update)]))
        after_commit(session, INBOX)
        reach("intake.stored")
        return sum(row["status"] == DONE for number, (row, _) in rows.items() if number in came_in)

    def _row(self, update: Any, observed: bool) -> dict[str, Any]:
        now = self.clock.now()
        row: dict[str, Any] = {
            "bot_id": self.bot_id, "source": FROM_TELEGRAM, "received_at": now, "finished_at": None, "error": None,
            "status": NEW, "lane": 0, "kind": "unknown", "body": json.dumps(update),
        }  # fmt: skip
        number = update_id_of(update)
        if number is None:
            made_up = -1 - int.from_bytes(blake2b(row["body"].encode(), digest_size=7).digest())
            end = {"status": DEAD, "finished_at": now, "error": "It has no usable update id."}
            return row | {"update_id": made_up} | end
        row |= {"update_id": number, "kind": kind_of(update), "lane": lane_of(update)}
        if observed and self.interest.is_chatter(update):
            return row | {"status": DONE, "body": "", "finished_at": now}
        return row
