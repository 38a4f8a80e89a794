"""How a person is named, and every way in which a question about somebody ends without an answer."""

import re
from dataclasses import dataclass
from typing import ClassVar

from plumbot.kit.refusals import N_, Refusal

LARGEST_ID = 2**52  # Telegram promises that ids stay below
MOST_OPEN_LOOKUPS = 3
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_ADDRESS = re.compile(r"(https?://)?(t\.me|telegram\.me)/", re.IGNORECASE)


class NotAPerson(Refusal):
    text = N_("“{who}” is neither a Telegram id nor an @name. For example: /whoami @durov or /whoami 123456789")


class InNameOfAChat(Refusal):
    text = N_(
        "That message was written in the name of a chat, whose id is {chat_id}. Who wrote it is not told to bots."
    )


class TooManyLookups(Refusal):
    text = N_("You are waiting for {n} answers already. Ask again when they are there.")


class NoAnswer(Exception):
    """The site gave no answer that can be used. `text` is a msgid for the person who asked; no names are in it."""

    text: ClassVar[str]
    may_pass: ClassVar[bool] = False  # whether trying again at once can help
    counts: ClassVar[bool] = True  # whether the site is at fault, for the circuit breaker
    rest_seconds: float | None = None  # how long the site wants to be left alone


class SiteSlow(NoAnswer):
    text = N_("The site that knows such names did not answer in time. Please try again later.")
    may_pass = True


class SiteAway(NoAnswer):
    text = N_("The site that knows such names cannot be reached now. Please try again later.")
    may_pass = True


class SiteBroken(NoAnswer):
    text = N_("The site that knows such names has a fault of its own. Please try again later.")
    may_pass = True


class SiteBusy(NoAnswer):
    text = N_("The site that knows such names is asked too much now. Please try again in a few minutes.")

    def __init__(self, rest_seconds: float | None = None) -> None:
        super().__init__()
        self.rest_seconds = rest_seconds


class SiteResting(SiteBusy):
    text = N_(
        "The site that knows such names has failed several times, so I leave it alone for a while. Try again later."
    )
    counts = False


class TooManyQuestions(SiteBusy):
    text = N_("Too many people ask for names just now. Please try again in a minute.")
    counts = False


class SiteRefuses(NoAnswer):
    text = N_("The site that knows such names refuses to answer me. Please tell an admin, should it stay so.")


class SiteLeadsAway(NoAnswer):
    text = N_("The site that knows such names sends me elsewhere, and I do not follow. Please tell an admin.")


class SiteForbidden(NoAnswer):
    text = N_("The address of the site that knows such names lies inside our own network; I do not ask there.")


class SiteTooLarge(NoAnswer):
    text = N_("The site that knows such names answered with far too much, and I stopped reading. Please tell an admin.")


class SiteStrange(NoAnswer):
    text = N_("The site that knows such names answered in a way that I do not understand. Please tell an admin.")


class AnotherPerson(SiteStrange):
    text = N_("The site answered about somebody else, so I do not pass it on.")


@dataclass(frozen=True)
class Asked:
    """A person as somebody typed them: by id or by @name."""

    user_id: int | None = None
    username: str | None = None


def asked(who: str) -> Asked:
    """Read an id, an @name or a t.me address; raises when it can be none of them."""
    who = who.strip()
    if who.isdecimal() and who.isascii() and 0 < int(who[:20]) < LARGEST_ID:
        return Asked(user_id=int(who))
    name = _ADDRESS.sub("", who, count=1).removeprefix("@").rstrip("/")
    if _USERNAME.fullmatch(name):
        return Asked(username=name)
    raise NotAPerson(who=who[:64])
