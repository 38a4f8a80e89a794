"""Pending applications in the admins' panel: a list that is always true, whatever became of the cards."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.profiles import Profiles
from plumbot.features.applications import repository
from plumbot.features.applications.tables import Application
from plumbot.kit.clock import Clock
from plumbot.kit.screens import NAMED

PAGE = 8

Values = dict[str, Any]


class PendingList:
    """Oldest first, since they wait longest."""

    def __init__(self, clock: Clock, profiles: Profiles) -> None:
        self._clock = clock
        self._profiles = profiles

    def page(self, session: Session, after: int) -> Values:
        """Applications that came after this one (0: from the first on), and what the next page comes after."""
        found = repository.pending_after(session, after, PAGE + 1)
        if after and not found:
            return self.page(session, 0)
        page = found[:PAGE]
        following = page[-1].id if len(found) > PAGE else None
        items = [self._item(session, one) for one in page]
        total, people = repository.pending_count(session), [one.user_id for one in page]
        return {"items": items, "total": total, "after": after, "following": following, NAMED: people}

    def _item(self, session: Session, application: Application) -> Values:
        profile = self._profiles.find(session, application.user_id)
        names = (profile.first_name, profile.last_name) if profile else ()
        name = " ".join(filter(None, names)) or str(application.user_id)
        hours = int((self._clock.now() - application.created_at).total_seconds() // 3600)
        return {
            "id": application.id,
            "user_id": application.user_id,
            "name": name,
            "slug": application.slug,
            "hours": max(0, hours),
        }
