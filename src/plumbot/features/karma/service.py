"""Karma as it changes: by what is said in the club's chat, and by admins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Profiles
from plumbot.features.karma import repository
from plumbot.features.karma.chatter import Written, read
from plumbot.features.karma.counting import count
from plumbot.features.karma.ledger import Change, Ledger
from plumbot.features.karma.options import KarmaOptions
from plumbot.features.karma.rules import LARGEST_CHANGE, TooMuchKarma, UnknownPerson, moment_of
from plumbot.kit.clock import Clock
from plumbot.kit.holding import KARMA, hold

AUTHORS_KEPT = timedelta(days=90)


class KarmaService:
    """Observes the club's chat, and lets admins correct what came of it."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        club_chat: ClubChat,
        profiles: Profiles,
        audit: Audit,
        options: KarmaOptions,
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._club_chat = club_chat
        self._profiles = profiles
        self._audit = audit
        self._options = options

    def observe(self, session: Session, updates: Sequence[dict[str, Any]]) -> None:
        """A batch of chatter, in intake's own transaction."""
        chat_id = self._club_chat.id(session)
        if chat_id is None:
            return
        heard = [one for update in updates for one in read(update, chat_id, self._options)]
        if not heard:
            return
        hold(session, KARMA, chat_id)  # one batch after the other: each counts on what the one before it has written
        now = self._clock.now()
        counted = count(session, chat_id, heard, self._options, now)
        authors = [
            {
                "chat_id": chat_id, "message_id": one.message_id, "author_id": one.author_id,
                "sent_at": moment_of(one.seconds, now),
            }
            for one in heard if isinstance(one, Written)
        ]  # fmt: skip
        repository.remember_authors(session, authors)
        repository.save_votes(session, chat_id, counted.touched.values())
        self._ledger.write(session, counted.changes)

    def change_by_admin(self, session: Session, user_id: int, delta: int, by: int, reason: str) -> int:
        """Gives the new karma."""
        profile = self._profiles.find(session, user_id)
        if profile is None:
            raise UnknownPerson(user_id=user_id)
        if abs(delta) > LARGEST_CHANGE:
            raise TooMuchKarma(most=LARGEST_CHANGE)
        session.refresh(profile, ["karma"], with_for_update=True)
        before = profile.karma
        if delta:
            self._ledger.write(session, [Change(user_id, delta, reason, self._clock.now(), by)])
            after = {"karma": before + delta, "reason": reason}
            self._audit.record(session, "karma.change", by=by, on=user_id, before={"karma": before}, after=after)
        return before + delta

    def set_by_admin(self, session: Session, user_id: int, karma: int, by: int, reason: str) -> int:
        """Whatever it was, it is this now; the ledger records the difference."""
        profile = self._profiles.find(session, user_id)
        if profile is None:
            raise UnknownPerson(user_id=user_id)
        session.refresh(profile, ["karma"], with_for_update=True)
        return self.change_by_admin(session, user_id, karma - profile.karma, by, reason)

    def forget_old_messages(self, session: Session, now: datetime) -> None:
        """Who wrote a message is kept for 90 days."""
        repository.forget_old_messages(session, now - AUTHORS_KEPT)
