"""What admins see of applications: the card, the choice of a reason, the grouped card."""

from datetime import datetime
from typing import Any

from markupsafe import Markup

from plumbot.features.applications.presses import Because, Decide, DenyPicked, Wave
from plumbot.features.applications.reasons import DENIALS, FIELD_NAMES
from plumbot.features.applications.rules import FIELDS
from plumbot.features.applications.screens import LONGEST_SHOWN, fields_list, lines, quoted
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Message, rows, screen
from plumbot.kit.texts import Texts

HEADS = {
    "pending": N_("<b>Application</b> № {number}"),
    "needs_changes": N_("✏️ <b>To be corrected by the applicant</b>, № {number}"),
    "approved": N_("✅ <b>Approved</b>, № {number}"),
    "rejected": N_("❌ <b>Rejected</b>, № {number}"),
    "withdrawn": N_("↩️ <b>Withdrawn by the applicant</b>, № {number}"),
    "done": N_("✅ <b>In the club</b>, № {number}"),
}
OUTCOMES = {
    "pending": N_("waiting: {n}"),
    "needs_changes": N_("to be corrected: {n}"),
    "approved": N_("approved: {n}"),
    "rejected": N_("rejected: {n}"),
    "withdrawn": N_("withdrawn: {n}"),
    "done": N_("joined: {n}"),
}


def person_link(user_id: int, name: str, username: str | None) -> Markup:
    link = Markup('<a href="tg://user?id={}">{}</a>').format(user_id, (name or str(user_id))[:64])
    return link + Markup(" @{}").format(username[:32]) if username else link


def moment(iso: str) -> str:
    return datetime.fromisoformat(iso).strftime("%d.%m.%Y %H:%M")


def _decide(text: str, act: str, application_id: int) -> Button:
    return Button(text, Decide(act, application_id).pack())


@screen("applications.card")
def card(
    t: Texts, *, application_id: int, status: str, user_id: int, name: str, username: str | None, slug: str,
    fields: dict[str, str], created_at: str, corrected_at: str | None, changed: dict[str, str],
    earlier: dict[str, int], standing: str, note: str | None, reason: str | None, decided_by: str | None,
    decided_at: str | None,
) -> Message:  # fmt: skip
    parts: list[Markup | str] = [t(HEADS.get(status, HEADS["pending"]), number=application_id)]
    if note == "owner":
        parts.append(t("⚠️ It waits for two days, and nobody has decided."))
    elif note == "late":
        parts.append(t("⏰ It still waits for a decision."))
    about = t("{person}, id {id}", person=person_link(user_id, name, username), id=user_id)
    parts += ["", about, fields_list(t, fields)]
    parts.append(Markup("<code>{}</code>").format(slug[:LONGEST_SHOWN]))
    parts += ["", t("Sent {moment}", moment=moment(created_at)), *_correction(t, corrected_at, changed)]
    parts += [_standing(t, standing, status), _earlier(t, earlier)]
    if decided_by and decided_at:
        parts += ["", t("Decided by {admin}, {moment}", admin=decided_by[:64], moment=moment(decided_at))]
    if reason:
        parts.append(quoted(t, reason))
    return Message(lines(*parts), _card_buttons(t, status, application_id))


def _correction(t: Texts, corrected_at: str | None, changed: dict[str, str]) -> list[Markup]:
    """That the applicant sent it again, and what it said before."""
    if corrected_at is None:
        return []
    if not changed:
        return [t("✏️ Sent again {moment}, with nothing changed", moment=moment(corrected_at))]
    before = Markup(", ").join(
        Markup("{}: <s>{}</s>").format(t(FIELD_NAMES[field]), changed[field][:40])
        for field in FIELDS
        if field in changed
    )
    return [t("✏️ Corrected {moment}. Before: {before}", moment=moment(corrected_at), before=before)]


def _standing(t: Texts, standing: str, status: str) -> Markup:
    match standing:
        case "unclaimed":
            return t("👍 The slug is on the club's list, and nobody has claimed it yet.")
        case "mine":
            return t("👍 The slug is on the club's list as this person's.")
        case "taken":
            return t("⚠️ The slug belongs to another account.")
    if status == "done":
        return t("The slug is not on the club's list.")
    return t("The slug is free.")


def _earlier(t: Texts, earlier: dict[str, int]) -> Markup:
    if not earlier:
        return t("The first application of this person.")
    outcomes = Markup(", ").join(t(OUTCOMES[status], n=n) for status, n in earlier.items() if status in OUTCOMES)
    return t("Earlier applications: {outcomes}", outcomes=outcomes)


def _card_buttons(t: Texts, status: str, application_id: int) -> tuple[tuple[Button, ...], ...]:
    if status != "pending":
        return ()
    first = (_decide(t.plain("Approve"), "ok", application_id), _decide(t.plain("Deny"), "no", application_id))
    return first, (_decide(t.plain("Ask to correct"), "fix", application_id),)


