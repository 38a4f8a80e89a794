"""Whom a command of the blacklist means, and when it is refused."""

from dataclasses import dataclass

from plumbot.kit.refusals import N_, Refusal

LONGEST_REASON = 300
LARGEST_ID = 2**52  # Telegram promises that ids of people stay below it


class NobodyNamed(Refusal):
    text = N_(
        "Say who is meant: the person's id or @name after the command, or answer a message of theirs with the command. "
        "After /blacklist you can add a reason."
    )


class UnknownName(Refusal):
    text = N_("I have never met {name}. Use the person's id, or answer a message of theirs.")


class AdminsStay(Refusal):
    text = N_("This person is an admin. Remove them from the admins first.")


class ListedAlready(Refusal):
    text = N_("This person is on the blacklist already.")


class NotListed(Refusal):
    text = N_("This person is not on the blacklist.")


class QuestionGone(Refusal):
    text = N_("This question is out of date. Send the command again.")


@dataclass(frozen=True)
class Meant:
    """The person a command names, by id or by @name, and the reason given."""

    user_id: int | None
    username: str | None
    reason: str


def meant(words: str, answered: int | None) -> Meant:
    """From the words after a command, and the author of the message that it answers."""
    first, _, rest = words.strip().partition(" ")
    if first.isascii() and first.isdigit() and 0 < int(first[:20]) < LARGEST_ID:
        return Meant(int(first), None, _reason(rest))
    if first.startswith("@") and len(first) > 1:
        return Meant(None, first, _reason(rest))
    if answered is None:
        raise NobodyNamed
    return Meant(answered, None, _reason(words))


def _reason(text: str) -> str:
    return " ".join(text.split())[:LONGEST_REASON]
