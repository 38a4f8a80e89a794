"""Whether everybody who is named in a message to others could be found there, should they ask to be forgotten."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from plumbot.features.privacy.rules import Traces

Named = tuple[str, str]  # the screen, the name on it


def named_without_id(asks: Callable[[str], list[tuple[Any, ...]]]) -> list[Named]:
    """Rows of the outbox that name a person to somebody else in words only."""
    people = [
        (user_id, " ".join(filter(None, (first, last))), username)
        for user_id, first, last, username in asks("SELECT user_id, first_name, last_name, username FROM profiles")
    ]
    rows = asks('SELECT key, chat_id, screen, "values" FROM outbox')
    return [
        (screen, name)
        for key, chat_id, screen, written in rows
        for user_id, name, username in people
        if user_id != chat_id and name in set(_texts(values := _read(written)))
        if not Traces.of(user_id, [username], []).are_in([values, key])
    ]


def _read(written: Any) -> Any:
    return json.loads(written) if isinstance(written, str) else written


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