def _own_words(t: Texts, act: str, application_id: int, url: str | None, private: bool) -> tuple[Button, ...]:
    """In a group everybody would read own words as they are typed: there the button leads into private."""
    if private:
        return (_decide(t.plain("In my own words"), f"{act}.words", application_id),)
    return (Button(t.plain("In my own words"), url=url),) if url else ()


@screen("applications.deny")
def deny(t: Texts, *, application_id: int, name: str, private: bool, url: str | None) -> Message:
    ready = [
        Button(t.plain(word), Because(f"@deny.{code}", application_id).pack()) for code, (word, _) in DENIALS.items()
    ]
    without = Button(t.plain("No reason"), Because("-", application_id).pack())
    buttons = (
        *rows(*ready, without, width=2),
        _own_words(t, "no", application_id, url, private),
        (_decide(t.plain("Back"), "card", application_id),),
    )
    text = t("Deny the application of <b>{name}</b>: for which reason? The applicant will read it.", name=name[:64])
    return Message(text, tuple(row for row in buttons if row))


@screen("applications.fix")
def fix(t: Texts, *, application_id: int, name: str, private: bool, url: str | None) -> Message:
    ready = [Button(t.plain(FIELD_NAMES[f]), Because(f"@fix.{f}", application_id).pack()) for f in FIELDS]
    buttons = (
        *rows(*ready, width=2),
        _own_words(t, "fix", application_id, url, private),
        (_decide(t.plain("Back"), "card", application_id),),
    )
    return Message(t("What should <b>{name}</b> correct?", name=name[:64]), tuple(row for row in buttons if row))


@screen("applications.words")
def words(t: Texts, *, application_id: int, name: str, deny: bool) -> Message:
    text = t("Write to <b>{name}</b> in one message what to correct. /cancel leaves it undecided.", name=name[:64])
    if deny:
        text = t(
            "Write to <b>{name}</b> in one message why the application is denied (a hyphen: no reason). "
            "/cancel leaves it undecided.",
            name=name[:64],
        )
    return Message(text, ((_decide(t.plain("Back"), "card", application_id),),))


@screen("applications.told")
def told(t: Texts, *, text: str, values: dict[str, Any]) -> Message:
    """A line to the admin who typed something; `text` is a msgid."""
    return Message(t(text, **values))


@screen("applications.wave")
def wave(
    t: Texts, *, items: list[dict[str, Any]], picked: list[int], total: int, page: int, pages: int, denying: bool
) -> Message:
    """Each item has `id`, `name` and `slug`; `page` counts from 0."""
    if not total:
        return Message(t("All applications are decided."))
    head = t.plural("<b>{n} application waits</b>", "<b>{n} applications wait</b>", total)
    if denying:
        return _deny_picked(t, len(picked))
    parts: list[Markup | str] = [head, ""]
    parts += [Markup("{}. {}: <code>{}</code>").format(i["id"], i["name"][:40], i["slug"][:90]) for i in items]
    if pages > 1:
        parts += ["", t("Page {page} of {pages}", page=page + 1, pages=pages)]
    return Message(lines(*parts), _wave_buttons(t, items, picked, page, pages))


def _deny_picked(t: Texts, count: int) -> Message:
    ready = [Button(t.plain(word), DenyPicked(f"@deny.{code}").pack()) for code, (word, _) in DENIALS.items()]
    without = Button(t.plain("No reason"), DenyPicked("-").pack())
    back = (Button(t.plain("Back"), Wave("list", 0).pack()),)
    text = t.plural("Deny {n} application: for which reason?", "Deny {n} applications: for which reason?", count)
    return Message(text, (*rows(*ready, without, width=2), back))


def _wave_buttons(
    t: Texts, items: list[dict[str, Any]], picked: list[int], page: int, pages: int
) -> tuple[tuple[Button, ...], ...]:
    buttons = [_wave_row(t, item, item["id"] in picked) for item in items]
    turns = [(page - 1, "◀"), (page + 1, "▶")]
    turn = tuple(Button(arrow, Wave("page", to).pack()) for to, arrow in turns if 0 <= to < pages)
    if turn:
        buttons.append(turn)
    if picked:
        buttons.append((Button(t.plain("Deny selected: {n}", n=len(picked)), Wave("deny", 0).pack()),))
    return tuple(buttons)


def _wave_row(t: Texts, item: dict[str, Any], picked: bool) -> tuple[Button, ...]:
    mark = "☑" if picked else "☐"
    pick = Button(f"{mark} {item['id']}. {item['name'][:24]}", Wave("pick", item["id"]).pack())
    return pick, Button(t.plain("Open"), Wave("open", item["id"]).pack())
