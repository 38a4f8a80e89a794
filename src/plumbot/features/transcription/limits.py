"""What operators allow."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class SpeechLimits:
    """Limits for each file and each person; `group` is off, reply or auto."""

    zone: ZoneInfo
    largest_bytes: int
    max_seconds: int = 3_600
    open_jobs: int = 3
    daily_jobs: int = 20
    daily_minutes: int = 60
    group: str = "off"
