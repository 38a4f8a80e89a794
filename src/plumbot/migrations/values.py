"""Reads what old files hold: any type in any column, dates in any writing; None: cannot be read."""

from datetime import UTC, datetime
from math import isfinite
from typing import Any

LARGEST = {32: 2**31 - 1, 64: 2**63 - 1}
FIRST, LAST = (
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(9999, 12, 29, tzinfo=UTC),
)  # what every zone, and a day more, can say
FIRST_SECOND, LAST_SECOND = 10**8, 10**10  # moments as numbers: seconds since 1970, between 1973 and 2286


def whole(value: Any, bits: int = 64) -> int | None:
    """A whole number that both databases can hold. What could be read as one, SQLite has made one already."""
    if not isinstance(value, int) or abs(value) > LARGEST[bits]:
        return None
    return value


def number(value: Any) -> float | None:
    """A number, whole or not; never infinite."""
    if not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def words(value: Any, longest: int | None = None) -> str | None:
    """Text that both databases can hold: no NUL, no half characters."""
    if value is None:
        return None
    read = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if "\0" in read:
        read = read.replace("\0", "")
    if not read.isascii():
        read = read.encode("utf-8", "replace").decode("utf-8")
    return read[:longest] if longest else read


def moment(value: Any) -> datetime | None:
    """A moment in UTC, from `YYYY-MM-DD HH:MM:SS`, from other ISO writings, or from seconds since 1970."""
    try:
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and FIRST_SECOND < value < LAST_SECOND:
            read = datetime.fromtimestamp(value, UTC)
        else:
            return None
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
        return read if FIRST <= read <= LAST else None
    except (ValueError, OverflowError):
        return None


def moment_text(value: datetime | None) -> str | None:
    """As the old bot wrote it."""
    return None if value is None else value.isoformat(" ", "seconds")[:19]


def first_of(*moments: datetime | None) -> datetime:
    """The first one that is known; the last is known always."""
    return next(one for one in moments if one is not None)
