"""What the menu refuses, and how a mistyped command is understood."""

from collections.abc import Iterable
from difflib import get_close_matches

from plumbot.kit.refusals import N_, Refusal

LONGEST_COMMAND = 32  # Telegram's own limit for a command


class UnknownLanguage(Refusal):
    text = N_("I speak Russian and English. Choose one of them with /language.")


class UnknownPreference(Refusal):
    text = N_("This setting is not there any more. /menu brings the present ones.")


def command_of(text: str) -> str | None:
    """`help` for "/help@plum_bot now"; None for a text that is no command."""
    word = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    name = word[1:].partition("@")[0].casefold()
    return name[:LONGEST_COMMAND] or None


def probably_meant(command: str, known: Iterable[str]) -> str | None:
    """The command that looks most like the mistyped one."""
    nearest = get_close_matches(command, list(known), n=1)
    return nearest[0] if nearest else None
