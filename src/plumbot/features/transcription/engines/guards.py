"""Whether to believe what a model says it heard. Whisper invents text where nobody speaks, and gets caught in loops."""

import zlib
from collections import Counter
from dataclasses import dataclass

LOOPING_RATIO = 2.4  # text that packs better than this repeats itself
UNSURE_LOG = -1.0
SURELY_NOBODY = 0.6
UNHEARD_TAIL_SECONDS = 3.0
FASTEST_LETTERS_A_SECOND = 35.0
LOOP_WORDS = 4
LOOP_TIMES = 6


@dataclass(frozen=True)
class Attempt:
    """One decoding of a short piece, as a whole."""

    text: str
    seconds: float
    last_word_seconds: float
    average_log: float
    no_speech: float


def is_silence(attempt: Attempt) -> bool:
    """The model doubts that anybody speaks, and its own words."""
    return attempt.no_speech > SURELY_NOBODY and attempt.average_log < UNSURE_LOG


def must_be_heard_again(attempt: Attempt) -> bool:
    """Unsure, caught in a loop, or done long before the sound is."""
    unheard = attempt.seconds - attempt.last_word_seconds
    return (
        not attempt.text.strip()
        or attempt.average_log < UNSURE_LOG
        or unheard > UNHEARD_TAIL_SECONDS
        or is_loop(attempt.text, attempt.seconds)
    )


def is_loop(text: str, seconds: float) -> bool:
    """Nobody talks like this: the same words again and again, or more of them than a mouth can say."""
    if len(text) > FASTEST_LETTERS_A_SECOND * max(seconds, 1.0):
        return True
    return packs_too_well(text) or repeats(text.casefold().split())


def packs_too_well(text: str) -> bool:
    raw = text.encode()
    return len(raw) / max(1, len(zlib.compress(raw))) > LOOPING_RATIO


def repeats(words: list[str]) -> bool:
    """A run of one to four words that comes six times in a row."""
    for length in range(1, LOOP_WORDS + 1):
        runs = [tuple(words[place : place + length]) for place in range(len(words) - length + 1)]
        often = Counter(runs).most_common(1)
        if often and often[0][1] >= LOOP_TIMES and _in_a_row(runs, often[0][0], length):
            return True
    return False


def _in_a_row(runs: list[tuple[str, ...]], run: tuple[str, ...], length: int) -> bool:
    for first in range(length):
        count = 0
        for place in range(first, len(runs), length):
            count = count + 1 if runs[place] == run else 0
            if count >= LOOP_TIMES:
                return True
    return False
