"""Text that nobody said is not believed: loops, floods, words over silence."""

import pytest

from plumbot.features.transcription.engines.guards import Attempt, is_loop, is_silence, must_be_heard_again

GOOD = Attempt("It was the best of times.", 4.0, 3.8, -0.3, 0.1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("thank you thank you thank you thank you thank you thank you", 30),
        ("та-та та-та та-та та-та та-та та-та та-та", 10),
        ("так надо и так надо и так надо и так надо и так надо и так надо и", 30),
        ("a" * 200, 3),
        ("many different words said far too quickly for anybody to follow them at all today", 1),
    ],
)
def test_a_loop_is_seen(text: str, seconds: float) -> None:
    assert is_loop(text, seconds)


@pytest.mark.parametrize(
    "text",
    [
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness",
        "да да да, конечно",
        "no, no, no, no, no!",
        "",
    ],
)
def test_people_may_repeat_themselves(text: str) -> None:
    assert not is_loop(text, 10)


def test_a_good_attempt_passes() -> None:
    assert not must_be_heard_again(GOOD)
    assert not is_silence(GOOD)


@pytest.mark.parametrize(
    "doubtful",
    [
        Attempt("It was", 10.0, 2.0, -0.3, 0.1),
        Attempt("It was the best of times.", 4.0, 3.8, -1.3, 0.1),
        Attempt("  ", 4.0, 3.8, -0.3, 0.1),
        Attempt("la la la la la la la la la", 4.0, 3.8, -0.3, 0.1),
    ],
)
def test_what_is_doubtful_is_heard_again(doubtful: Attempt) -> None:
    assert must_be_heard_again(doubtful)


def test_silence_takes_both_doubts() -> None:
    assert is_silence(Attempt("Thank you.", 4.0, 3.8, -1.3, 0.9))
    assert not is_silence(Attempt("Thank you.", 4.0, 3.8, -0.3, 0.9))
