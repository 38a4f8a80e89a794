"""People whom the bot has met: their names as Telegram last said them, and whether they are in the club."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.kit.clock import Clock
from plumbot.kit.folding import folded
from plumbot.kit.inserting import put_if_absent


@dataclass(frozen=True)
class Person:
    """A person as an update names them."""

    user_id: int
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    @classmethod
    def from_telegram(cls, user: dict[str, Any]) -> "Person":
        """From a User object of the Bot API."""
        optional = (user.get(name) for name in ("last_name", "username", "language_code"))
        return cls(user["id"], user.get("first_name", ""), *optional)

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))


class Profiles:
    """The one place that writes names and presence; karma is written by its ledger only."""

    def __init__(self, clock: Clock, karma_start: int) -> None:
        self._clock = clock
        self._karma_start = karma_start

    def find(self, session: Session, user_id: int) -> Profile | None:
        return session.get(Profile, user_id)

    def by_username(self, session: Session, username: str) -> Profile | None:
        """The person last seen with this @name, in any case of its letters."""
        key = folded(username.removeprefix("@"))
        newest = select(Profile).where(Profile.username_key == key).order_by(Profile.updated_at.desc()).limit(1)
        return session.scalar(newest)

    def meet(self, session: Session, person: Person, *, reachable: bool | None = None) -> Profile:
        """The person's row, made or brought up to date. `reachable`: they wrote in private, or blocked the bot."""
        fresh = _told(person)
        if reachable is not None:
            fresh["reachable"] = reachable
        row = self.find(session, person.user_id) or self._make(session, person.user_id, fresh)
        changed = {name: value for name, value in fresh.items() if getattr(row, name) != value}
        for name, value in changed.items():
            setattr(row, name, value)
        if changed:
            row.updated_at = self._clock.now()
        return row

    def _make(self, session: Session, user_id: int, told: dict[str, Any]) -> Profile:
        """Two units may meet somebody at once; the second finds whom the first has met."""
        start, now = self._karma_start, self._clock.now()
        values = told | {"karma_start": start, "karma": start, "created_at": now, "updated_at": now}
        made = put_if_absent(session, Profile, "user_id", user_id=user_id, **values)
        return made or session.get_one(Profile, user_id)

    def arrive(self, session: Session, user_id: int) -> None:
        """The person is inside. Who joins again keeps karma and the day they first joined."""
        row = self.meet_by_id(session, user_id)
        row.in_club, row.left_at = True, None
        row.joined_at = row.joined_at or self._clock.now()

    def leave(self, session: Session, user_id: int) -> None:
        row = self.meet_by_id(session, user_id)
        row.in_club, row.left_at = False, self._clock.now()

    def meet_by_id(self, session: Session, user_id: int) -> Profile:
        """For people of whom only the id is known."""
        return self.find(session, user_id) or self.meet(session, Person(user_id))


def _told(person: Person) -> dict[str, Any]:
    """What the update says; a language it does not name is not forgotten."""
    told: dict[str, Any] = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "username_key": folded(person.username) if person.username else None,
    }
    if person.language_code:
        told["language_code"] = person.language_code[:16]
    return told
