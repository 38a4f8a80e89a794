"""What applicants see."""

from markupsafe import Markup

from plumbot.club.permissions import Permission
from plumbot.club.places import Command, MenuEntry, Places
from plumbot.features.applications.presses import HOME, Join, Mine, Step
from plumbot.features.applications.reasons import FIELD_NAMES, SENTENCES
from plumbot.features.applications.rules import EXAMPLE, EXAMPLES, FIELDS, doubtful, slug_part
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

HINTS = {
    "first_name": N_("As in your documents, without abbreviations."),
    "last_name": N_("As in your documents."),
    "university": N_("The usual short name is enough."),
    "program": N_("What you study or studied there: a short name is enough."),
    "group_name": N_("The number or name of your group."),
    "course": N_("The year of study you are in; if you have graduated, the last one."),
    "start_year": N_("The year in which you began to study there."),
}
DOUBTS = {
    "course": N_("⚠️ Is “{value}” the course? Usually it is a number such as 3."),
    "start_year": N_("⚠️ Is “{value}” the year of start? Usually it is written 21 or 2021."),
}
LONGEST_SHOWN = 300


def add_to(places: Places) -> None:
    """The way in, and the commands of applicants and admins."""
    places.menu.append(MenuEntry(30, N_("Join the club"), Join().pack(), guest=True))
    places.commands += [
        Command("join", N_("Apply to the club, or see how your application stands"), in_group=True, for_guests=True),
        Command("cancel", N_("Leave the form that is being filled in")),
        Command("pause_applications", N_("Take no applications; add a sentence for applicants"), Permission.ADMIN),
        Command("resume_applications", N_("Take applications again"), Permission.ADMIN),
    ]


def lines(*parts: Markup | str) -> Markup:
    """Lines of a message; empty strings make empty lines."""
    return Markup("\n").join(parts)


def said(t: Texts, reason: str) -> Markup | str:
    """An admin's reason in the reader's language when it is a ready-made one, else the admin's own words."""
    return t(SENTENCES[reason]) if reason in SENTENCES else reason[:500]


def quoted(t: Texts, reason: str | None) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(said(t, reason)) if reason else Markup("")


def fields_list(t: Texts, values: dict[str, str]) -> Markup:
    """The seven fields, one a line."""
    one = Markup("{}: <b>{}</b>")
    return lines(*(one.format(t(FIELD_NAMES[f]), values[f][:64]) for f in FIELDS if values.get(f)))


def home(t: Texts) -> Button:
    return Button(t.plain("Menu"), HOME)


def _step(text: str, go: str) -> Button:
    return Button(text, Step(go).pack())


def _back_and_cancel(t: Texts) -> tuple[Button, ...]:
    return _step(t.plain("Back"), "back"), _step(t.plain("Cancel"), "cancel")


@screen("applications.choose")
def choose(t: Texts, *, begun: bool) -> Message:
    buttons = [_step(t.plain("In one line"), "line"), _step(t.plain("Step by step"), "steps")]
    if begun:
        buttons.insert(0, _step(t.plain("Continue where you left off"), "resume"))
    text = lines(
        t("<b>Join the club</b>"),
        "",
        t("Tell us seven things about yourself; the admins read them and decide."),
        t("How would you like to fill it in?"),
    )
    return Message(text, (*rows(*buttons), (Button(t.plain("Back"), HOME),)))


@screen("applications.line")
def line(t: Texts) -> Message:
    names = Markup("-").join(t(FIELD_NAMES[name]).lower().replace(" ", "_") for name in FIELDS)
    text = lines(
        t("Write seven parts in one line, joined by hyphens:"),
        Markup("<code>{}</code>").format(names),
        "",
        t("For example: {example}", example=Markup("<code>{}</code>").format(t(EXAMPLE))),
        t("A space or a hyphen inside a part is written as _. Any alphabet will do."),
    )
    return Message(text, (_back_and_cancel(t),))


@screen("applications.step")
def step(t: Texts, *, field: str, value: str | None) -> Message:
    number = FIELDS.index(field) + 1
    name, example = t(FIELD_NAMES[field]), t(EXAMPLES[field])
    parts = [
        t("Step {number} of 7: <b>{name}</b>", number=number, name=name),
        "",
        t(HINTS[field]),
        t("For example: {example}", example=Markup("<code>{}</code>").format(example)),
    ]
    buttons: tuple[tuple[Button, ...], ...] = (_back_and_cancel(t),)
    if value:
        parts.append(t("Now: <b>{value}</b>", value=value[:64]))
        buttons = ((_step(t.plain("Keep it"), "keep"),), *buttons)
    return Message(lines(*parts), buttons)


