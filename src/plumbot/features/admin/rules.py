"""What the panel's frame refuses, and how the audit's entries are put into words."""

from plumbot.kit.refusals import N_, Refusal

PAGE = 10

# Action → msgid. Placeholders are what the entry says before and after; `{on}` is the person whom it concerns.
SENTENCES = {
    "admins.add": N_("made {on} an admin"),
    "admins.remove": N_("dismissed the admin {on}"),
    "admins.away": N_("went away or came back"),
    "admission.arrived": N_("{on} came into the club chat"),
    "admission.left": N_("{on} left the club chat"),
    "admission.keep": N_("let {on} stay"),
    "admission.remove": N_("removed {on}"),
    "admission.settle_case": N_("settled the case of {on}"),
    "applications.approved": N_("approved the application of {on}"),
    "applications.rejected": N_("denied the application of {on}"),
    "applications.needs_changes": N_("asked {on} to correct the application"),
    "applications.correct": N_("corrected the application"),
    "applications.pause": N_("paused applications"),
    "applications.resume": N_("takes applications again"),
    "backup.order": N_("ordered a backup"),
    "blacklist.add": N_("put {on} on the blacklist"),
    "blacklist.remove": N_("took {on} off the blacklist"),
    "digest.weekly": N_("switched the weekly digest"),
    "speech.auto": N_("switched whether all voice messages become text"),
    "karma.change": N_("changed the karma of {on}: {karma_before} → {karma}"),
    "roster.add": N_("listed {slug}"),
    "roster.edit": N_("wrote an entry anew: {slug_before} → {slug}"),
    "roster.import": N_("imported a list: {added} added, {present} there before, {refused} refused"),
    "roster.remove": N_("took {slug_before} off the list"),
    "inbox.retry": N_("tries an update again that was set aside"),
    "inbox.drop": N_("gave an update up that was set aside"),
}


class UnknownSwitch(Refusal):
    text = N_("This switch is not there any more. Open /admin anew.")
