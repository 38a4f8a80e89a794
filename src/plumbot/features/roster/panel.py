"""The roster in the admins' panel. Where an admin is in the list is kept where it is seen: in the panel's values."""

from typing import Any, cast

from sqlalchemy.orm import Session

from plumbot.club import panel
from plumbot.club.profiles import Person
from plumbot.features.roster import repository, rules
from plumbot.features.roster.repository import Cursor
from plumbot.features.roster.schemas import Entry, Page
from plumbot.features.roster.service import RosterService
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import NAMED

SCREENS = ("roster.list", "roster.entry", "roster.sure", "roster.ask")

Values = dict[str, Any]


class RosterPanel:
    """Gives the values of screens; each holds `view`: the words that were searched for, and where the page begins."""

    def __init__(self, roster: RosterService, outbox: Outbox) -> None:
        self._roster = roster
        self._outbox = outbox

    def turn(self, session: Session, shown: str, act: str) -> Values:
        """The list as it was left (`list`), from the beginning (`all`), or its neighbouring page (`next`, `prev`)."""
        seen = panel.seen(session, self._outbox, shown, *SCREENS)
        words, start = self._view(seen)
        match act:
            case "all":
                return self.find(session, "")
            case "next":
                return self._values(session, words, self._roster.search(session, words, _place(seen.get("following"))))
            case "prev" if start is not None:
                return self._values(session, words, self._roster.search_before(session, words, start))
        return self._values(session, words, self._roster.search(session, words, start))

    def find(self, session: Session, words: str) -> Values:
        """What holds no word to search for finds all."""
        words = " ".join(words.split())[: rules.LONGEST_SEARCH] if rules.words(words) else ""
        return self._values(session, words, self._roster.search(session, words))

    def open(self, session: Session, shown: str, entry_id: int) -> Values:
        entry = self._roster.entry(session, entry_id)
        return {**self._about(session, entry), "view": self.view(session, shown)}

    def remove(self, session: Session, shown: str, entry_id: int, *, by: int) -> Values:
        """The list afterwards, at the same place."""
        self._roster.remove(session, entry_id, by=by)
        return self.turn(session, shown, "list")

    def add(self, session: Session, shown: str, slug: str, *, by: int) -> Values:
        entry = self._roster.add(session, slug, by=by)
        return {**self._about(session, entry), "view": self.view(session, shown)}

    def edit(self, session: Session, shown: str, entry_id: int, slug: str, *, by: int) -> Values:
        entry = self._roster.edit(session, entry_id, slug, by=by)
        return {**self._about(session, entry), "view": self.view(session, shown)}

    def view(self, session: Session, shown: str) -> Values:
        words, start = self._view(panel.seen(session, self._outbox, shown, *SCREENS))
        return {"words": words, "start": start}

    @staticmethod
    def _view(seen: Values) -> tuple[str, Cursor | None]:
        view = seen.get("view") or {}
        return str(view.get("words") or ""), _place(view.get("start"))

    def _values(self, session: Session, words: str, page: Page) -> Values:
        owners = repository.owners_of(session, {entry.user_id for entry in page.entries if entry.user_id is not None})
        names = {who: Person(who, one.first_name, one.last_name).name for who, one in owners.items()}
        entries = [
            [entry.id, entry.slug, None if entry.user_id is None else names.get(entry.user_id) or str(entry.user_id)]
            for entry in page.entries
        ]
        return {
            "entries": entries,
            "total": page.total,
            "before": page.before,
            "following": page.following,
            "view": {"words": words, "start": page.start},
            NAMED: sorted(owners),
        }

    def _about(self, session: Session, entry: Entry) -> Values:
        owner = repository.owners_of(session, {entry.user_id}).get(entry.user_id) if entry.user_id else None
        name = Person(owner.user_id, owner.first_name, owner.last_name).name if owner else ""
        return {
            "entry_id": entry.id,
            "slug": entry.slug,
            "user_id": entry.user_id,
            "name": name,
            "username": owner.username if owner else None,
            "created_at": entry.created_at.isoformat(),
        }


def _place(pair: Any) -> Cursor | None:
    """As JSON gives it back."""
    return cast("Cursor", tuple(pair)) if pair else None
