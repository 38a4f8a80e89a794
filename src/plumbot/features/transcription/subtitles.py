"""Subtitles in the SubRip form (`.srt`): when which words are said."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import ceil

from plumbot.features.transcription.ports import Segment
from plumbot.features.transcription.sentences import parts

LONGEST_LINE = 42
LONGEST_CUE = 2 * LONGEST_LINE - 4
SLACK = 6
SHORTEST_SECONDS = 0.5


def srt(segments: Iterable[Segment]) -> str:
    """The whole file; it ends with a line end."""
    cues = [cue for segment in segments for cue in _cues(segment)]
    return "\n".join(
        f"{number}\n{clock(cue.start)} --> {clock(max(cue.end, cue.start + SHORTEST_SECONDS))}\n{_lines(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    )


def clock(seconds: float) -> str:
    """3723.5 is 01:02:03,500."""
    milliseconds = max(0, round(seconds * 1000))
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"


def _cues(segment: Segment) -> Iterator[Segment]:
    """A long segment is cut into even parts; each gets its share of the time, by letters."""
    texts = evenly(segment.text, LONGEST_CUE)
    letters = sum(map(len, texts)) or 1
    start, seconds = segment.start, segment.end - segment.start
    for text in texts:
        end = start + seconds * len(text) / letters
        yield replace(segment, text=text, start=start, end=end)
        start = end


def evenly(text: str, most: int) -> list[str]:
    """Parts of about the same length, none much longer than `most`: no last line with a single word."""
    count = ceil(len(text) / most)
    return parts(text, min(most, ceil(len(text) / max(1, count)) + SLACK))


def _lines(text: str) -> str:
    return "\n".join(evenly(text.replace("-->", "→"), LONGEST_LINE))
