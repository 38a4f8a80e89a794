"""What admins see of pending applications in their panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.places import AdminSection, AdminSwitch, Places
from plumbot.features.applications.pausing import PauseService
from plumbot.features.applications.repository import pending_count
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME, LONGEST_SLUG = 40, 120
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Pending(Callback, prefix="adm-apl"):
    """The list from the application after this one on; 0 from the first."""

    after: int


@dataclass(frozen=True)
class BringCard(Callback, prefix="adm-card"):
    """The card of this application, at the bottom of the chat."""

    application_id: int


def add_to_panel(places: Places, pauses: PauseService) -> None:
    places.sections.append(AdminSection(10, N_("Applications"), Pending(0).pack(), count=pending_count))
    places.switches.append(
        AdminSwitch(10, "paused", N_("Applications are paused"), pauses.is_paused, pauses.turn)
    )  # fmt: skip


@screen("applications.waiting")
def pending(t: Texts, *, items: Sequence[Mapping[str, Any]], total: int, after: int, following: int | None) -> Message:
    if not items:
        text = t("<b>Pending applications</b>\n\nNobody waits for a decision.")
        return Message(text, rows(_again(t, after), panel.back(t)))
    lines = [_line(t, item) for item in items]
    head = t("<b>Pending applications: {total}</b>", total=total)
    hint = t("Press a name, and its card comes to the bottom of this chat.")
    buttons = rows(
        *(Button(_cut(item["name"], LONGEST_LABEL), BringCard(item["id"]).pack()) for item in items), width=2
    )
    cards = [Button(_cut(item["name"], LONGEST_LABEL), BringCard(item["id"]).pack()) for item in items]
    turning = [Button(t.plain("From the beginning"), Pending(0).pack())] if after else []
    if following is not None:
        turning.append(Button(t.plain("Next"), Pending(following).pack()))
    buttons = rows(*cards, width=2) + rows(*turning, width=2) + rows(_again(t, after), panel.back(t))
    return Message(Markup("\n\n").join([head, Markup("\n").join(lines), hint]), buttons)


def _line(t: Texts, item: Mapping[str, Any]) -> Markup:
    """Whoever waits for more than a day is seen at once."""
    name, slug, days = _cut(item["name"], LONGEST_NAME), _cut(item["slug"], LONGEST_SLUG), item["hours"] // 24
    waits = t.plural("waits for {n} day", "waits for {n} days", days) if days else t("waits since today")
    return Markup("• <b>{}</b> <code>{}</code> – {}").format(name, slug, waits)


def _again(t: Texts, after: int) -> Button:
    return Button(t.plain("Look again"), Pending(after).pack())


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
