"""The grouped card: when many apply at once, each admin has one list instead of a heap of cards.

What a chat turned to and picked is kept where it is seen: in the values of its shown message.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.profiles import Profiles
from plumbot.features.applications import repository
from plumbot.features.applications.refusals import NothingSelected
from plumbot.features.applications.tables import Application
from plumbot.kit.holding import WAVES, hold
from plumbot.kit.outbox.tables import DECISION
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.screens import NAMED

PAGE = 8
SCREEN = "applications.wave"


@dataclass(frozen=True)
class View:
    """Where a chat stands in its list."""

    page: int = 0
    picked: list[int] = field(default_factory=list)
    denying: bool = False


class Waves:
    """Shows the list of pending applications, turns its pages, remembers what is picked."""

    def __init__(self, outbox: Outbox, profiles: Profiles) -> None:
        self._outbox = outbox
        self._profiles = profiles

    def show(self, session: Session, chat: int, *, fresh: bool = False) -> None:
        """The list stands in this chat; a list that was worked off, or is brought up again, comes at the bottom."""
        hold(session, WAVES)
        row = self._outbox.find(session, key(chat))
        worked_off = row is None or row.retired or row.closed or not row.values.get("total")
        self._show(session, chat, self._view(session, chat), fresh=fresh or worked_off)

    def refresh(self, session: Session) -> None:
        """All lists that lie somewhere show what is pending now."""
        hold(session, WAVES)  # who refreshes after us sees what we have decided
        for name in self._outbox.keys(session, "wave:"):
            row = self._outbox.find(session, name)
            if row is not None and not row.retired and row.values.get("total"):
                self._show(session, row.chat_id, self._view(session, row.chat_id))

    def take_away(self, session: Session, chat: int) -> None:
        self._outbox.retire(session, key(chat))

    def press(self, session: Session, chat: int, act: str, number: int) -> None:
        """A press on the list: turn to page `number`, pick application `number` or not, ask for the reason, go back."""
        hold(session, WAVES)
        view = self._view(session, chat)
        match act:
            case "page":
                view = View(number, view.picked)
            case "pick":
                view = View(view.page, _toggled(view.picked, number))
            case "deny":
                view = View(view.page, self.picked(session, chat), denying=True)
                if not view.picked:
                    raise NothingSelected
            case _:
                view = View(view.page, view.picked)
        self._show(session, chat, view)

    def picked(self, session: Session, chat: int) -> list[int]:
        """What is picked in this chat and still pending."""
        pending = {application.id for application in repository.all_pending(session)}
        return [one for one in self._view(session, chat).picked if one in pending]

    def _view(self, session: Session, chat: int) -> View:
        row = self._outbox.find(session, key(chat))
        if row is None or row.screen != SCREEN:
            return View()
        return View(row.values["page"], row.values["picked"], row.values["denying"])

    def _show(self, session: Session, chat: int, view: View, *, fresh: bool = False) -> None:
        pending = repository.all_pending(session)
        pages = max(1, -(-len(pending) // PAGE))
        page = min(max(view.page, 0), pages - 1)
        ids = {application.id for application in pending}
        picked = [one for one in view.picked if one in ids]
        shown = pending[page * PAGE : (page + 1) * PAGE]
        values = {
            **asdict(View(page, picked, view.denying and bool(picked))),
            NAMED: [one.user_id for one in shown],
            "items": [self._item(session, one) for one in shown],
            "total": len(pending),
            "pages": pages,
        }
        self._outbox.show(session, key(chat), chat, SCREEN, fresh=fresh, urgency=DECISION, **values)

    def _item(self, session: Session, application: Application) -> dict[str, Any]:
        profile = self._profiles.find(session, application.user_id)
        names = (profile.first_name, profile.last_name) if profile else ()
        name = " ".join(filter(None, names)) or str(application.user_id)
        return {"id": application.id, "name": name[:40], "slug": application.slug[:90]}


def _toggled(picked: list[int], one: int) -> list[int]:
    return [other for other in picked if other != one] if one in picked else [*picked, one]


def key(chat: int) -> str:
    """The outbox key of a chat's list."""
    return f"wave:{chat}"
