"""What happened in the club, told to whoever declared interest, at once and in the publisher's transaction."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ApplicationApproved:
    """An admin said yes; the person now has to accept the rules."""

    application_id: int
    user_id: int
    slug: str


@dataclass(frozen=True)
class ApplicationClosed:
    """An open application ended without arrival (rejected, withdrawn): whatever was prepared for it is void."""

    application_id: int
    user_id: int


@dataclass(frozen=True)
class MemberArrived:
    """A person is inside the club chat and an application or a decision of an admin explains it."""

    user_id: int


@dataclass(frozen=True)
class MemberLeft:
    """A person left the club chat or was removed from it."""

    user_id: int


@dataclass(frozen=True)
class PersonReachable:
    """A person wrote to the bot in private for the first time, or again after blocking it."""

    user_id: int


@dataclass(frozen=True)
class LanguageChosen:
    """A person wants to be written to in this language from now on."""

    user_id: int
    language: str


@dataclass(frozen=True)
class PersonBlacklisted:
    """A person may no longer join; what is open for them is void."""

    user_id: int
    by: int | None


@dataclass(frozen=True)
class AdminsChanged:
    """Somebody became an admin or is one no longer."""

    user_id: int
    is_admin: bool
    by: int | None


E = TypeVar("E")


class Events:
    """Synchronous: a listener that raises undoes the publisher's work too."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], list[Callable[[Session, Any], None]]] = defaultdict(list)

    def on(self, event: type[E], listener: Callable[[Session, E], None]) -> None:
        self._listeners[event].append(listener)

    def publish(self, session: Session, event: object) -> None:
        for listener in self._listeners[type(event)]:
            listener(session, event)
