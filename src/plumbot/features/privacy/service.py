"""Everything about oneself, and its end."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places, exported
from plumbot.club.tables import Profile
from plumbot.features.privacy import person, rules, traces
from plumbot.features.privacy.ports import Applications
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.verbs import Outbox

ABOUT = (
    "Everything that the club's bot keeps about you. Other people are left out. Messages that the bot wrote to you "
    "stand in your chat with it. What each part is, how long it is kept and why: docs/privacy.md of the program."
)


class PrivacyService:
    """Asks every feature for what it keeps (`Places.personal`)."""

    def __init__(
        self,
        clock: Clock,
        outbox: Outbox,
        permissions: Permissions,
        languages: Languages,
        places: Places,
        applications: Applications,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._permissions = permissions
        self._languages = languages
        self._places = places
        self._applications = applications

    def document(self, session: Session, *, user_id: int) -> bytes:
        """All of it as JSON, as it is at this moment."""
        parts: dict[str, Any] = {"about": ABOUT, "made_at": self._clock.now().isoformat(), "user_id": user_id}
        parts["person"] = person.export(session, user_id)
        parts |= {part.name: part.export(session, user_id) for part in self._places.personal}
        old = traces.leftovers(session, self._known_by(session, user_id))
        parts["from_the_old_bot"] = [exported(row, "source_table", "source_row", "reason") for row in old]
        return json.dumps(parts, ensure_ascii=False, indent=2).encode()

    def ask(self, session: Session, user_id: int) -> Sequence[str]:
        """What would stay, as msgids; refused to whom the club cannot forget now."""
        self._require_forgettable(session, user_id)
        kept = [text for part in self._places.personal for text in part.stays(session, user_id)]
        return [*kept, *self._applications.stays(session, user_id)]

    def forget(self, session: Session, user_id: int, *, seq: int, keep: str | None) -> str:
        """Erase the person; gives the language in which to take leave. `keep` is the message that says so."""
        self._require_forgettable(session, user_id)
        language = self._languages.of(session, user_id)
        known = self._known_by(session, user_id)
        self._applications.let_go(session, user_id)
        session.flush()
        for part in self._places.personal:
            part.erase(session, user_id)
        session.expire_all()
        traces.erase(session, self._outbox, known, keep=keep, seq=seq)
        person.erase(session, user_id)
        return language

    def _known_by(self, session: Session, user_id: int) -> rules.Traces:
        profile = session.get(Profile, user_id)
        words = [word for part in self._places.personal for word in part.words(session, user_id)]
        return rules.Traces.of(user_id, [profile.username if profile else None], words)

    def _require_forgettable(self, session: Session, user_id: int) -> None:
        if user_id == self._permissions.owner_id:
            raise rules.TheOwner
        if self._permissions.is_admin(session, user_id):
            raise rules.StillAnAdmin
        profile = session.get(Profile, user_id)
        if profile is not None and profile.in_club:
            raise rules.StillInside
