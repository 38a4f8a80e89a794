"""When a digest is due, and of which day it tells."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATEST = timedelta(hours=3)  # what could not be said in this time is not said any more
FORENOON = time(12)
SUNDAY = 6


def due_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of this local time. One that is skipped that day is its next valid moment; of two, the first."""
    moment = datetime.combine(day, at, tzinfo=zone)
    begun = moment.astimezone(UTC)
    if begun.astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None):
        return begun
    return _end_of_gap(begun, zone)


def _end_of_gap(inside: datetime, zone: ZoneInfo) -> datetime:
    """The change of clocks nearest to a moment that was reckoned from a time that does not exist."""
    early, late = inside - timedelta(days=1), inside + timedelta(days=1)
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def last_due(now: datetime, at: time, zone: ZoneInfo) -> tuple[date, datetime]:
    """The latest local day whose moment has come, and that moment."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while (moment := due_at(day, at, zone)) > now:
        day -= timedelta(days=1)
    return day, moment


def told_day(day: date, at: time) -> date:
    """A digest in the forenoon tells of the day before."""
    return day if at >= FORENOON else day - timedelta(days=1)


def is_too_late(now: datetime, moment: datetime) -> bool:
    return now - moment > LATEST


def ends_the_week(day: date) -> bool:
    return day.weekday() == SUNDAY


def first_of_week(last: date) -> date:
    return last - timedelta(days=6)
