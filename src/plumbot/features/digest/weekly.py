"""The club's digest: who moved most in the week that ends, and who is new. Quiet weeks are passed over."""

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Person
from plumbot.club.tables import Profile
from plumbot.features.digest import repository, rules
from plumbot.features.digest.daily import DigestHour
from plumbot.features.digest.ports import Changes
from plumbot.features.digest.service import DigestService
from plumbot.kit.outbox.tables import TIMER
from plumbot.kit.outbox.verbs import Outbox

MOST_MOVERS, MOST_NEWCOMERS = 5, 10


class WeeklyDigest:
    """Said by the same clock as the daily one, on the day that ends the week."""

    def __init__(
        self, hour: DigestHour, digests: DigestService, changes: Changes, club_chat: ClubChat, outbox: Outbox
    ) -> None:
        self._hour = hour
        self._digests = digests
        self._changes = changes
        self._club_chat = club_chat
        self._outbox = outbox

    def tell(self, session: Session, now: datetime) -> None:
        day, moment = rules.last_due(now, self._hour.at, self._hour.zone)
        last = rules.told_day(day, self._hour.at)
        chat_id = self._club_chat.id(session)
        due = rules.ends_the_week(last) and not rules.is_too_late(now, moment)
        if chat_id is None or not due or not self._digests.is_weekly(session):
            return
        first = rules.first_of_week(last)
        movers = self._changes.movers(session, first, last, MOST_MOVERS)
        count, new = repository.newcomers(session, self._begin(first), now, MOST_NEWCOMERS)
        key = f"digest:week:{last}"
        if not (movers or count) or self._outbox.find(session, key) is not None:
            return
        self._outbox.show(
            session, key, chat_id, "digest.weekly", urgency=TIMER, at_most_once=True,
            first=first.isoformat(), last=last.isoformat(), movers=[[_named(who), gained] for who, gained in movers],
            newcomers=[_named(profile) for profile in new], newcomer_count=count,
            named=[who.user_id for who in (*(mover for mover, _ in movers), *new)],
        )  # fmt: skip

    def _begin(self, first: date) -> datetime:
        """Midnight of the first day, by the club's clock."""
        return rules.due_at(first, time(0), self._hour.zone)


def _named(profile: Profile) -> str:
    """Without an @, so that nobody is pinged."""
    name = Person(profile.user_id, profile.first_name, profile.last_name).name
    return name or profile.username or str(profile.user_id)
