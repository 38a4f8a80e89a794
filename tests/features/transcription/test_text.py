"""What becomes of recognised text: cut at sentences, written as subtitles."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbot.features.transcription.ports import Segment
from plumbot.features.transcription.sentences import beginning, parts, sentences
from plumbot.features.transcription.subtitles import clock, srt


def test_a_sentence_ends_with_its_mark_and_its_quotes() -> None:
    assert sentences("Да. Нет?! «Может быть…» Он ушёл") == ["Да.", "Нет?!", "«Может быть…»", "Он ушёл"]
    assert sentences("Version 3.11 is out.") == ["Version 3.11 is out."]
    assert sentences("  ") == []


def test_parts_are_whole_sentences_where_they_fit() -> None:
    assert parts("One two. Three four. Five.", 15) == ["One two.", "Three four.", "Five."]
    assert parts("One two. Three four. Five.", 20) == ["One two. Three four.", "Five."]


@given(st.text(st.sampled_from("abя .!?\n…"), max_size=200), st.integers(1, 50))
def test_parts_lose_no_word_and_are_never_too_long(text: str, most: int) -> None:
    found = parts(text, most)
    assert all(0 < len(part) <= most for part in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)


def test_a_beginning_says_that_it_goes_on() -> None:
    assert beginning("Short.", 20) == "Short."
    assert beginning("One two. Three four. Five six.", 15) == "One two. …"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00:00,000"), (59.9996, "00:01:00,000"), (3723.5, "01:02:03,500"), (-1, "00:00:00,000")],
)
def test_times_are_written_as_players_read_them(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_subtitles_number_their_cues_and_keep_their_order() -> None:
    words = "It was the season of light, it was the season of darkness, it was the spring of hope, and of despair."
    written = srt([Segment("Hello --> there.", 0.0, 1.0), Segment(words, 2.0, 10.0)])
    cues = written.strip().split("\n\n")
    assert [cue.split("\n")[0] for cue in cues] == ["1", "2", "3"]
    assert cues[0] == "1\n00:00:00,000 --> 00:00:01,000\nHello → there."
    times = re.findall(r"(\S+) --> (\S+)", written)
    assert times == sorted(times)
    assert times[1][0] == "00:00:02,000"
    assert times[-1][1] == "00:00:10,000"
    assert max(len(line) for line in written.splitlines()) <= 42
