"""Whom a command of the blacklist means."""

import pytest

from plumbot.features.blacklist.rules import Meant, NobodyNamed, meant


@pytest.mark.parametrize(
    ("words", "answered", "expected"),
    [
        ("123", None, Meant(123, None, "")),
        ("123 was  rude\nto all", None, Meant(123, None, "was rude to all")),
        ("@boris spam", 7, Meant(None, "@boris", "spam")),
        ("", 7, Meant(7, None, "")),
        ("spam and links", 7, Meant(7, None, "spam and links")),
    ],
)
def test_a_person_is_named_by_id_by_name_or_by_answering(words: str, answered: int | None, expected: Meant) -> None:
    assert meant(words, answered) == expected


@pytest.mark.parametrize("words", ["", "boris", "@", "-5", "0", "٣", "99999999999999999999999", "1e5"])
def test_without_a_person_the_command_is_refused_with_its_usage(words: str) -> None:
    with pytest.raises(NobodyNamed):
        meant(words, None)


def test_a_long_reason_is_cut() -> None:
    assert len(meant("1 " + "x" * 5000, None).reason) == 300
