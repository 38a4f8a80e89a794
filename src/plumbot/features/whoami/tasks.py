"""Asks the directory what waits to be asked: outside any transaction, a few at a time, again after a restart."""

from dataclasses import dataclass

from plumbot.features.whoami import repository
from plumbot.features.whoami.ports import Directory
from plumbot.features.whoami.rules import NoAnswer
from plumbot.features.whoami.schemas import Found
from plumbot.features.whoami.service import LOOKUPS, WhoamiService
from plumbot.features.whoami.tables import Lookup
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.patrol import Patrol


@dataclass(frozen=True)
class Lookups:
    """A question is asked at least once; its answer is shown once, by the unit that removes the question."""

    sessions: SessionManager
    clock: Clock
    directory: Directory
    service: WhoamiService

    async def run(self) -> None:
        await Patrol(LOOKUPS, self.sessions, self.clock, repository.open_lookups, self.answer).run()

    async def answer(self, lookup: Lookup) -> None:
        found: Found | None = None
        trouble: str | None = None
        try:
            found = await self.directory.find(lookup.username)
        except NoAnswer as reason:
            trouble = reason.text
        await self.sessions.change(self.service.answered, lookup.id, found, trouble)
