"""Applications can be paused, with a sentence for those who would apply."""

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.features.applications.refusals import ReasonTooLong
from plumbot.kit.clock import Clock
from plumbot.kit.switches import Switch, turn

PAUSED = "applications.paused"
LONGEST_NOTE = 150


def pause_note(session: Session) -> str | None:
    """None while applications are taken, else the sentence for applicants, which may be empty."""
    switch = session.get(Switch, PAUSED)
    return str(switch.value.get("note") or "") if switch and switch.value.get("on") else None


class PauseService:
    """Pausing and resuming; what is under way already goes on."""

    def __init__(self, clock: Clock, audit: Audit) -> None:
        self._clock = clock
        self._audit = audit

    def pause(self, session: Session, *, by: int, note: str) -> None:
        """`note` is shown to those who would apply."""
        note = " ".join(note.split())
        if len(note) > LONGEST_NOTE:
            raise ReasonTooLong(length=len(note), limit=LONGEST_NOTE)
        self._turn(session, by, "applications.pause", {"on": True, "note": note})

    def resume(self, session: Session, *, by: int) -> None:
        self._turn(session, by, "applications.resume", {"on": False, "note": ""})

    def is_paused(self, session: Session) -> bool:
        return pause_note(session) is not None

    def turn(self, session: Session, on: bool, by: int) -> None:
        """The switch of the panel: paused without a sentence, or taken again."""
        self.pause(session, by=by, note="") if on else self.resume(session, by=by)

    def _turn(self, session: Session, by: int, action: str, value: dict[str, object]) -> None:
        switch = session.get(Switch, PAUSED)
        before = dict(switch.value) if switch else None
        turn(session, PAUSED, value, self._clock.now())
        session.flush()
        self._audit.record(session, action, by=by, before=before, after=value)
