"""What admins see when they correct karma."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.club.places import AdminSection, Command, Places
from plumbot.features.karma.screens import change_text, points
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, as_code, rows, screen
from plumbot.kit.texts import Texts

STEPS = (-10, -5, -1, 1, 5, 10)


@dataclass(frozen=True)
class Change(Callback, prefix="krm"):
    """So many points more or less, where the person's karma is still `karma`."""

    user_id: int
    delta: int
    karma: int


@dataclass(frozen=True)
class Karma(Callback, prefix="krm-p"):
    """`look` again, `reason` (write another one), `close`; `find` is about nobody (0)."""

    act: str
    user_id: int


def add_to_panel(places: Places) -> None:
    places.sections.append(AdminSection(40, N_("Karma"), Karma("find", 0).pack()))
    places.commands += [
        Command("karma", N_("Correct somebody's karma"), Permission.ADMIN, in_group=True),
        Command("karma_add", N_("Add to somebody's karma: who, how much, why"), Permission.ADMIN, in_group=True),
        Command("karma_set", N_("Set somebody's karma: who, to what, why"), Permission.ADMIN, in_group=True),
    ]


@screen("karma.panel")
def about(
    t: Texts,
    *,
    user_id: int,
    name: str,
    username: str | None,
    karma: int,
    reason: str,
    changes: Sequence[Mapping[str, Any]],
    in_group: bool = False,
) -> Message:
    """In a group nobody is pinged, nothing can be asked for, and what others gave concerns nobody there."""
    parts = [t("{who}: {points}", who=_who(user_id, name, None if in_group else username), points=points(t, karma))]
    if not in_group:
        parts.append(Markup("\n").join(change_text(t, one) for one in changes) or t("Nothing has changed yet."))
    parts.append(
        t("The reason that goes with each press: {reason}", reason=as_code(reason))
        if reason
        else t("No reason is given yet.")
    )
    steps = [Button(f"{step:+}".replace("-", "−"), Change(user_id, step, karma).pack()) for step in STEPS]
    more = [Button(t.plain("Look again"), Karma("look", user_id).pack())]
    if not in_group:
        more.append(Button(t.plain("Write a reason"), Karma("reason", user_id).pack()))
    last = Button(t.plain("Close"), Karma("close", user_id).pack()) if in_group else panel.back(t)
    return Message(Markup("\n\n").join(parts), rows(*steps, width=3) + rows(*more, width=2) + rows(last))


def _who(user_id: int, name: str, username: str | None) -> Markup:
    account = [Markup("@{}").format(username)] if username and username != name else []
    return Markup(" ").join([as_code(name), *account, as_code(str(user_id))])


@screen("karma.ask_whom")
def ask_whom(t: Texts) -> Message:
    """Answered by typing."""
    text = t("<b>Karma</b>\n\nWhose? Write an id or an @name, and a reason after it if you like.")
    return Message(text, rows(panel.back(t)))


@screen("karma.ask_reason")
def ask_reason(t: Texts, /, *, user_id: int, name: str, **_seen: Any) -> Message:
    """Answered by typing."""
    text = t("Why is the karma of <b>{name}</b> changed? Write it in one message: they see it in /why.", name=name)
    return Message(text, rows(panel.back(t, Karma("look", user_id).pack())))


@screen("karma.closed")
def closed(t: Texts, *, name: str, karma: int) -> Message:
    return Message(t("{name} has {points}.", name=as_code(name), points=points(t, karma)))
