"""How a transcript is laid out: parts that end where a sentence ends, and subtitles with times."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from plumbot.kit.outbox.fitting import units

SHORT, LONG, PART = 1_000, 8_000, 3_500  # characters: a plain reply, files beyond, one quote
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”)]*\s+")
WORD_END = re.compile(r"\s+")


def parts(text: str, limit: int = PART) -> list[str]:
    """Pieces of at most `limit` units: cut between sentences, else between words, else anywhere."""
    found: list[str] = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _last_end(SENTENCE_END, rest, limit) or _last_end(WORD_END, rest, limit) or _whole(rest, limit)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest else found


def _last_end(pattern: re.Pattern[str], text: str, limit: int) -> int:
    """The last place within the limit after which a new piece may begin; 0 where there is none."""
    ends = (match.end() for match in pattern.finditer(text, 0, limit + 1))
    return max((end for end in ends if units(text[:end].rstrip()) <= limit), default=0)


def _whole(text: str, limit: int) -> int:
    """As many whole characters as fit."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")) or 1


def ending(text: str, limit: int) -> str:
    """The last words of a text that grows."""
    if units(text) <= limit:
        return text
    tail = text[-limit:]
    return "… " + tail[tail.find(" ") + 1 :]


def clock(seconds: float) -> str:
    """For people: 1:05, or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def srt(segments: Iterable[Sequence[Any]]) -> str:
    """Subtitles of [start, end, words]."""
    blocks = (
        f"{number}\n{_stamp(start)} --> {_stamp(end)}\n{_one_line(words)}\n"
        for number, (start, end, words) in enumerate(segments, 1)
    )
    return "\n".join(blocks)


def _stamp(seconds: float) -> str:
    whole, thousandth = divmod(max(0, round(seconds * 1_000)), 1_000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{thousandth:03}"


def _one_line(words: str) -> str:
    """A blank line would end the subtitle, an arrow would begin one."""
    return " ".join(words.split()).replace("-->", "→")
