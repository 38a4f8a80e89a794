"""What a member's profile says."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.features.profile.ports import Standing
from plumbot.features.profile.rules import TREND_DAYS, trend
from plumbot.kit.clock import Clock

Values = dict[str, Any]


class ProfileService:
    """Answers with the values of a screen; `standing` is None where there is no karma."""

    def __init__(
        self, clock: Clock, profiles: Profiles, standing: Standing | None, *, zone: ZoneInfo, with_card: bool
    ) -> None:
        self._clock = clock
        self._profiles = profiles
        self._standing = standing
        self._zone = zone
        self._with_card = with_card

    def about(self, session: Session, user_id: int) -> Values:
        profile = self._profiles.meet_by_id(session, user_id)
        joined = profile.joined_at
        values: Values = {
            "user_id": user_id,
            "name": Person(user_id, profile.first_name, profile.last_name).name,
            "username": profile.username,
            "since": joined.astimezone(self._zone).date().isoformat() if joined else None,
            "card": self._with_card,
        }
        if self._standing is not None:
            today = self._clock.now().astimezone(self._zone).date()
            since = today - timedelta(days=TREND_DAYS - 1)
            changes = self._standing.changes_by_day(session, user_id, since)
            values["karma"] = profile.karma
            values["place"] = self._standing.place(session, profile) if profile.in_club else None
            values["trend"] = trend(profile.karma, changes, today)
        return values
