"""Whom an admin's command about karma means: an id or an @name after it, or the author of the message it answers."""

import re
from dataclasses import dataclass

from plumbot.kit.refusals import N_, Refusal

LARGEST_ID = 2**52  # Telegram promises that ids of people stay below it
LONGEST_REASON = 200


class NobodyNamed(Refusal):
    text = N_("Say whose karma: an id or an @name, or answer a message of theirs with the command.")


class NeverMet(Refusal):
    text = N_("I have never met {who}. Use the person's id, or answer a message of theirs.")


class NumberWanted(Refusal):
    text = N_("Write a whole number after the person, and then the reason: /karma_add @name 5 helped a newcomer")


@dataclass(frozen=True)
class Meant:
    """The person by id or by @name, and the rest of the words."""

    user_id: int | None
    username: str | None
    rest: str


def meant(words: str, answered: int | None, *, with_number: bool) -> Meant:
    """In an answer a lone number is how much, not who: `/karma_add 5` is about the author, `/karma_add 1001 5` is not.

    `with_number`: the command goes on with a number.
    """
    first, _, rest = words.strip().partition(" ")
    if re.fullmatch(r"@\w+", first):
        return Meant(None, first, rest.strip())
    is_id = first.isascii() and first.isdigit() and 0 < int(first[:20]) < LARGEST_ID
    if is_id and (answered is None or not with_number or re.match(r"[-+−]?\d", rest.strip())):
        return Meant(int(first), None, rest.strip())
    if answered is None:
        raise NobodyNamed
    return Meant(answered, None, words.strip())


def number_and_reason(words: str) -> tuple[int, str]:
    """“+5 helped a newcomer”: the minus may be typed in either way."""
    first, _, rest = words.strip().partition(" ")
    number = first.replace("−", "-")
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", number):
        raise NumberWanted
    return int(number), reason(rest)


def reason(words: str) -> str:
    return " ".join(words.split())[:LONGEST_REASON]
