"""What the buttons of this feature carry: words of ours and ids, nothing that a press could forge to advantage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plumbot.kit.callbacks import Callback

# The menu's own button. Where the menu does not know it, a press brings the person's current screen, which is the menu.
HOME = "menu:home"


@dataclass(frozen=True)
class Join(Callback, prefix="join"):
    """Join the club: begin, or see how one's application stands."""


@dataclass(frozen=True)
class Step(Callback, prefix="jn"):
    """A step in the dialogue of applying; `go` as in `Draft.pressed`, or `send`, or `cancel`."""

    go: str


@dataclass(frozen=True)
class Mine(Callback, prefix="mine"):
    """The applicant about the own application: `ask` (withdraw?), `withdraw`, `stay`, `correct`."""

    act: str
    application_id: int


@dataclass(frozen=True)
class Decide(Callback, prefix="apl"):
    """An admin about an application: `card`, `ok`, `no` (which reason?), `fix` (what?), `no.words`, `fix.words`."""

    act: str
    application_id: int


@dataclass(frozen=True)
class Because(Callback, prefix="apr"):
    """An admin decides with a ready-made reason: its code, as in reasons.py, or `-`."""

    code: str
    application_id: int


@dataclass(frozen=True)
class Wave(Callback, prefix="apw"):
    """The grouped card: `page`, `pick`, `open`, `deny` (which reason?), `list`."""

    act: str
    number: int


@dataclass(frozen=True)
class DenyPicked(Callback, prefix="apd"):
    """All that are picked on the grouped card are denied with this ready-made reason."""

    code: str


def acts(prefix: str, *words: str) -> Callable[[Any], bool]:
    """A filter for presses whose first part is one of these words."""
    begins = tuple(f"{prefix}:{word}:" for word in words)
    return lambda press: (press.data or "").startswith(begins)
