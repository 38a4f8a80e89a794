"""What stands on a profile: which name, and which way karma went."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

TREND_DAYS = 30
LETTERS, DECORATION = "L", ("So", "Sk", "Cs", "Co", "Cn", "Cc", "Cf", "Mn", "Me", "Sm")
WRITTEN_FROM_THE_RIGHT = ("R", "AL")


def plain_name(name: str) -> str:
    """The name without emoji and ornaments; letters in fancy dress (𝓜𝓲𝓻𝓪) become plain ones."""
    folded = unicodedata.normalize("NFKC", name)
    kept = "".join(" " if unicodedata.category(sign) in DECORATION else sign for sign in folded)
    return " ".join(kept.split())


def names_to_try(name: str, username: str | None, user_id: int) -> Sequence[str]:
    """What a card may call a person, the best first; the last always can be written."""
    plain = plain_name(name)
    return [*([plain] if plain else []), *([f"@{username}"] if username else []), str(user_id)]


def is_letter(sign: str) -> bool:
    return unicodedata.category(sign).startswith(LETTERS)


def runs_from_the_right(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in WRITTEN_FROM_THE_RIGHT for sign in text)


def trend(karma: int, changes: Mapping[date, int], today: date, days: int = TREND_DAYS) -> list[int]:
    """Karma at the end of each of the last `days` days, and before them: the last value is the present one."""
    values = [karma]
    for back in range(days):
        values.append(values[-1] - changes.get(today - timedelta(days=back), 0))
    return values[::-1]
