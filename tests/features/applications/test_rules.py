"""What a slug may be, and what a person reads who got it wrong."""

import pytest

from plumbot.features.applications import rules
from plumbot.features.applications.rules import EXAMPLE, FIELDS, clean_field, parse_line, slug_of
from plumbot.kit.folding import folded
from plumbot.kit.refusals import Refusal
from plumbot.kit.texts import LANGUAGES, Texts


def refused(kind: type[Refusal], line: str) -> str:
    """The English sentence with which `line` is refused."""
    with pytest.raises(kind) as caught:
        parse_line(line)
    assert type(caught.value) is kind
    return str(Texts("en").plain(caught.value.text, **caught.value.values))


def test_seven_parts_become_seven_fields() -> None:
    values = parse_line("ivan-ivanov-Harward-CSE-77-3-21")
    assert list(values) == list(FIELDS)
    assert list(values.values()) == ["ivan", "ivanov", "Harward", "CSE", "77", "3", "21"]


def test_case_is_kept_in_the_slug_and_ignored_in_its_key() -> None:
    slug = slug_of(parse_line("Ivan-IVANOV-Harward-CSE-77-3-21"))
    assert slug == "Ivan-IVANOV-Harward-CSE-77-3-21"
    assert folded(slug) == folded(slug.lower()) == "ivan-ivanov-harward-cse-77-3-21"


def test_cyrillic_is_welcome_and_compared_without_case() -> None:
    slug = slug_of(parse_line("Иван-Ёлкин-МГУ-ВМК-М8О-3-2021"))
    assert folded(slug) == "иван-ёлкин-мгу-вмк-м8о-3-2021"


def test_the_same_letter_typed_in_two_ways_is_the_same_slug() -> None:
    composed, decomposed = "Ёж-Й-МГУ-ВМК-1-2-21", "Е\u0308ж-И\u0306-МГУ-ВМК-1-2-21"
    assert slug_of(parse_line(composed)) == slug_of(parse_line(decomposed))
    assert folded(composed) == folded(decomposed)


def test_spaces_around_the_hyphens_do_no_harm() -> None:
    assert slug_of(parse_line("  ivan - ivanov -Harward- CSE -77 -3- 21 ")) == "ivan-ivanov-Harward-CSE-77-3-21"


@pytest.mark.parametrize("dash", "‐‑‒–—−")
def test_a_dash_that_the_keyboard_made_of_a_hyphen_is_a_hyphen(dash: str) -> None:
    assert slug_of(parse_line(EXAMPLE.replace("-", dash))) == EXAMPLE


@pytest.mark.parametrize("line", ["ivan-ivanov-Harward-CSE-77-3", "a-b-c-d-e-f-g-h", "ivan", "", "   ", "-"])
def test_another_number_of_parts_is_refused_with_the_number_and_an_example(line: str) -> None:
    sentence = refused(rules.WrongNumberOfParts, line)
    assert "7 parts" in sentence
    assert EXAMPLE in sentence
    assert str(len(line.split("-")) if line.strip() else 0) in sentence


def test_an_empty_part_is_refused_by_its_number() -> None:
    sentence = refused(rules.EmptyPart, "ivan--Harward-CSE-77-3-21")
    assert "Part 2 of 7" in sentence
    assert "Ivanov" in sentence


def test_a_space_in_a_part_is_refused_with_what_to_write_instead() -> None:
    sentence = refused(rules.SpaceInPart, "ivan-ivanov-New York University-CSE-77-3-21")
    assert "Part 3 of 7" in sentence
    assert "New_York_University" in sentence


def test_three_hundred_characters_are_refused_by_the_part_that_is_too_long() -> None:
    assert "252 characters" in refused(rules.PartTooLong, f"ivan-ivanov-{'x' * 252}-CSE-77-3-21")


@pytest.mark.parametrize("line", ["x" * 300, f"ivan-ivanov-{'x' * 300}-CSE-77-3-21", "-".join(["x" * 60] * 7)])
def test_a_line_of_three_hundred_characters_is_refused_with_its_length(line: str) -> None:
    assert f"{len(line)} characters, and 286 is the most" in refused(rules.LineTooLong, line)


def test_the_longest_line_that_may_be_written_is_taken_with_spaces_around_its_hyphens_too() -> None:
    parts = ["x" * rules.LONGEST_FIELD] * 7
    assert list(parse_line(" - ".join(parts)).values()) == parts


