"""Forged callback data: what a client may send instead of what its buttons carry."""

import random
import string
from collections.abc import Callable, Iterator

from tests.access import seed
from tests.access.people import ADMIN, APPLICANT, ARRIVED, BLACKLISTED, MEMBER, OWNER

PREFIXES = ("join", "jn", "mine", "apl", "apr", "apw", "apd", "arr-keep", "arr-out", "case-give", "case-no", "rules-ok",
            "link-new", "bl-yes", "bl-no", "menu", "lang", "pref", "forget", "top", "dig", "week", "me",
            "adm", "adm-aud", "adm-sw", "adm-apl", "adm-card", "ros", "ros-e", "adm-bl", "adm-ble", "adm-who", "krm",
            "krm-p", "adm-bak")  # fmt: skip
WORDS = ("ok", "no", "fix", "card", "no.words", "fix.words", "ask", "withdraw", "stay", "correct", "page", "pick",
         "open", "deny", "list", "@deny.full", "@fix.course", "-", "send", "cancel", "line", "digest", "in_club",
         "karma", "user_id", "ru", "xx", "home", "week", "all", "1", "0", "", " ", "{0}", "%s")  # fmt: skip
OLD = ("main_menu", "approve_5", "reject_5", "reason_5_no", "rules_accept", "a2t_ru", "lang_en", "admin_panel",
       "blacklist_del_104", "roster_page_2", "karma_add_102_100", "join_cancel", "old_bot_menu_open")  # fmt: skip
IDS = (OWNER, ADMIN, APPLICANT, MEMBER, BLACKLISTED, ARRIVED, seed.PENDING, seed.TO_CORRECT, seed.APPROVED,
       seed.REJECTED, seed.DISPUTED_INVITE, 0, 999)  # fmt: skip
NUMBERS = ("-1", "-102", "9" * 18, "9" * 30, str(2**63 - 1), str(2**63), str(-(2**63)), "²", "١", "１", "٣٤", "1_0",
           "+1", " 1", "1 ", "01", "0x1", "1e3", "1.0", "NaN", "inf", "\u200b1", "1\n", "")  # fmt: skip
LETTERS = string.ascii_letters + string.digits + ":.-_{}%'\"\\<>&;\n\t\u00b2\u0661\u202e\u200b\U0001f600"


def forged(chance: random.Random) -> str:
    """One payload, at most 64 bytes as Telegram lets through, with a row's number before it or not."""
    kinds: tuple[Callable[[random.Random], str], ...] = (of_bytes, of_ids, of_numbers, of_fields, of_old, at_the_edge)
    data = chance.choice(kinds)(chance)
    number = chance.choice(("", "1.", "2.", "zz.", "zzzzzzzzz.", "0.", "-1.", "A.", "..", "1.1.", "٣."))
    return _fitting(number + data)


def forgeries(count: int, chance: random.Random) -> Iterator[str]:
    """Some of them come again, as replays do."""
    made: list[str] = []
    for _ in range(count):
        data = chance.choice(made) if made and chance.random() < 0.1 else forged(chance)
        made.append(data)
        yield data


def of_bytes(chance: random.Random) -> str:
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 40)))


def of_ids(chance: random.Random) -> str:
    """Well-formed, about what is somebody else's."""
    word, number = chance.choice(WORDS), str(chance.choice(IDS))
    shape = chance.choice(((number,), (word, number), (word,), ()))
    return ":".join((chance.choice(PREFIXES), *shape))


def of_numbers(chance: random.Random) -> str:
    """Numbers that are none, or that Python takes for some."""
    shape = chance.choice(((), (chance.choice(WORDS),)))
    return ":".join((chance.choice(PREFIXES), *shape, chance.choice(NUMBERS)))


def of_fields(chance: random.Random) -> str:
    """Too few fields or too many."""
    return ":".join((chance.choice(PREFIXES), *chance.choices((*WORDS, "1"), k=chance.choice((0, 3, 4, 9)))))


def of_old(chance: random.Random) -> str:
    return chance.choice(OLD) + chance.choice(("", "1", ":1", "_1"))


def at_the_edge(chance: random.Random) -> str:
    """64 bytes exactly, the last character whole or cut."""
    filling = chance.choice(("9", "a", ":", "é", "\U0001f600"))
    return (chance.choice(PREFIXES) + ":" + chance.choice(WORDS) + ":" + filling * 64)[:64]


def _fitting(data: str) -> str:
    return data.encode()[:64].decode(errors="ignore")
