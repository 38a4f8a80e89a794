"""Ready-made reasons. What is stored is their name with an @, so that each person reads them in their own language."""

from plumbot.features.applications.refusals import LONGEST_REASON, ReasonTooLong
from plumbot.features.applications.rules import FIELDS
from plumbot.kit.refusals import N_

# name -> (the word on the admin's button, what the applicant reads)
DENIALS: dict[str, tuple[str, str]] = {
    "unclear": (N_("Cannot be checked"), N_("What the application says cannot be checked.")),
    "not_ours": (N_("Not a student of ours"), N_("We could not confirm that you study or studied there.")),
    "second": (N_("Second account"), N_("You have another account in the club already, and each person has one.")),
    "full": (N_("No places now"), N_("The club takes nobody new at the moment.")),
}
FIELD_NAMES: dict[str, str] = {
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "university": N_("University"),
    "program": N_("Program"),
    "group_name": N_("Group"),
    "course": N_("Course"),
    "start_year": N_("Year of start"),
}
CORRECTIONS: dict[str, str] = {
    "first_name": N_("Please correct the first name."),
    "last_name": N_("Please correct the last name."),
    "university": N_("Please correct the university."),
    "program": N_("Please correct the program."),
    "group_name": N_("Please correct the group."),
    "course": N_("Please correct the course."),
    "start_year": N_("Please correct the year of start."),
}
SENTENCES = {f"@deny.{name}": sentence for name, (_, sentence) in DENIALS.items()} | {
    f"@fix.{name}": sentence for name, sentence in CORRECTIONS.items()
}


def ready_made(code: str) -> str | None:
    """The code of a ready-made reason, or None (no reason) when it is not one of ours."""
    return code if code in SENTENCES else None


def field_named(reason: str | None) -> str | None:
    """The one field that an admin asked to correct, when it was one."""
    name = (reason or "").removeprefix("@fix.")
    return name if name in FIELDS and reason != name else None


def own_words(typed: str) -> str | None:
    """An admin's own words; a lone hyphen means no reason, as in the old bot."""
    words = typed.strip()
    if len(words) > LONGEST_REASON:
        raise ReasonTooLong(length=len(words), limit=LONGEST_REASON)
    return None if words in ("", "-", "—", "–") else _not_a_code(words)


def _not_a_code(words: str) -> str:
    return words if words not in SENTENCES else words.removeprefix("@")
