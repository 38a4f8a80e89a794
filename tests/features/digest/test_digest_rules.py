"""When the digest is due: every day once, in every time zone, also when clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from plumbot.features.digest.rules import due_at, ends_the_week, first_of_week, is_too_late, last_due, told_day

BERLIN, MOSCOW, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow"), ZoneInfo("Australia/Lord_Howe")
SANTIAGO, NEW_YORK = ZoneInfo("America/Santiago"), ZoneInfo("America/New_York")
ZONES = [BERLIN, MOSCOW, LORD_HOWE, SANTIAGO, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Pacific/Apia")]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        (MOSCOW, "2026-07-01", "21:00", "2026-07-01T18:00"),
        (BERLIN, "2026-01-10", "21:00", "2026-01-10T20:00"),
        (BERLIN, "2026-07-10", "21:00", "2026-07-10T19:00"),
        (BERLIN, "2026-03-29", "02:30", "2026-03-29T01:00"),  # does not exist: 03:00, when it would
        (BERLIN, "2026-03-29", "02:00", "2026-03-29T01:00"),
        (BERLIN, "2026-03-29", "03:00", "2026-03-29T01:00"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25T00:30"),  # comes twice: the first
        (NEW_YORK, "2026-03-08", "02:59", "2026-03-08T07:00"),
        (LORD_HOWE, "2026-10-04", "02:15", "2026-10-03T15:30"),  # half an hour is skipped there
        (SANTIAGO, "2026-09-06", "00:10", "2026-09-06T04:00"),  # midnight itself is skipped there
    ],
)
def test_the_moment_of_a_local_time(zone: ZoneInfo, day: str, at: str, moment: str) -> None:
    assert due_at(date.fromisoformat(day), time.fromisoformat(at), zone) == utc(moment)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("at", ["00:00", "00:30", "02:00", "02:30", "03:00", "12:00", "21:00", "23:59"])
def test_each_day_of_the_year_has_one_moment_and_they_come_in_order(zone: ZoneInfo, at: str) -> None:
    now, end = utc("2026-01-01T00:00"), utc("2027-01-02T00:00")
    seen: list[date] = []
    while now < end:
        day, moment = last_due(now, time.fromisoformat(at), zone)
        assert moment <= now
        if not seen or seen[-1] != day:
            seen.append(day)
        now += timedelta(minutes=30)  # of the zones here none shifts by less
    assert seen == [seen[0] + timedelta(days=number) for number in range(len(seen))]
    assert len(seen) in (366, 367)


def test_a_digest_of_the_forenoon_tells_of_yesterday() -> None:
    assert told_day(date(2026, 3, 2), time(9)) == date(2026, 3, 1)
    assert told_day(date(2026, 3, 2), time(21)) == date(2026, 3, 2)


def test_three_hours_later_nobody_is_told_any_more() -> None:
    moment = utc("2026-03-02T18:00")
    assert not is_too_late(moment + timedelta(hours=3), moment)
    assert is_too_late(moment + timedelta(hours=3, seconds=1), moment)


def test_the_week_is_from_monday_to_sunday() -> None:
    assert ends_the_week(date(2026, 3, 1))
    assert first_of_week(date(2026, 3, 1)) == date(2026, 2, 23)
    assert not ends_the_week(date(2026, 3, 2))