@pytest.mark.parametrize("emoji", ["🙂", "❤️", "👍🏽", "1️⃣", "🇷🇺", "👨‍👩‍👧"])
def test_emoji_are_refused(emoji: str) -> None:
    assert f"“ivanov{emoji}” holds an emoji" in refused(rules.EmojiInPart, f"ivan-ivanov{emoji}-Harward-CSE-77-3-21")


@pytest.mark.parametrize("markup", ["<b>ivan</b>", "a&amp;b", "x>y"])
def test_html_is_refused(markup: str) -> None:
    sentence = refused(rules.MarkupInPart, f"ivan-ivanov-{markup}-CSE-77-3-21")
    assert f"“{markup}” holds an angle bracket" in sentence
    assert sentence.endswith("Harvard")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\u200b", "\u202e", "\ue000", "\ud800"])
def test_characters_that_nobody_sees_are_refused(character: str) -> None:
    assert "“ivan” holds invisible" in refused(rules.InvisibleInPart, f"iv{character}an-ivanov-Harward-CSE-77-3-21")


def test_a_part_needs_a_letter_or_a_digit() -> None:
    assert "neither a letter nor a digit" in refused(rules.NoLetters, "...-ivanov-Harward-CSE-77-3-21")


def test_typed_alone_a_field_may_hold_spaces_and_hyphens_which_the_slug_shows_as_underscores() -> None:
    values = parse_line(EXAMPLE)
    values["last_name"] = clean_field("last_name", "  Mamin-Sibiryak ")
    values["university"] = clean_field("university", "New\u00a0York \n University")
    assert values["university"] == "New York University"
    assert slug_of(values) == "Ivan-Mamin_Sibiryak-New_York_University-CSE-77-3-21"


@pytest.mark.parametrize("typed", ["C++", "№5", "O'Neil", "ИУ7.1/2", "Информатика (очная)"])
def test_signs_of_ordinary_names_are_welcome(typed: str) -> None:
    assert clean_field("program", typed) == typed


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", rules.EmptyField),
        (" \n ", rules.EmptyField),
        ("x" * 41, rules.PartTooLong),
        ("🙂", rules.EmojiInPart),
        ("<i>", rules.MarkupInPart),
        ("a\u200bb", rules.InvisibleInPart),
        ("—", rules.NoLetters),
    ],
)
def test_each_wrong_field_has_its_own_sentence_and_an_example(typed: str, kind: type[Refusal]) -> None:
    with pytest.raises(kind) as caught:
        clean_field("university", typed)
    assert "Harvard" in Texts("en").plain(caught.value.text, **caught.value.values)


def test_forty_characters_are_not_too_long() -> None:
    assert clean_field("university", "я" * 40) == "я" * 40


def test_a_slug_is_made_of_checked_fields_only() -> None:
    with pytest.raises(rules.EmptyField):
        slug_of({**parse_line(EXAMPLE), "course": " "})


def test_the_example_of_a_whole_line_is_made_of_the_examples_of_its_parts_in_every_language() -> None:
    for language in LANGUAGES:
        t = Texts(language)
        assert t.plain(EXAMPLE) == "-".join(t.plain(example) for example in rules.EXAMPLES.values())
    assert all(not character.isascii() for character in Texts("ru").plain(rules.EXAMPLES["last_name"]))


@pytest.mark.parametrize(
    ("course", "year", "doubted"),
    [
        ("3", "21", []), ("12", "2021", []), ("1", "1999", []), ("three", "21", ["course"]), ("0", "21", ["course"]),
        ("13", "21", ["course"]), ("3", "1", ["start_year"]), ("3", "0021", ["start_year"]),
        ("3", "2201", ["start_year"]), ("magistracy", "last", ["course", "start_year"]),
        ("²", "²1", ["course", "start_year"]),
    ],
)  # fmt: skip
def test_a_year_or_a_course_that_can_hardly_be_meant_is_taken_but_doubted(
    course: str, year: str, doubted: list[str]
) -> None:
    values = parse_line(EXAMPLE) | {"course": course, "start_year": year}
    assert rules.doubtful(values) == doubted
    assert slug_of(values).endswith(f"{course}-{year}")
