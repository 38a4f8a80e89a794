"""What counts as thanks, what a reaction is worth, and how much one person may give another on one day."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plumbot.kit.folding import folded
from plumbot.kit.refusals import N_, Refusal

THANKS, REACTION = "thanks", "reaction"
OPENING = "opening"
LARGEST_CHANGE = 100_000
LONGEST_NAME = 64
VARIATION_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))
INSIDE_WORDS = "-'’"

PERIODS = {"all": None, "month": 30, "week": 7, "today": 1}


class UnknownPerson(Refusal):
    text = N_("I do not know anybody with the id {user_id}. Check the number: /whoami shows one's own.")


class UnknownPeriod(Refusal):
    text = N_("This button is out of date. Ask anew with /top.")


class SomebodyElses(Refusal):
    text = N_("{name} asked for this. Send /top, and you have one of your own.")


class TooMuchKarma(Refusal):
    text = N_("That is too much: karma is changed by at most {most} at once.")


def words_of(text: str) -> set[str]:
    """The words of a text as they are compared: no case, no punctuation, no variation selectors; emoji stand alone."""
    return {word for part in "".join(map(_spaced, _plain(text))).split() if (word := part.strip(INSIDE_WORDS))}


def _plain(text: str) -> str:
    return folded(text.translate(VARIATION_SELECTORS))


def _spaced(sign: str) -> str:
    if sign.isalnum() or sign in INSIDE_WORDS:
        return sign
    match unicodedata.category(sign):
        case "Cf":
            return ""
        case "So" | "Sk":
            return f" {sign} "
        case category:
            return " " if category[0] in "PZC" else sign


def gives_thanks(text: str, thanks: Collection[str]) -> bool:
    """`thanks` as `words_of` has them."""
    return not words_of(text).isdisjoint(thanks)


def emoji_key(emoji: str) -> str:
    return emoji.translate(VARIATION_SELECTORS)


def worth(emoji: Iterable[str], positive: Collection[str], negative: Collection[str]) -> int:
    """+1 when any positive reaction is set, -1 when any negative one, 0 for both or none."""
    keys = {emoji_key(each) for each in emoji}
    return (not keys.isdisjoint(positive)) - (not keys.isdisjoint(negative))


@dataclass(frozen=True)
class Settled:
    """How a vote changes the ledger: by `delta`, which counts as `gross` against the day's cap."""

    delta: int
    gross: int


def settle(value: int, applied: int, *, welcome: bool, left_today: int) -> Settled:
    """From what was applied to the new value. Taking back is always possible; giving only where it is `welcome` and
    within what is left of the day's cap."""
    if value == applied:
        return Settled(0, 0)
    given = value if welcome and abs(applied) + abs(value) <= left_today else 0
    return Settled(given - applied, abs(applied) + abs(given))


def moment_of(seconds: int, now: datetime) -> datetime:
    """When Telegram says it was; what cannot be (it keeps updates for a day) is now."""
    return min(datetime.fromtimestamp(seconds, UTC), now) if seconds >= (now - timedelta(hours=48)).timestamp() else now


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The club's day."""
    return moment.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which the club's day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def first_day(days: int, today: date) -> date:
    """Of a period of so many days that ends with today."""
    return today - timedelta(days=days - 1)


def shown_name(first_name: str, last_name: str | None, username: str | None, user_id: int) -> str:
    """How a person is called before others: by name, else by @name without the @, else by id."""
    name = " ".join(" ".join(filter(None, (first_name, last_name))).split())
    return (name or username or str(user_id))[:LONGEST_NAME]


def link_to(chat_id: int | None, message_id: int | None) -> str | None:
    """The address of a message in a private supergroup; other groups have none."""
    found = re.fullmatch(r"-100(\d+)", str(chat_id))
    return f"https://t.me/c/{found[1]}/{message_id}" if found and message_id else None
