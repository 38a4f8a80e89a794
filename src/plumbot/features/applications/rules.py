"""What a slug is: seven parts, `first-last-university-program-group-course-startyear`. Pure functions that raise."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from plumbot.kit.refusals import N_, Refusal

FIELDS = ("first_name", "last_name", "university", "program", "group_name", "course", "start_year")
# Examples are texts too: each is read in the reader's alphabet.
EXAMPLES: Mapping[str, str] = MappingProxyType(
    dict(zip(FIELDS, (N_("Ivan"), N_("Ivanov"), N_("Harvard"), N_("CSE"), "77", "3", "21"), strict=True))
)
EXAMPLE = N_("Ivan-Ivanov-Harvard-CSE-77-3-21")
LONGEST_FIELD = 40
LONGEST_LINE = len(FIELDS) * LONGEST_FIELD + len(FIELDS) - 1
LATEST_COURSE = 12
YEARS = range(1930, 2100)

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_MARKUP = frozenset("<>&")
_SIGNS_ALLOWED = frozenset("№°+^`´")
_EMOJI_JOINTS = frozenset("\u20e3\u200d") | {chr(code) for code in range(0xFE00, 0xFE10)}


class WrongNumberOfParts(Refusal):
    text = N_(
        "The line must have 7 parts joined by hyphens; the number of parts here: {found}. "
        "A hyphen inside a part is written as _. Example: {example}"
    )


class EmptyPart(Refusal):
    text = N_("Part {number} of 7 is empty. Fill it in, for example: {example_part}. The whole line: {example}")


class SpaceInPart(Refusal):
    text = N_("Part {number} of 7, “{part}”, holds a space. Write _ in its place: {better}")


class EmptyField(Refusal):
    text = N_("Nothing is left of that. Write a few letters or digits, for example: {example}")


class PartTooLong(Refusal):
    text = N_("“{part}…” has {length} characters, and {limit} is the most. Shorten it, for example to: {example}")


class LineTooLong(Refusal):
    text = N_("The line has {length} characters, and {limit} is the most. Shorten its parts. Example: {example}")


class MarkupInPart(Refusal):
    text = N_(
        "“{part}” holds an angle bracket or an ampersand, which cannot be used here. "
        "Write it in letters and digits, for example: {example}"
    )


class EmojiInPart(Refusal):
    text = N_(
        "“{part}” holds an emoji or a picture, which cannot be used here. "
        "Write it in letters and digits, for example: {example}"
    )


class InvisibleInPart(Refusal):
    text = N_("“{part}” holds invisible characters. Type it by hand instead of pasting, for example: {example}")


class NoLetters(Refusal):
    text = N_("“{part}” has neither a letter nor a digit. Write it in words, for example: {example}")


def clean_field(field: str, typed: str) -> str:
    """One field as a person typed it alone: spaces and hyphens are welcome, the slug will show them as `_`."""
    value = _tidy(typed)
    if not value:
        raise EmptyField(example=EXAMPLES[field])
    _check(value, EXAMPLES[field])
    return value


def is_a_line(typed: str) -> bool:
    """Whether parts are joined in it, right or wrong."""
    return "-" in typed.translate(_DASHES)


def parse_line(typed: str) -> dict[str, str]:
    """The seven fields out of one line; spaces around the hyphens do no harm."""
    line = _tidy(typed).translate(_DASHES)
    parts = [part.strip() for part in line.split("-")]
    length = len("-".join(parts))
    if length > LONGEST_LINE:
        raise LineTooLong(length=length, limit=LONGEST_LINE, example=EXAMPLE)
    for number, part in enumerate(parts):
        _check_characters(part, EXAMPLES[FIELDS[number]] if len(parts) == len(FIELDS) else EXAMPLE)
    if len(parts) != len(FIELDS):
        raise WrongNumberOfParts(found=len(parts) if line else 0, example=EXAMPLE)
    for number, (field, part) in enumerate(zip(FIELDS, parts, strict=True), 1):
        _check_part(number, field, part)
    return dict(zip(FIELDS, parts, strict=True))


def slug_of(values: Mapping[str, str]) -> str:
    """The slug that seven fields make."""
    return "-".join(slug_part(clean_field(field, values.get(field, ""))) for field in FIELDS)


def slug_part(value: str) -> str:
    """A field as it stands in a slug."""
    return value.translate(_DASHES).replace("-", "_").replace(" ", "_")


def _tidy(typed: str) -> str:
    return unicodedata.normalize("NFC", " ".join(typed.split()))


def _check_part(number: int, field: str, part: str) -> None:
    if not part:
        raise EmptyPart(number=number, example_part=EXAMPLES[field], example=EXAMPLE)
    if " " in part:
        raise SpaceInPart(number=number, part=part[:LONGEST_FIELD], better=slug_part(part)[:LONGEST_FIELD])
    _check(part, EXAMPLES[field])


def _check(value: str, example: str) -> None:
    _check_characters(value, example)
    if len(value) > LONGEST_FIELD:
        raise PartTooLong(part=value[:20], length=len(value), limit=LONGEST_FIELD, example=example)
    if not any(character.isalnum() for character in value):
        raise NoLetters(part=value, example=example)


def _check_characters(value: str, example: str) -> None:
    for character in value:
        kind = unicodedata.category(character)
        if character in _MARKUP:
            raise MarkupInPart(part=value[:LONGEST_FIELD], example=example)
        if character in _EMOJI_JOINTS or (kind in ("So", "Sk") and character not in _SIGNS_ALLOWED):
            raise EmojiInPart(part=value[:LONGEST_FIELD], example=example)
        if kind in ("Cc", "Cf", "Co", "Cs", "Cn"):
            seen = "".join(each for each in value if each.isprintable())
            raise InvisibleInPart(part=seen[:LONGEST_FIELD], example=example)


def doubtful(values: Mapping[str, str]) -> list[str]:
    """Fields that are taken as they are, as ever, but may be a slip: a year or a course that can hardly be meant."""
    course, year = values.get("course", "1"), values.get("start_year", "21")
    plausible = {
        "course": course.isdecimal() and 1 <= int(course[:3]) <= LATEST_COURSE,
        "start_year": year.isdecimal() and (len(year) == 2 or (len(year) == 4 and int(year) in YEARS)),
    }
    return [field for field, fine in plausible.items() if not fine]
