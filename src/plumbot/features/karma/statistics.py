"""What members ask: how much, why, and who stands where. Answers are values of screens."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from plumbot.club.profiles import Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma import ranking, reports
from plumbot.features.karma.reports import Day
from plumbot.features.karma.rules import (
    PERIODS,
    REACTION,
    THANKS,
    UnknownPeriod,
    day_of,
    first_day,
    link_to,
    shown_name,
)
from plumbot.features.karma.tables import KarmaEvent
from plumbot.kit.clock import Clock
from plumbot.kit.screens import NAMED

Values = dict[str, Any]

SHOWN = 10
GIVERS_SHOWN = 5
POINTS_DRAWN = 60


class StatisticsService:
    """Reads the ledger's sums; changes nothing."""

    def __init__(self, clock: Clock, profiles: Profiles, zone: ZoneInfo) -> None:
        self._clock = clock
        self._profiles = profiles
        self._zone = zone

    def stats(self, session: Session, user_id: int) -> Values:
        profile = self._profiles.meet_by_id(session, user_id)
        session.flush()
        today, days = self._today(), reports.days_of(session, user_id)
        givers = reports.biggest_givers(session, user_id, GIVERS_SHOWN)
        found = reports.people_by_id(session, [giver.actor_id for giver in givers])
        sums = {
            period: sums_since(days, first_day(length, today) if length else None) for period, length in PERIODS.items()
        }
        return {
            "user_id": user_id,
            "name": name_of(profile),
            "username": profile.username,
            "karma": profile.karma,
            "place": ranking.place_of(session, profile),
            "sums": sums,
            "curve": curve(profile.karma, days, today),
            "givers": [[*names_of(giver.actor_id, found), giver.plus - giver.minus] for giver in givers],
        }

    def why(self, session: Session, user_id: int) -> Values:
        profile = self._profiles.meet_by_id(session, user_id)
        session.flush()
        events = reports.last_changes(session, user_id, SHOWN)
        names = self._names(session, [event.actor_id for event in events if event.actor_id is not None])
        changes = [self._change(event, names) for event in events]
        return {"karma": profile.karma, "changes": changes, NAMED: sorted(names)}

    def top(self, session: Session, user_id: int, period: str) -> Values:
        if period not in PERIODS:
            raise UnknownPeriod
        profile = self._profiles.meet_by_id(session, user_id)
        session.flush()
        length = PERIODS[period]
        if length is None:
            best = [(one, one.karma) for one in ranking.best(session, SHOWN)]
            own = [ranking.place_of(session, profile), profile.karma]
        else:
            first = first_day(length, self._today())
            best = [(mover.profile, mover.net) for mover in reports.best_since(session, first, SHOWN)]
            own = list(reports.place_since(session, profile, first))
        ranks, people = [[name_of(one), much] for one, much in best], [user_id, *(one.user_id for one, _ in best)]
        values = {"period": period, "ranks": ranks, "user_id": user_id, "name": name_of(profile), "own": own}
        return {**values, NAMED: people}

    def name_of(self, session: Session, user_id: int) -> str:
        return self._names(session, [user_id])[user_id]

    def _today(self) -> date:
        return day_of(self._clock.now(), self._zone)

    def _names(self, session: Session, ids: list[int]) -> dict[int, str]:
        found = reports.people_by_id(session, ids)
        return {each: name_of(found[each]) if each in found else str(each) for each in ids}

    def _change(self, event: KarmaEvent, names: dict[int, str]) -> Values:
        by_vote = event.message_id is not None
        kind = "other"
        if by_vote:
            kind = REACTION if (event.reason or "").startswith(REACTION) else THANKS
        return {
            "delta": event.delta,
            "kind": kind,
            "who": names.get(event.actor_id) if by_vote and event.actor_id is not None else None,
            "at": event.created_at.astimezone(self._zone).isoformat(timespec="minutes"),
            "link": link_to(event.chat_id, event.message_id),
            "reason": None if by_vote else event.reason,
        }


def name_of(profile: Profile) -> str:
    return shown_name(profile.first_name, profile.last_name, profile.username, profile.user_id)


def names_of(user_id: int, found: Mapping[int, Profile]) -> tuple[int, str, str | None]:
    """Id, name and @name, as far as the person is known."""
    profile = found.get(user_id)
    return (user_id, name_of(profile), profile.username) if profile else (user_id, str(user_id), None)


def sums_since(days: list[Day], first: date | None) -> list[int]:
    """Plus and minus of the days from `first` on."""
    counted = [one for one in days if first is None or one.day >= first]
    return [sum(one.plus for one in counted), sum(one.minus for one in counted)]


def curve(karma: int, days: list[Day], today: date) -> list[list[Any]]:
    """[day, karma at its end], oldest first: from the eve of the first change until today, few enough to be drawn."""
    if not days:
        return []
    found: list[tuple[date, int]] = [(today, karma)]
    for one in reversed(days):
        if one.day < found[-1][0]:
            found.append((one.day, karma))
        karma -= one.plus - one.minus
    found.append((days[0].day - timedelta(days=1), karma))
    found.reverse()
    step = max(1, -(-len(found) // POINTS_DRAWN))
    kept = found[:-1:step] + found[-1:]
    return [[day.isoformat(), value] for day, value in kept]
