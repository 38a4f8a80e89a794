"""Orders for a backup, and what became of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club import panel
from plumbot.club.audit import Audit
from plumbot.features.backups.rules import LARGEST_BYTES, UnderWay
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.switches import Switch

ORDERED = "backup.ordered"
GIVEN_UP_AFTER = timedelta(hours=1)  # whoever was to make it is not there

Values = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """Who wants a backup, since when."""

    by: int
    at: datetime


class BackupService:
    """One order at a time; `encrypted` says whether a key is set."""

    def __init__(self, clock: Clock, outbox: Outbox, audit: Audit, *, encrypted: bool) -> None:
        self._clock = clock
        self._outbox = outbox
        self._audit = audit
        self._encrypted = encrypted

    def offer(self, session: Session) -> Values:
        return {"encrypted": self._encrypted, "under_way": self._open(session) is not None}

    def order(self, session: Session, *, by: int) -> None:
        """It survives a restart: whoever makes backups finds it in its row."""
        if self._open(session) is not None:
            raise UnderWay
        now = self._clock.now()
        session.merge(Switch(name=ORDERED, value={"by": by, "at": now.isoformat()}, updated_at=now))
        self._audit.record(session, "backup.order", by=by, after={"encrypted": self._encrypted})

    def ordered(self, session: Session) -> Order | None:
        switch = session.get(Switch, ORDERED)
        return Order(switch.value["by"], datetime.fromisoformat(switch.value["at"])) if switch else None

    def made(self, session: Session, order: Order, file: str, size: int) -> None:
        """The file follows where Telegram takes one of that size."""
        if not self._settle(session, order):
            return
        sent = size <= LARGEST_BYTES
        self._outbox.show(
            session, panel.key(order.by), order.by, "backups.made", file=file, kilobytes=max(1, size // 1024),
            sent=sent, encrypted=self._encrypted,
        )  # fmt: skip
        if sent:
            self._outbox.show(session, f"backup:{file}", order.by, "backups.file", file=file, at_most_once=True)

    def failed(self, session: Session, order: Order, reason: str) -> None:
        if self._settle(session, order):
            self._outbox.show(session, panel.key(order.by), order.by, "backups.failed", reason=reason)

    def _settle(self, session: Session, order: Order) -> bool:
        """False when it was settled meanwhile: then nobody is told twice."""
        if self.ordered(session) != order:
            return False
        session.delete(session.get_one(Switch, ORDERED))
        return True

    def _open(self, session: Session) -> Order | None:
        order = self.ordered(session)
        return order if order is not None and self._clock.now() - order.at < GIVEN_UP_AFTER else None
