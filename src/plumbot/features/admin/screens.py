"""What admins see of the panel's frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.club.places import AdminSection, Command, Places
from plumbot.features.admin import glances
from plumbot.features.admin.rules import SENTENCES
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

LONGEST_VALUE = 60
LONGEST_LINE = 300
SECTION_WIDTH = 2


@dataclass(frozen=True)
class OpenPanel(Callback, prefix="adm"):
    """A page of the frame: `home`, `health`, `switches`."""

    page: str


@dataclass(frozen=True)
class OpenAudit(Callback, prefix="adm-aud"):
    """Entries before this one; 0 for the newest."""

    before: int


@dataclass(frozen=True)
class Turn(Callback, prefix="adm-sw"):
    """What a switch shall be from now on, not its change, so that twice is once."""

    name: str
    on: int


def add_to(places: Places) -> None:
    places.commands.append(Command("admin", N_("The admins' panel"), Permission.ADMIN))
    places.sections += [
        AdminSection(60, N_("Switches"), OpenPanel("switches").pack()),
        AdminSection(70, N_("Health"), OpenPanel("health").pack()),
        AdminSection(80, N_("What was done"), OpenAudit(0).pack()),
    ]
    glances.add_to(places)


@screen("admin.home")
def home(t: Texts, *, sections: Sequence[Sequence[Any]]) -> Message:
    buttons = [
        Button(f"{t.plain(text)} · {count}" if count is not None else t.plain(text), data)
        for text, data, count in sections
    ]
    text = t("<b>Admins' panel</b>\n\nWhat is decided here is kept under “What was done”, with who did it.")
    return Message(text, rows(*buttons, width=SECTION_WIDTH))


@screen("admin.health")
def health(t: Texts, *, parts: Sequence[Sequence[Any]], at: str) -> Message:
    everything = [fact for _, facts in parts for fact in facts]
    well = not any(bad for *_, bad in everything)
    head = t("✅ All is well.") if well else t("⚠️ Something needs a look.")
    blocks = [Markup("\n").join([Markup("<b>{}</b>").format(t(title)), *_facts(t, facts)]) for title, facts in parts]
    clock = datetime.fromisoformat(at).strftime("%H:%M:%S")
    foot = t("At {clock}. `plumbot doctor` on the machine looks deeper.", clock=clock)
    buttons = rows(Button(t.plain("Look again"), OpenPanel("health").pack()), panel.back(t))
    return Message(Markup("\n\n").join([t("<b>Health</b>"), head, *blocks, foot]), buttons)


def _facts(t: Texts, facts: Sequence[Sequence[Any]]) -> list[Markup]:
    return [Markup("{} {}").format("⚠️" if bad else "•", t(text, **values)) for text, values, bad in facts]


@screen("admin.switches")
def switches(t: Texts, *, switches: Sequence[Sequence[Any]]) -> Message:
    buttons = [
        Button(f"{'☑' if on else '☐'} {t.plain(text)}", Turn(name, int(not on)).pack()) for name, text, on in switches
    ]
    text = t("<b>Switches</b>\n\nA press turns one on or off, for everybody and at once.")
    return Message(text, rows(*buttons, panel.back(t)))


@screen("admin.audit")
def audit(t: Texts, *, entries: Sequence[Mapping[str, Any]], following: int | None, newest: bool) -> Message:
    lines = [_entry(t, entry) for entry in entries] or [t("Nothing yet.")]
    turning = []
    if following is not None:
        turning.append(Button(t.plain("Earlier ones"), OpenAudit(following).pack()))
    if not newest:
        turning.append(Button(t.plain("The newest"), OpenAudit(0).pack()))
    return Message(Markup("\n\n").join([t("<b>What was done</b>"), *lines]), rows(*turning, panel.back(t)))


def _entry(t: Texts, entry: Mapping[str, Any]) -> Markup:
    moment = datetime.fromisoformat(entry["at"])
    at = moment.strftime("%d.%m.%Y %H:%M")
    by = _cut(entry["by"]) if entry["by"] else t("the bot or the command line")
    return t("{at}, <b>{by}</b>: {what}", at=at, by=by, what=_what(t, entry))


def _what(t: Texts, entry: Mapping[str, Any]) -> Markup:
    """An entry that does not say what its sentence needs is shown as it stands."""
    values = {name: _cut(str(value)) for name, value in entry["values"].items()}
    sentence = SENTENCES.get(entry["action"])
    try:
        said = t(sentence, **values) if sentence else None
    except KeyError:
        said = None
    if said is None:
        return Markup("<code>{}</code> {}").format(_cut(entry["action"]), values.get("on", ""))
    reason = values.get("reason") or ""
    return Markup("{} ({})").format(said, reason) if reason and reason != "None" else said


def _cut(text: str, longest: int = LONGEST_VALUE) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
