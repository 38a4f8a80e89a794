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
from plumbot.kit.inbox.raw import GroupInterest, kind_of, lane_of
from plumbot.kit.inbox.tables import DEAD, DONE, FROM_TELEGRAM, NEW
from plumbot.kit.signals import INBOX, after_commit

log = structlog.get_logger()

Observer = Callable[[Session, Sequence[dict[str, Any]]], None]


@dataclass(frozen=True)
class Intake:
    """Stores updates of one bot. `observers` see the chatter that really came in, in the same transaction."""

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
            await self.sessions.change(self._store, updates, observed=True)
        except Exception as fault:
            if is_infrastructure(fault):
                raise
            log.exception("observer_failed", updates=len(updates))
            await self._in_halves(updates)

    async def _in_halves(self, updates: Sequence[Any]) -> None:
        """An observer failed: find the update that it cannot bear, and keep its fault from the others."""
        half = len(updates) // 2
        for part in (updates[:half], updates[half:]) if half else (updates,):
            try:
                await self.sessions.change(self._store, part, observed=True)
            except Exception as fault:
                if is_infrastructure(fault):
                    raise
                if len(part) == 1:
                    await self.sessions.change(self._store, part, observed=False)
                else:
                    await self._in_halves(part)

    def _store(self, session: Session, updates: Sequence[Any], *, observed: bool) -> None:
        rows = {row["update_id"]: row for row in (self._row(update, observed) for update in updates)}
        came_in = set(repository.put(session, list(rows.values())))
        if observed:
            chatter = [u for u in updates if isinstance(u, dict) and u.get("update_id") in came_in]
            chatter = [u for u in chatter if self.interest.is_chatter(u)]
            for observe in self.observers if chatter else ():
                observe(session, chatter)
        after_commit(session, INBOX)

    def _row(self, update: Any, observed: bool) -> dict[str, Any]:
        now = self.clock.now()
        row: dict[str, Any] = {
            "bot_id": self.bot_id, "source": FROM_TELEGRAM, "received_at": now, "finished_at": None, "error": None,
            "status": NEW, "lane": 0, "kind": "unknown", "body": json.dumps(update),
        }  # fmt: skip
        update_id = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update_id, int) or not 0 <= update_id < 2**63:
            made_up = -1 - int.from_bytes(blake2b(row["body"].encode(), digest_size=7).digest())
            return row | {
                "update_id": made_up,
                "status": DEAD,
                "finished_at": now,
                "error": "It has no update id.",
            }
        row |= {"update_id": update_id, "kind": kind_of(update)[:40], "lane": lane_of(update)}
        if not self.interest.is_chatter(update):
            return row
        if observed:
            return row | {"status": DONE, "body": "", "finished_at": now}
        return row | {"status": DEAD, "finished_at": now, "error": "An observer failed on it."}
