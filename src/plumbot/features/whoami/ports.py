"""Who can be asked about an @name that the club does not know. The fake beside it is for tests and for trying."""

from dataclasses import dataclass, field
from typing import Protocol

from plumbot.features.whoami.rules import NoAnswer
from plumbot.features.whoami.schemas import Found


class Directory(Protocol):
    """Knows people by their @name."""

    async def find(self, username: str) -> Found | None:
        """The person, or None when there is nobody by that name; raises NoAnswer with a reason that can be shown."""


@dataclass
class PrintedDirectory:
    """A directory that knows what it was given, and fails when told to."""

    people: dict[str, Found] = field(default_factory=dict)
    trouble: NoAnswer | None = None
    asked: list[str] = field(default_factory=list)

    async def find(self, username: str) -> Found | None:
        self.asked.append(username)
        if self.trouble is not None:
            raise self.trouble
        return self.people.get(username.casefold())
