"""What people see: a screen is a pure function from texts and values to a Message, known by its name."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from markupsafe import Markup

from plumbot.kit.texts import Texts

P = ParamSpec("P")
LEFT_TO_RIGHT_MARK = "\u200e"

# A value that no screen gets: ids of people whom the message names and whose ids stand nowhere else in its values, so
# that it is found when one of them is forgotten.
NAMED = "named"


@dataclass(frozen=True)
class Button:
    """An inline button: `data` comes back as a press, `url` opens. Its text is plain."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Photo:
    """A picture. Equal keys mean equal bytes, so that Telegram's copy is used again."""

    key: str
    load: Callable[[], bytes]


@dataclass(frozen=True)
class Document:
    """A file that is made from the database when it is sent: `source` names who makes it (kit/documents.py)."""

    filename: str
    source: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A message as it should look. With a photo or document the text is its caption (1,024 characters, else 4,096)."""

    text: Markup
    buttons: tuple[tuple[Button, ...], ...] = ()
    photo: Photo | None = None
    document: Document | None = None


Screen = Callable[..., Message]
_screens: dict[str, Screen] = {}


def screen(
    name: str,
) -> Callable[[Callable[Concatenate[Texts, P], Message]], Callable[Concatenate[Texts, P], Message]]:
    """Make a function known to the sender as `name`, for example `applications.card`."""

    def register(
        function: Callable[Concatenate[Texts, P], Message],
    ) -> Callable[Concatenate[Texts, P], Message]:
        if (other := _screens.setdefault(name, function)).__qualname__ != function.__qualname__:
            raise ValueError(f"The screen {name!r} is {other.__module__}.{other.__qualname__} already; name it anew.")
        _screens[name] = function
        return function

    return register


def known() -> dict[str, Screen]:
    """All screens by name."""
    return dict(_screens)


def as_code(name: str) -> Markup:
    """What somebody calls themselves, where others read it: it pings nobody, becomes no link, and where it is written
    from right to left, the numbers after it still stand after it."""
    turned = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in name)
    return Markup("<code>{}</code>").format(name) + (LEFT_TO_RIGHT_MARK if turned else "")


def rows(*buttons: Button, width: int = 1) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of `width`."""
    return tuple(buttons[i : i + width] for i in range(0, len(buttons), width))
