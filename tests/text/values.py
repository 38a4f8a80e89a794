"""Values for each screen, from its signature: free texts are the payload, the rest goes through all that there is."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from plumbot.apps import dispatcher, wiring
from plumbot.apps.providers import LOST
from plumbot.features.admin.rules import SENTENCES
from plumbot.features.admission.rules import RIGHTS, Trouble
from plumbot.features.applications.decisions import MADE
from plumbot.features.applications.review_screens import HEADS
from plumbot.features.applications.rules import FIELDS
from plumbot.features.applications.states import Status
from plumbot.features.applications.waves import PAGE
from plumbot.features.privacy.screens import ALWAYS
from plumbot.features.roster.screens import QUESTIONS
from plumbot.features.transcription.layout import PART
from plumbot.features.transcription.ports import NothingRecognised
from plumbot.features.transcription.rules import NobodyListens, NothingInstalled
from plumbot.features.transcription.screens import SRT, TXT
from plumbot.features.transcription.telling import BEGINNING
from plumbot.features.whoami.screens import SOURCES
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Screen, known

MOMENT, DAY = "2026-03-02T12:30:00+00:00", "2026-03-02"
LARGEST_ID = 2**52 - 1
COMMANDS = [[f"command_{number}", N_("Open the menu")] for number in range(30)]
ENTRIES = [[N_("Rules"), "menu:rules"], [N_("Help"), "menu:help"]]

IMPORTED = (wiring, dispatcher)  # a screen is known once its module is imported

Values = dict[str, Any]


def who(text: str) -> Values:
    return {"id": LARGEST_ID, "name": text, "username": text}


def admin(text: str) -> Values:
    found: Values = {"user_id": LARGEST_ID, "name": text, "username": text, "owner": False, "source": "env"}
    return found | {"away": True, "reachable": False}


def change(text: str, kind: str) -> Values:
    return {"delta": -1, "at": MOMENT, "kind": kind, "who": text, "reason": text, "link": "https://t.me/c/1/2"}


def audited(text: str, action: str) -> Values:
    names = ("slug", "slug_before", "reason", "on", "karma", "karma_before", "added", "present", "refused")
    return {"at": MOMENT, "by": text, "action": action, "values": dict.fromkeys(names, text)}


# Values that are no free text: by their name everywhere, or in one screen ("screen.parameter"). Several take turns.
CHOICES: dict[str, tuple[Any, ...]] = {
    "expires_at": (MOMENT,), "created_at": (MOMENT,), "decided_at": (MOMENT, None), "since": (DAY, None),
    "day": (DAY,), "first": (DAY,), "last": (DAY,), "zone": ("Europe/Moscow",), "mode": ("request", "link"),
    "field": FIELDS, "status": tuple(HEADS), "standing": ("free", "unclaimed", "mine", "taken"),
    "admin.home.sections": ([[N_("Switches"), "adm:switches", None], [N_("Health"), "adm:health", 12]],),
    "switches": ([["paused", N_("Applications are paused"), True]], []), "newest": (True, False),
    "admin.health.parts": ([[N_("Club"), [[N_("Members: {n}"), {"n": 5}, False], [N_("None yet."), {}, True]]]],),
    "at": (MOMENT,),
    "view": ({"words": "", "start": None}, {"words": "ann", "start": ["a", 1]}), "following": (None, ["b", 2]),
    "admin.audit.following": (None, 5), "applications.waiting.following": (None, 5),
    "blacklist.list.following": (None, 5), "roster.ask.about": tuple(QUESTIONS),
    "note": (None, "owner", "late"), "kind": tuple(Trouble), "period": ("all", "month", "week", "today"),
    "source": tuple(SOURCES), "menu": ("menu:home",), "missing": (list(RIGHTS), []), "corrected_at": (MOMENT, None),
    "picked": ([], [1, 2]), "pages": (1, 3), "page": (0, 1), "trend": ((), (1, 2, 3)), "own": ([0, 5], [3, 5]),
    "admission.arrival.state": ("open", "kept", "removed", "left", "explained"),
    "admission.case.state": ("open", "given", "closed", "void"),
    "menu.settings.language": ("ru", "en"), "privacy.forgotten.language": ("ru", "en"),
    "menu.home.entries": (ENTRIES,), "commands": (COMMANDS, COMMANDS[:3]), "admin_commands": (COMMANDS, []),
    "preferences": ([], [[N_("Daily digest of my karma"), "pref:digest:1", True]]), "stays": ([], [ALWAYS[0]]),
    "earlier": ({}, dict.fromkeys(HEADS, 3)), "sums": (dict.fromkeys(("today", "week", "month", "all"), (5, 2)),),
    "curve": ([[DAY, 10], ["2026-03-03", 12]], []),
    "alerts.alert.text": (LOST,), "applications.told.text": (MADE[Status.APPROVED],),
    "whoami.no_answer.text": (N_("The site does not answer at the moment."),), "_values": ({},),
    "speech.about.language": ("auto", "ru", "en"), "why_not": (None, NobodyListens.text, NothingInstalled.text),
    "speech.result.language": ("ru", "en", "de", None), "speech.long.language": ("ru", None), "seconds": (4.0, 4000.0),
    "others": (["ru"], ["ru", "en"], []), "part": (1, 2), "of": (2, 1), "percent": (0, 50, 100),
    "speech.failed.text": (NothingRecognised.text,), "speech.failed.values": ({},), "speech.file.kind": (TXT, SRT),
    "before": (None, 0, 1, 7), "roster.list.before": (0, 20),
    "refusal.text": (N_("Say who is meant"), N_("I have never met {name}. Use the person's id.")),
}  # fmt: skip
# Values that hold free texts inside.
SHAPES: dict[str, Callable[[str], Any]] = {
    "admin.audit.entries": lambda text: [audited(text, action) for action in SENTENCES][:10],
    "applications.waiting.items": lambda text: [
        {"id": LARGEST_ID + number, "name": text, "slug": text, "hours": 30 * number} for number in range(8)
    ],
    "blacklist.list.entries": lambda text: [[LARGEST_ID - number, text, text] for number in range(10)],
    "admins.sure.person": admin,
    "roster.list.entries": lambda text: [[LARGEST_ID + number, text, text] for number in range(20)],
    "strangers": lambda text: [who(text)] * 40,
    "admins": lambda text: [admin(text)] * 30,
    "admins.added.person": admin,
    "admins.removed.person": admin,
    "changed": lambda text: dict.fromkeys(FIELDS, text),
    "fields": lambda text: dict.fromkeys(FIELDS, text),
    "applications.summary.values": lambda text: dict.fromkeys(FIELDS, text),
    "alerts.alert.values": lambda text: {"key": text, "error": text},
    "applications.told.values": lambda text: {"name": text},
    "refusal.values": lambda text: {"name": text},
    "speech.result.text": lambda text: "1" + text[: PART - 1],
    "speech.long.text": lambda text: "1" + text[: BEGINNING - 1],
    "items": lambda text: [{"id": LARGEST_ID + number, "name": text, "slug": text} for number in range(PAGE)],
    "movers": lambda text: [[text, 5], [text, -5]] * 5,
    "newcomers": lambda text: [text] * 20,
    "givers": lambda text: [[LARGEST_ID, text, text, 5]] * 5,
    "changes": lambda text: [change(text, kind) for kind in ("thanks", "reaction", "other")] * 5,
    "ranks": lambda text: [[text, 100]] * 15,
}
BY_TYPE: dict[str, Callable[[str], Any]] = {
    "int": lambda _: LARGEST_ID,
    "int | None": lambda _: LARGEST_ID,
    "str": lambda text: text,
    "str | None": lambda text: text,
    "dict[str, Any]": who,
    "dict[str, Any] | None": who,
}


def screens() -> dict[str, Screen]:
    """All that the house knows; screens of tests are none of its."""
    return {name: screen for name, screen in known().items() if not name.startswith("test.")}


@cache
def parameters(screen: Screen) -> list[tuple[str, str]]:
    """Of its values, each with its type as it is written."""
    return [
        (one.name, str(one.annotation).replace("typing.", "").removeprefix("<class '").removesuffix("'>"))
        for one in list(inspect.signature(screen).parameters.values())[1:]
        if one.kind is not one.VAR_KEYWORD
    ]


def values_for(name: str, screen: Screen, text: str, turn: int) -> Values:
    """`turn` counts through what has several values, so that in the end all go with all."""
    found: Values = {}
    for parameter, hint in parameters(screen):
        full = f"{name}.{parameter}"
        shape = SHAPES.get(full) or SHAPES.get(parameter)
        if shape is None and (choices := CHOICES.get(full) or CHOICES.get(parameter)):
            turn, number = divmod(turn, len(choices))
            found[parameter] = choices[number]
        elif shape is None and hint == "bool":
            turn, number = divmod(turn, 2)
            found[parameter] = bool(number)
        elif shape or hint in BY_TYPE:
            found[parameter] = (shape or BY_TYPE[hint])(text)
        else:
            raise LookupError(f"{full} is {hint}: say in tests/text/values.py what it may be.")
    return found
