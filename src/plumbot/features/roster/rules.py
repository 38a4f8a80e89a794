"""What a roster entry may look like, and how one is found."""

import re

from plumbot.kit.folding import folded
from plumbot.kit.refusals import N_, Refusal

PARTS = 7
LONGEST_SLUG = 300
LONGEST_SEARCH = 200
PAGE = 20
MOST_WORDS = 8

FREE, UNCLAIMED, MINE, TAKEN = "free", "unclaimed", "mine", "taken"


class NoSlug(Refusal):
    text = N_("The entry is empty. Write its seven parts joined by hyphens, such as ivan-ivanov-Harward-CSE-77-3-21.")


class SlugTooLong(Refusal):
    text = N_("The entry has more than {most} characters. Shorten it.")


class SlugHasSpaces(Refusal):
    text = N_("The entry holds a space. Write an underscore instead.")


class WrongNumberOfParts(Refusal):
    text = N_("The entry has {found} parts, but {wanted} are needed, joined by hyphens, and none may be empty.")


class SlugListed(Refusal):
    text = N_("This entry is in the roster already.")


class EntryGone(Refusal):
    text = N_("This entry is not in the roster any more. Search again to see what is there now.")


def checked(line: str) -> str:
    """The slug of a line, or a refusal that says what is wrong with it."""
    slug = line.strip()
    if not slug:
        raise NoSlug
    if len(slug) > LONGEST_SLUG:
        raise SlugTooLong(most=LONGEST_SLUG)
    if re.search(r"[\s\x00-\x1f\x7f]", slug):
        raise SlugHasSpaces
    parts = slug.split("-")
    if len(parts) != PARTS or not all(parts):
        raise WrongNumberOfParts(found=len(parts), wanted=PARTS)
    return slug


def words(text: str) -> list[str]:
    """The different words of a text, casefolded, in order: what search compares."""
    return list(dict.fromkeys(word for word in re.split(r"[\W_]+", folded(text)) if word))


def standing(owners: list[int | None], user_id: int) -> str:
    """What a slug is to a person, given the owners of all entries that hold it (old lists repeat slugs)."""
    if not owners:
        return FREE
    if user_id in owners:
        return MINE
    return UNCLAIMED if all(owner is None for owner in owners) else TAKEN
