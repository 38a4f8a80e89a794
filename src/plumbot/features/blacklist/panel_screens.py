"""What admins see of the blacklist in their panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.places import AdminSection, Places
from plumbot.features.blacklist.repository import count
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_NAME, LONGEST_REASON = 40, 100
IN_A_ROW = 5


@dataclass(frozen=True)
class ListFrom(Callback, prefix="adm-bl"):
    """The list after this person's entry; 0 from the newest on."""

    after: int


@dataclass(frozen=True)
class Listed(Callback, prefix="adm-ble"):
    """About an entry: `open`, `sure` (off the list?), `off`; `add` is about nobody (0)."""

    act: str
    user_id: int


def add_to_panel(places: Places) -> None:
    places.sections.append(AdminSection(30, N_("Blacklist"), ListFrom(0).pack(), count=count))


@screen("blacklist.list")
def listed(t: Texts, *, entries: Sequence[Sequence[Any]], total: int, after: int, following: int | None) -> Message:
    head = t("<b>Blacklist</b>: {total}", total=total)
    lines = [_line(number, *entry) for number, entry in enumerate(entries, 1)] or [t("Nobody is on it.")]
    numbers = [Button(str(number), Listed("open", entry[0]).pack()) for number, entry in enumerate(entries, 1)]
    turning = [Button(t.plain("From the beginning"), ListFrom(0).pack())] if after else []
    turning += [Button(t.plain("Next ›"), ListFrom(following).pack())] if following is not None else []
    buttons = rows(*numbers, width=IN_A_ROW) + rows(*turning, width=2)
    buttons += rows(Button(t.plain("Add"), Listed("add", 0).pack()), panel.back(t))
    return Message(Markup("\n\n").join([head, Markup("\n").join(lines)]), buttons)


def _line(number: int, user_id: int, name: str, reason: str) -> Markup:
    who = Markup("<b>{}</b> <code>{}</code>").format(_cut(name, LONGEST_NAME), user_id)
    line = Markup("{}. {}").format(number, who if name else Markup("<code>{}</code>").format(user_id))
    return Markup("{} – {}").format(line, _cut(reason, LONGEST_REASON)) if reason else line


@screen("blacklist.entry")
def entry(
    t: Texts, *, user_id: int, name: str, username: str | None, reason: str, by: str | None, created_at: str
) -> Message:
    day = datetime.fromisoformat(created_at).strftime("%d.%m.%Y")
    parts = [
        t("<b>On the blacklist</b>"),
        _who(user_id, name, username),
        t("Reason: {reason}", reason=reason) if reason else t("No reason was given."),
        t("Since {day}, by {who}", day=day, who=_cut(by, LONGEST_NAME)) if by else t("Since {day}", day=day),
    ]
    buttons = rows(Button(t.plain("Take off the list"), Listed("sure", user_id).pack()), _to_list(t))
    return Message(Markup("\n\n").join(parts), buttons)


@screen("blacklist.sure")
def sure(t: Texts, /, *, user_id: int, name: str, username: str | None, **_values: Any) -> Message:
    who = _who(user_id, name, username)
    text = t("Take {who} off the blacklist? The ban in the club chat is lifted, and they may apply again.", who=who)
    buttons = rows(
        Button(t.plain("Yes, take off"), Listed("off", user_id).pack()),
        panel.back(t, Listed("open", user_id).pack()),
    )
    return Message(text, buttons)


@screen("blacklist.ask")
def ask(t: Texts) -> Message:
    """Answered by typing."""
    text = t(
        "<b>Add to the blacklist</b>\n\nWrite the person's id or @name, and after it the reason, for example:\n"
        "<code>123456789 sells things</code>"
    )
    return Message(text, rows(_to_list(t)))


def _who(user_id: int, name: str, username: str | None) -> Markup:
    parts = [Markup("<b>{}</b>").format(_cut(name, LONGEST_NAME))] if name else []
    parts += [Markup("@{}").format(_cut(username, LONGEST_NAME))] if username else []
    return Markup(" ").join([*parts, Markup("<code>{}</code>").format(user_id)])


def _to_list(t: Texts) -> Button:
    return panel.back(t, ListFrom(0).pack())


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
