"""The settings of karma in the form in which they are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from plumbot.features.karma.rules import emoji_key, words_of


@dataclass(frozen=True)
class KarmaOptions:
    """Made by `read`, so that words and reactions are folded once."""

    thanks: frozenset[str]
    positive: frozenset[str]
    negative: frozenset[str]
    pair_daily_cap: int
    zone: ZoneInfo

    @classmethod
    def read(
        cls, words: Iterable[str], positive: Iterable[str], negative: Iterable[str], cap: int, zone: ZoneInfo
    ) -> "KarmaOptions":
        thanks = frozenset(word for entry in words for word in words_of(entry))
        return cls(thanks, frozenset(map(emoji_key, positive)), frozenset(map(emoji_key, negative)), cap, zone)
