"""What admins see of the roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.places import AdminSection, Places
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_LINE, LONGEST_NAME, LONGEST_WORDS = 110, 40, 100
IN_A_ROW = 5

ASK_FIND = N_(
    "<b>Search the roster</b>\n\nWrite one or more words, such as a name or a university. "
    "Entries are found in which each of them begins a word; case does not matter."
)
ASK_ADD = N_(
    "<b>Add to the roster</b>\n\nWrite the entry in one message, its seven parts joined by hyphens, "
    "such as ivan-ivanov-Harward-CSE-77-3-21."
)
ASK_EDIT = N_("<b>Edit an entry</b>\n\nWrite it anew in one message. It is now:\n<code>{slug}</code>")
QUESTIONS = {"find": ASK_FIND, "add": ASK_ADD, "edit": ASK_EDIT}


@dataclass(frozen=True)
class Turn(Callback, prefix="ros"):
    """The list: `list` as it was left, `all` from the beginning, `next`, `prev`."""

    act: str


@dataclass(frozen=True)
class About(Callback, prefix="ros-e"):
    """An entry: `open`, `edit`, `sure` (shall it go?), `remove`; `find` and `add` are about none (0)."""

    act: str
    entry_id: int


def add_to(places: Places) -> None:
    places.sections.append(AdminSection(20, N_("Roster"), Turn("all").pack()))


@screen("roster.list")
def listed(
    t: Texts,
    *,
    entries: Sequence[Sequence[Any]],
    total: int,
    before: int,
    following: Sequence[Any] | None,
    view: Mapping[str, Any],
) -> Message:
    head = [_head(t, view["words"], total)]
    if total:
        head.append(t("{first}–{last} of {total}", first=before + 1, last=before + len(entries), total=total))
    lines = [_line(number, *entry) for number, entry in enumerate(entries, before + 1)]
    body = Markup("\n").join(lines) if lines else t("Nothing here.")
    numbers = [Button(str(before + n), About("open", entry[0]).pack()) for n, entry in enumerate(entries, 1)]
    buttons = rows(*numbers, width=IN_A_ROW) + rows(*_turning(t, view, following), width=2)
    buttons += rows(*_doing(t, view), width=2) + rows(panel.back(t))
    return Message(Markup("\n\n").join([Markup("\n").join(head), body]), buttons)


def _head(t: Texts, words: str, total: int) -> Markup:
    if words:
        return t("<b>Roster</b>: entries with “{words}”: {total}", words=_cut(words, LONGEST_WORDS), total=total)
    return t("<b>Roster</b>")


def _line(number: int, _entry_id: int, slug: str, owner: str | None) -> Markup:
    line = Markup("{}. <code>{}</code>").format(number, _cut(slug, LONGEST_LINE))
    return Markup("{} – {}").format(line, _cut(owner, LONGEST_NAME)) if owner is not None else line


def _turning(t: Texts, view: Mapping[str, Any], following: Sequence[Any] | None) -> list[Button]:
    found = [Button(t.plain("‹ Previous"), Turn("prev").pack())] if view["start"] else []
    return [*found, Button(t.plain("Next ›"), Turn("next").pack())] if following else found


def _doing(t: Texts, view: Mapping[str, Any]) -> list[Button]:
    found = [Button(t.plain("Search"), About("find", 0).pack()), Button(t.plain("Add"), About("add", 0).pack())]
    return [Button(t.plain("Show all"), Turn("all").pack()), *found] if view["words"] else found


@screen("roster.entry")
def entry(
    t: Texts,
    /,
    *,
    entry_id: int,
    slug: str,
    user_id: int | None,
    name: str,
    username: str | None,
    created_at: str,
    **_view: Any,
) -> Message:
    """Where the admin was in the list is only remembered here."""
    day = datetime.fromisoformat(created_at).strftime("%d.%m.%Y")
    parts = [
        t("<b>Entry of the roster</b>"),
        Markup("<code>{}</code>").format(slug),
        _owner(t, user_id, name, username),
        t("Listed on {day}", day=day),
    ]
    buttons = rows(
        Button(t.plain("Edit"), About("edit", entry_id).pack()),
        Button(t.plain("Delete"), About("sure", entry_id).pack()),
        width=2,
    )
    return Message(Markup("\n\n").join(parts), buttons + rows(_to_list(t)))


def _owner(t: Texts, user_id: int | None, name: str, username: str | None) -> Markup:
    if user_id is None:
        return t("Nobody has claimed it yet: whoever arrives with it does.")
    shown = [Markup("<b>{}</b>").format(_cut(name, LONGEST_NAME))] if name else []
    shown += [Markup("@{}").format(_cut(username, LONGEST_NAME))] if username else []
    return t("Belongs to {who}", who=Markup(" ").join([*shown, Markup("<code>{}</code>").format(user_id)]))


@screen("roster.sure")
def sure(t: Texts, /, *, entry_id: int, slug: str, user_id: int | None, **_view: Any) -> Message:
    """The person stays where they are; only the line goes."""
    question = t("Delete this entry from the roster?\n<code>{slug}</code>", slug=slug)
    parts = [question]
    if user_id is not None:
        parts.append(t("It belongs to somebody. They stay in the club; the entry is free for others afterwards."))
    buttons = rows(
        Button(t.plain("Yes, delete"), About("remove", entry_id).pack()),
        Button(t.plain("Back"), About("open", entry_id).pack()),
    )
    return Message(Markup("\n\n").join(parts), buttons)


@screen("roster.ask")
def ask(t: Texts, /, *, about: str, entry_id: int, slug: str, **_view: Any) -> Message:
    """Answered by typing."""
    back = About("open", entry_id).pack() if about == "edit" else Turn("list").pack()
    return Message(t(QUESTIONS[about], slug=slug), rows(panel.back(t, back)))


def _to_list(t: Texts) -> Button:
    return panel.back(t, Turn("list").pack())


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
