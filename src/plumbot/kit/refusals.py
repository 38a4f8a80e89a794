"""A refusal is a class that knows its text. Services raise it; one place answers it, and nothing else is kept."""

from typing import ClassVar


def N_(message: str) -> str:
    """Mark a text for translation where the language is not known yet."""
    return message


class Refusal(Exception):
    """Something that a person may not or cannot do. `text` is a msgid; its placeholders are the keyword arguments.

    What begins with `example` is a msgid itself, so that examples are read in one's own alphabet.
    """

    text: ClassVar[str]

    def __init__(self, **values: str | int) -> None:
        super().__init__(self.text)
        self.values = values
