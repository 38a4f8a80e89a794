"""The record of privileged actions."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.tables import AuditEntry
from plumbot.kit.clock import Clock


class Audit:
    """Writes entries in the transaction of what they tell about."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def record(
        self,
        session: Session,
        action: str,
        *,
        by: int | None,
        on: int | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """`action` is `feature.verb`; `by` is None when the bot acted on its own."""
        entry = AuditEntry(at=self._clock.now(), action=action, actor_id=by, subject_id=on, before=before, after=after)
        session.add(entry)
