"""Why somebody may not apply now, or an admin not decide: each says what to do instead."""

from plumbot.kit.refusals import N_, Refusal

LONGEST_REASON = 500


class SlugTaken(Refusal):
    text = N_(
        "“{slug}” belongs to another account, and each person has one. If that is you, or a mistake, write to an admin."
    )


class MayNotJoin(Refusal):
    text = N_("You cannot apply to this club. If you think that this is a mistake, write to an admin.")


class AlreadyInside(Refusal):
    text = N_("You are in the club already. Press /start for the menu.")


class InviteIsOpen(Refusal):
    text = N_("You have a personal link that works until {until}. Use it from this account; there is no need to apply.")


class AlreadyApplied(Refusal):
    text = N_("Your application is with the admins already. Press /join to see how it stands.")


class TooSoon(Refusal):
    text = N_("Your last application was rejected a short while ago. You can apply again after {after}.")


class ApplicationsPaused(Refusal):
    text = N_("The club takes no applications at the moment. Please try again later.")


class ApplicationsPausedBecause(Refusal):
    text = N_("The club takes no applications at the moment: {note}")


class DraftGone(Refusal):
    text = N_("This form is closed. Press /join to open it anew.")


class PressAButton(Refusal):
    text = N_("Choose one of the buttons above, or leave with /cancel. Nothing was changed.")


class ChooseHow(Refusal):
    """A text without hyphens, where a whole line would have done as well."""

    text = N_("Press “In one line” or “Step by step” above first. A whole line looks like this: {example}")


class WordsWanted(Refusal):
    text = N_("I need this in words. Type it as a message, or leave with /cancel.")


class ReasonTooLong(Refusal):
    text = N_("That has {length} characters, and {limit} is the most. Please shorten it.")


class CorrectionGone(Refusal):
    text = N_("This application waits for no correction any more. Press /join to see how it stands.")


class NoSuchApplication(Refusal):
    text = N_("There is no such application any more.")


class NothingSelected(Refusal):
    text = N_("Select applications first, then press “Deny selected”.")
