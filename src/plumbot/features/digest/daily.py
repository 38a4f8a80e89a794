"""The members' digest: what their karma did on the club's day, at most once a day for each."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.digest import repository, rules
from plumbot.features.digest.ports import Changes
from plumbot.kit.outbox.tables import TIMER
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.switches import turn

AT_ONCE = 50  # people in one unit: a tenth of a second of the database


@dataclass(frozen=True)
class DigestHour:
    """When it is said: PLUM_DIGEST__TIME in the club's time zone."""

    at: time
    zone: ZoneInfo

    def slot(self, now: datetime) -> str:
        """For a timer: it changes when the moment has come, once a day whatever the clocks do."""
        return rules.last_due(now, self.at, self.zone)[0].isoformat()


class DailyDigest:
    """Begun once a day, then carried on in small units until everybody has theirs."""

    def __init__(self, hour: DigestHour, changes: Changes, outbox: Outbox) -> None:
        self._hour = hour
        self._changes = changes
        self._outbox = outbox

    def begin(self, session: Session, now: datetime) -> None:
        """Note the day; a bot that was down for hours tells nobody in the night."""
        day, moment = rules.last_due(now, self._hour.at, self._hour.zone)
        if rules.is_too_late(now, moment):
            return
        told = rules.told_day(day, self._hour.at)
        note = {"day": told.isoformat(), "after": 0}
        turn(session, repository.UNDER_WAY, note, now)

    def carry_on(self, session: Session, now: datetime) -> bool:
        """The next people; False when all have theirs."""
        note = repository.under_way(session)
        if note is None:
            return False
        if rules.is_too_late(now, note.updated_at):
            session.delete(note)
            return False
        day = date.fromisoformat(note.value["day"])
        changed = self._changes.changed_on(session, day, note.value["after"], AT_ONCE)
        willing = repository.who_wants_it(session, [who for who, _, _ in changed])
        told = self._outbox.known(session, [key_of(who, day) for who in willing])
        for who, plus, minus in changed:
            if who in willing and key_of(who, day) not in told:
                self._tell(session, day, willing[who], plus, minus)
        if len(changed) < AT_ONCE:
            session.delete(note)
            return False
        note.value = note.value | {"after": changed[-1][0]}
        return True

    def _tell(self, session: Session, day: date, profile: Profile, plus: int, minus: int) -> None:
        who = profile.user_id
        self._outbox.show(
            session, key_of(who, day), who, "digest.daily", urgency=TIMER, at_most_once=True, day=day.isoformat(),
            plus=plus, minus=minus, karma=profile.karma, place=self._changes.place(session, profile),
        )  # fmt: skip


def key_of(who: int, day: date) -> str:
    return f"digest:{who}:{day}"