@screen("applications.summary")
def summary(t: Texts, *, values: dict[str, str], said: str | None) -> Message:
    slug = "-".join(slug_part(values[name]) for name in FIELDS)
    parts = [t("<b>Is everything right?</b>"), "", fields_list(t, values), ""]
    parts.append(t("Your slug: {slug}", slug=Markup("<code>{}</code>").format(slug[:LONGEST_SHOWN])))
    if any(slug_part(value) != value for value in values.values()):
        parts.append(t("In the slug a space or a hyphen inside a part is written as _."))
    parts += [t(DOUBTS[field], value=values[field][:64]) for field in doubtful(values)]
    if said:
        parts += ["", t("An admin asked:"), quoted(t, said)]
    buttons = (
        (_step(t.plain("Send application"), "send"),),
        (_step(t.plain("Change"), "change"), _step(t.plain("Cancel"), "cancel")),
    )
    return Message(lines(*parts), buttons)


@screen("applications.change")
def change(t: Texts) -> Message:
    fields = (_step(t.plain(FIELD_NAMES[name]), name) for name in FIELDS)
    last = (_step(t.plain("All in one line"), "line"), _step(t.plain("Back"), "back"))
    return Message(t("What would you like to change?"), (*rows(*fields, width=2), last))


@screen("applications.left")
def left(t: Texts) -> Message:
    text = t("Nothing was sent; your answers so far are kept. Continue with the form, or throw it away?")
    return Message(
        text, ((_step(t.plain("Continue"), "resume"), _step(t.plain("Throw it away"), "cancel")), (home(t),))
    )


@screen("applications.cancelled")
def cancelled(t: Texts) -> Message:
    text = t("Cancelled. Nothing was sent, and nothing is kept.")
    return Message(text, ((Button(t.plain("Join the club"), Join().pack()), home(t)),))


@screen("applications.nothing_to_cancel")
def nothing_to_cancel(t: Texts) -> Message:
    return Message(t("There is nothing to cancel."), ((home(t),),))


@screen("applications.go_private")
def go_private(t: Texts, *, url: str | None) -> Message:
    text = t("I answer this in our private chat, so that the club is not disturbed.")
    return Message(text, ((Button(t.plain("Open our chat"), url=url),),) if url else ())


def _mine(text: str, act: str, application_id: int) -> Button:
    return Button(text, Mine(act, application_id).pack())


def _as_sent(t: Texts, slug: str) -> Markup:
    return t("Your slug: {slug}", slug=Markup("<code>{}</code>").format(slug[:LONGEST_SHOWN]))


@screen("applications.pending")
def pending(t: Texts, *, application_id: int, slug: str, reminded: bool) -> Message:
    head = t("Your application still waits for an admin. They were reminded; you need not do anything.")
    if not reminded:
        head = t("Your application is with the admins. You will hear from me as soon as they have decided.")
    buttons = ((_mine(t.plain("Withdraw"), "ask", application_id), home(t)),)
    return Message(lines(head, "", _as_sent(t, slug)), buttons)


@screen("applications.changes_wanted")
def changes_wanted(t: Texts, *, application_id: int, slug: str, reason: str | None) -> Message:
    head = t("An admin asks you to correct your application:")
    if not reason:
        head = t("An admin asks you to look through your application again and correct it.")
    buttons = (
        (_mine(t.plain("Correct"), "correct", application_id),),
        (_mine(t.plain("Withdraw"), "ask", application_id), home(t)),
    )
    return Message(lines(head, quoted(t, reason), _as_sent(t, slug)), buttons)


@screen("applications.withdraw")
def withdraw(t: Texts, *, application_id: int) -> Message:
    buttons = (
        (_mine(t.plain("Yes, withdraw"), "withdraw", application_id), _mine(t.plain("Back"), "stay", application_id)),
    )
    return Message(t("Withdraw your application? You can apply again later."), buttons)


@screen("applications.withdrawn")
def withdrawn(t: Texts) -> Message:
    buttons = ((Button(t.plain("Join the club"), Join().pack()), home(t)),)
    return Message(t("Your application is withdrawn. You can apply again at any time."), buttons)


@screen("applications.rejected")
def rejected(t: Texts, *, reason: str | None, after: str | None) -> Message:
    head = t("Your application was rejected. The reason:") if reason else t("Your application was rejected.")
    parts = [head, *([quoted(t, reason)] if reason else [])]
    if after:
        parts.append(t("You can apply again after {after}.", after=after))
    return Message(lines(*parts), ((home(t),),))


@screen("applications.already_inside")
def already_inside(t: Texts) -> Message:
    return Message(t("You are in the club chat already, so nobody has to decide. Welcome!"), ((home(t),),))
