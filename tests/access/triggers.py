"""How each handler is set off, and what may follow. A handler that is missing here fails the test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from plumbot.features.admin.screens import OpenAudit, OpenPanel, Turn
from plumbot.features.admins.panel_screens import Appointing
from plumbot.features.admission.screens import AcceptRules, CloseCase, GiveLink, Keep, NewLink, Remove
from plumbot.features.applications.panel_screens import BringCard, Pending
from plumbot.features.applications.presses import Because, Decide, DenyPicked, Join, Mine, Step, Wave
from plumbot.features.backups.screens import Backup
from plumbot.features.blacklist.panel_screens import Listed, ListFrom
from plumbot.features.blacklist.screens import Cancel, Confirm
from plumbot.features.digest.screens import SwitchWeekly, WishDigest
from plumbot.features.karma.panel_screens import Change, Karma
from plumbot.features.karma.screens import ShowTop
from plumbot.features.menu.screens import OpenPage, Prefer, Speak
from plumbot.features.privacy.screens import ERASE, KEEP, Forget
from plumbot.features.profile.screens import OpenProfile
from plumbot.features.roster.screens import About
from plumbot.features.roster.screens import Turn as TurnRoster
from plumbot.features.transcription.screens import Again, Delete, OpenSpeech, Stop, WishLanguage
from plumbot.features.transcription.tables import A2TJob, SpeechWorker
from plumbot.kit import dialogue
from plumbot.kit.clock import SystemClock
from plumbot.kit.dialogue import Position
from tests.access import seed
from tests.access.people import APPLICANT, ARRIVED, BLACKLISTED, BOT_ID, CLUB, MEMBER, NAMELESS, Json, Kind

FORM, WORDS = "Joining:form", "Reviewing:words"
DRAFT = {"draft": {"at": "summary", "values": seed.FIELDS}}
ASKED = {"asked": {"application_id": seed.PENDING, "deny": True}}
DECISION = {"applications", "audit", "outbox_calls"}
# Whoever leaves nothing behind but the own row of these tables.
OWN_PERSON = {"profiles", "dialogues"}


def update_of(kind: Kind, number: int, what: str, content: Json) -> Json:
    return {"update_id": number, what: {"from": kind.user(what), "date": 1_700_000_000, **content}}


def chat_of(kind: Kind, what: str, chat_id: int | None) -> Json:
    there = chat_id or kind.id_in(what)
    return {"id": there, "type": "private" if there > 0 else "supergroup", "title": "Club"}


def says(text: str, chat_id: int | None = None, **more: Any) -> Callable[[Kind, int], Json]:
    """A message; in a group an anonymous admin writes in the group's name."""

    def build(kind: Kind, number: int) -> Json:
        chat = chat_of(kind, "message", chat_id)
        content = {"message_id": 9_000 + number, "chat": chat, **({"text": text} if text else {}), **more}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        if kind.writes_as and chat_id:
            content["sender_chat"] = chat
        return update_of(kind, number, "message", content)

    return build


def presses(data: str, chat_id: int | None = None, message_id: int = seed.OLD_MESSAGE) -> Callable[[Kind, int], Json]:
    def build(kind: Kind, number: int) -> Json:
        where = chat_of(kind, "callback_query", chat_id)
        message = {"message_id": message_id, "date": 1_700_000_000, "chat": where, "text": "?"}
        content = {"id": str(number), "chat_instance": "1", "data": data, "message": message}
        return update_of(kind, number, "callback_query", content)

    return build


def of_presser(data: Callable[[int], str]) -> Callable[[Kind, int], Json]:
    """A press on a button that the person has under an answer of their own."""
    return lambda kind, number: presses(data(kind.id_in("callback_query")))(kind, number)


def status_of(who: Json, status: str) -> Json:
    return {"user": who, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def bot_is(old: str, new: str, chat_id: int | None = None) -> Callable[[Kind, int], Json]:
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "Plum"}

    def build(kind: Kind, number: int) -> Json:
        content = {"chat": chat_of(kind, "my_chat_member", chat_id),
                   "old_chat_member": status_of(bot, old), "new_chat_member": status_of(bot, new)}  # fmt: skip
        return update_of(kind, number, "my_chat_member", content)

    return build


def comes(kind: Kind, number: int) -> Json:
    who = kind.user("chat_member")
    content = {"chat": chat_of(kind, "chat_member", CLUB), "old_chat_member": status_of(who, "left"),
               "new_chat_member": status_of(who, "member")}  # fmt: skip
    return update_of(kind, number, "chat_member", content)


def asks_to_join(kind: Kind, number: int) -> Json:
    content = {"chat": chat_of(kind, "chat_join_request", CLUB), "user_chat_id": kind.user_id}
    return update_of(kind, number, "chat_join_request", content)


@dataclass(frozen=True)
class Trigger:
    """`state` and `data`: where the person's dialogue stands. `before`: what is different from the seed.

    `may`: tables that may change besides the person's own profile and dialogue. `does`: those that do change when
    `by` (names of kinds; None: whoever has the permission) sets it off. Others of the permitted change nothing.
    """

    build: Callable[[Kind, int], Json]
    may: frozenset[str] = frozenset()
    by: tuple[str, ...] | None = None
    state: str | None = None
    data: Json | None = None
    before: Callable[[Session, Kind], None] | None = None
    does: frozenset[str] | None = None

    def prepare(self, session: Session, kind: Kind) -> None:
        if self.state or self.data:
            for user_id in {kind.user_id, kind.id_in("message")}:
                dialogue.write(session, user_id, user_id, Position(self.state, self.data or {}))
        if self.before is not None:
            self.before(session, kind)


def t(build: Callable[[Kind, int], Json], *may: str, does: tuple[str, ...] | None = None, **how: Any) -> Trigger:
    return Trigger(build, may=frozenset(may), does=None if does is None else frozenset(does), **how)


def unpaused(session: Session, _kind: Kind) -> None:
    seed.unpaused(session)


def approved(session: Session, _kind: Kind) -> None:
    seed.with_status(seed.PENDING, "approved")(session)


def to_correct(session: Session, _kind: Kind) -> None:
    seed.with_status(seed.PENDING, "needs_changes")(session)


def with_question(session: Session, kind: Kind) -> None:
    values = {"user_id": MEMBER, "name": "Person", "reason": "spam"}
    seed.shown(session, "u1.1", kind.user_id, "blacklist.question", values, seed.OLD_MESSAGE)


def with_list(session: Session, kind: Kind) -> None:
    values: Json = {"page": 0, "picked": [seed.PENDING], "denying": False, "items": [], "total": 1, "pages": 1}
    seed.shown(session, f"wave:{kind.user_id}", kind.user_id, "applications.wave", values, seed.OLD_MESSAGE)


def with_forgetting(session: Session, kind: Kind) -> None:
    seed.shown(session, f"forget:{kind.user_id}", kind.user_id, "privacy.ask", {"stays": []}, seed.OLD_MESSAGE)


def with_speech(session: Session, kind: Kind) -> None:
    """Somebody listens, and the person has a job that waits and one that was done."""
    job = {
        "user_id": kind.user_id,
        "speaker_id": kind.user_id,
        "chat_id": kind.user_id,
        "kind": "voice",
        "language": None,
    }
    file = {"file_id": "F" * 20, "file_unique_id": "u", "created_at": seed.NOW}
    session.add(SpeechWorker(holder="h:1", models=[["base", [], 2]], seen_at=SystemClock().now()))
    session.add(A2TJob(id=1, message_id=5, status="queued", **job, **file))
    session.add(A2TJob(id=2, message_id=6, status="done", text="Words.", **job, **file))


def decide(act: str) -> str:
    return Decide(act, seed.PENDING).pack()


PHOTO = [{"file_id": "F" * 20, "file_unique_id": "u", "width": 9, "height": 9}]
REPLIED = {"message_id": 5, "date": 1, "chat": {"id": CLUB, "type": "supergroup"}, "text": "hello",
           "from": {"id": MEMBER, "is_bot": False, "first_name": "Person"}}  # fmt: skip

APPLYING = {
    "applications/message/begin": t(says("/start join"), before=unpaused),
    "applications/message/begin#2": t(says("/join"), before=unpaused),
    "applications/message/point_to_private": t(says("/join", CLUB)),
    "applications/message/leave_form": t(says("/start"), state=FORM, data=DRAFT),
    "applications/message/cancel_form": t(says("/cancel"), state=FORM, data=DRAFT),
    "applications/message/answer": t(says("Ann"), state=FORM, data={"draft": {"at": "first_name"}}),
    "applications/message/no_words": t(says("", photo=PHOTO), state=FORM, data=DRAFT),
    "applications/message/cancel_words": t(says("/cancel"), state=WORDS, data=ASKED),
    "applications/message/nothing_to_cancel": t(says("/cancel")),
    "applications/callback_query/begin": t(presses(Join().pack()), before=unpaused),
    "applications/callback_query/point_to_private": t(presses(Join().pack(), CLUB)),
    "applications/callback_query/send": t(
        presses(Step("send").pack()), "applications", "outbox_calls", state=FORM, data=DRAFT, before=unpaused,
        by=("guest", "former member", "demoted admin"), does=("applications", "outbox_calls"),
    ),
    "applications/callback_query/cancel_form": t(presses(Step("cancel").pack()), state=FORM, data=DRAFT),
    "applications/callback_query/step": t(presses(Step("change").pack()), state=FORM, data=DRAFT),
    "applications/callback_query/correct": t(
        presses(Mine("correct", seed.PENDING).pack()), "dialogues", by=("applicant",), before=to_correct
    ),
    "applications/callback_query/about_own": t(
        presses(Mine("withdraw", seed.PENDING).pack()), "applications", "outbox_calls", by=("applicant",),
        does=("applications",),
    ),
}  # fmt: skip
DECIDING = {
    "applications/message/own_words_by_link": t(says(f"/start deny_{seed.PENDING}")),
    "applications/message/take_words": t(
        says("No places"), *DECISION, state=WORDS, data=ASKED, does=("applications", "audit")
    ),
    "applications/message/pause": t(says("/pause_applications closed"), "switches", "audit"),
    "applications/message/resume": t(says("/resume_applications"), "switches", "audit"),
    "applications/callback_query/approve": t(presses(decide("ok")), *DECISION, does=("applications", "audit")),
    "applications/callback_query/show_card": t(presses(decide("card"))),
    "applications/callback_query/ask_reason": t(presses(decide("no"))),
    "applications/callback_query/own_words_by_press": t(presses(decide("no.words"))),
    "applications/callback_query/because": t(
        presses(Because("@deny.full", seed.PENDING).pack()), *DECISION, does=("applications", "audit")
    ),
    "applications/callback_query/open_card": t(presses(Wave("open", seed.PENDING).pack())),
    "applications/callback_query/turn_list": t(presses(Wave("pick", seed.PENDING).pack())),
    "applications/callback_query/deny_picked": t(
        presses(DenyPicked("-").pack()), *DECISION, before=with_list, does=("applications", "audit")
    ),
}
NEWS = ("profiles", "audit", "switches", "outbox_calls", "applications", "roster", "roster_words", "invites")
ADMISSION = {
    "admission/message/service_message": t(
        says("", CLUB, left_chat_member={"id": 5, "is_bot": False, "first_name": "Gone"}), "outbox_calls"
    ),
    "admission/message/moved_to": t(says("", CLUB, migrate_to_chat_id=-1009), "switches"),
    "admission/message/moved_from": t(says("", -1009, migrate_from_chat_id=CLUB), "switches"),
    "admission/callback_query/accept_rules": t(
        presses(AcceptRules().pack()), "applications", "invites", "outbox_calls", by=("applicant",), before=approved
    ),
    "admission/callback_query/new_link": t(
        presses(NewLink().pack()), "invites", "outbox_calls", by=("applicant",), before=approved
    ),
    "admission/callback_query/give_link": t(
        presses(GiveLink(seed.DISPUTED_INVITE).pack()), "invites", "outbox_calls", "audit"
    ),
    "admission/callback_query/close_case": t(
        presses(CloseCase(seed.DISPUTED_INVITE).pack()), "invites", "audit"
    ),
    "admission/callback_query/keep": t(
        presses(Keep(ARRIVED).pack()), "profiles", "switches", "audit", "outbox_calls", does=("profiles", "audit")
    ),
    "admission/callback_query/remove": t(presses(Remove(ARRIVED).pack()), "switches", "audit", "outbox_calls"),
    "admission/my_chat_member/rights": t(bot_is("left", "member", CLUB), "outbox_calls", does=()),
    "admission/chat_member/presence": t(comes, *NEWS, does=()),
    "admission/chat_join_request/request_to_join": t(asks_to_join, "outbox_calls", does=()),
}  # fmt: skip
LISTS = {
    "blacklist/message/put_on": t(says("/blacklist 555 spam"), "blacklist", "audit", "outbox_calls"),
    "blacklist/message/take_off": t(says("/unblacklist 104", CLUB), "blacklist", "audit", "outbox_calls"),
    "blacklist/callback_query/confirm": t(
        presses(Confirm(MEMBER).pack()), "blacklist", "audit", "outbox_calls", before=with_question
    ),
    "blacklist/callback_query/cancel": t(presses(Cancel(MEMBER).pack()), before=with_question),
    "admins/message/everybody": t(says("/admins")),
    "admins/message/add": t(says("/admin_add 102"), "admins", "audit", "outbox_calls", does=("admins", "audit")),
    "admins/message/remove": t(says("/admin_remove 11"), "admins", "audit", "outbox_calls", does=("admins", "audit")),
    "admins/message/go_away": t(says("/away"), "admins", "audit"),
    "admins/message/come_back": t(says("/back"), "admins", does=()),
}
QUESTION: Json = {"panel": {}}
PANEL = {
    "admin/message/open_panel": t(says("/admin"), state="panel:roster.find", data=QUESTION),
    "admin/message/cancel_question": t(says("/cancel"), state="panel:roster.find", data=QUESTION),
    "admin/callback_query/come_home": t(
        presses(OpenPanel("home").pack()), state="panel:roster.find", data=QUESTION, does=()
    ),
    "admin/callback_query/open_health": t(presses(OpenPanel("health").pack())),
    "admin/callback_query/open_switches": t(presses(OpenPanel("switches").pack())),
    "admin/callback_query/turn": t(presses(Turn("paused", 0).pack()), "switches", "audit"),
    "admin/callback_query/open_audit": t(presses(OpenAudit(0).pack())),
    "applications panel/callback_query/list_pending": t(presses(Pending(0).pack())),
    "applications panel/callback_query/bring_card": t(presses(BringCard(seed.PENDING).pack())),
}
ROSTER = {
    "roster/callback_query/turn": t(presses(TurnRoster("all").pack())),
    "roster/callback_query/open_entry": t(presses(About("open", 1).pack())),
    "roster/callback_query/ask_whether": t(presses(About("sure", 1).pack())),
    "roster/callback_query/remove": t(presses(About("remove", 1).pack()), "roster", "roster_words", "audit"),
    "roster/callback_query/ask_words": t(presses(About("find", 0).pack())),
    "roster/callback_query/ask_anew": t(presses(About("edit", 1).pack())),
    "roster/message/find": t(says("some"), state="panel:roster.find", data=QUESTION),
    "roster/message/add": t(
        says("a-b-c-d-e-f-g"), "roster", "roster_words", "audit", state="panel:roster.add", data=QUESTION
    ),
    "roster/message/edit": t(
        says("a-b-c-d-e-f-g"), "roster", "roster_words", "audit", state="panel:roster.edit",
        data={"panel": {"entry_id": 1}},
    ),
}  # fmt: skip
LISTS_IN_PANEL = {
    "blacklist panel/callback_query/turn_list": t(presses(ListFrom(0).pack())),
    "blacklist panel/callback_query/open_entry": t(presses(Listed("open", BLACKLISTED).pack())),
    "blacklist panel/callback_query/ask_whether": t(presses(Listed("sure", BLACKLISTED).pack())),
    "blacklist panel/callback_query/let_off": t(
        presses(Listed("off", BLACKLISTED).pack()), "blacklist", "audit", "outbox_calls"
    ),
    "blacklist panel/callback_query/ask_whom": t(presses(Listed("add", 0).pack())),
    "blacklist panel/message/add": t(
        says("555 spam"), "blacklist", "audit", "outbox_calls", state="panel:blacklist.add", data=QUESTION
    ),
    "admins panel/callback_query/list_all": t(presses(Appointing("list", 0).pack())),
    "admins panel/callback_query/ask_whether": t(presses(Appointing("sure", NAMELESS).pack())),
    "admins panel/callback_query/dismiss": t(
        presses(Appointing("off", NAMELESS).pack()), "admins", "audit", "outbox_calls", does=("admins", "audit")
    ),
    "admins panel/callback_query/ask_whom": t(presses(Appointing("add", 0).pack())),
    "admins panel/message/appoint": t(
        says("102"), "admins", "audit", "outbox_calls", state="panel:admins.add", data=QUESTION,
        does=("admins", "audit"),
    ),
}  # fmt: skip
BACKUPS = {
    "backups/callback_query/open_page": t(presses(Backup("open").pack())),
    "backups/callback_query/ask_again": t(presses(Backup("sure").pack())),
    "backups/callback_query/make": t(presses(Backup("make").pack()), "switches", "audit"),
}
KARMA_CHANGE = ("karma_events", "karma_days", "profiles", "audit")
KARMA = {
    "karma panel/message/look_up": t(says("/karma", CLUB, reply_to_message=REPLIED)),
    "karma panel/message/add": t(says(f"/karma_add {MEMBER} 5 helped"), *KARMA_CHANGE),
    "karma panel/message/set_to": t(says(f"/karma_set {MEMBER} 5 helped", CLUB), *KARMA_CHANGE),
    "karma panel/message/take_whom": t(says(f"{MEMBER}"), state="panel:karma.find", data=QUESTION),
    "karma panel/message/take_reason": t(
        says("helped"), state="panel:karma.reason", data={"panel": {"user_id": MEMBER}}
    ),
    "karma panel/callback_query/change": t(presses(Change(MEMBER, 5, 10).pack()), *KARMA_CHANGE),
    "karma panel/callback_query/look_again": t(presses(Karma("look", MEMBER).pack())),
    "karma panel/callback_query/close": t(presses(Karma("close", MEMBER).pack(), CLUB)),
    "karma panel/callback_query/ask_whom": t(presses(Karma("find", 0).pack())),
    "karma panel/callback_query/ask_reason": t(presses(Karma("reason", MEMBER).pack())),
}  # fmt: skip
PAGES = ("home", "rules", "help", "info", "settings")
MENU = {
    "menu/message/start": t(says("/start")),
    "menu/message/start#2": t(says("/menu")),
    "menu/message/help_in_full": t(says("/help")),
    "menu/message/choose_language": t(says("/language")),
    "menu/message/private_only": t(says("/help", CLUB)),
    **{f"menu/callback_query/open_{page}": t(presses(OpenPage(page).pack())) for page in PAGES},
    "menu/callback_query/speak": t(presses(Speak("ru").pack()), "outbox_calls"),
    "menu/callback_query/prefer": t(presses(Prefer("digest", 0).pack()), "profiles"),
    "menu/my_chat_member/blocked": t(bot_is("member", "kicked"), "profiles", does=()),
    "menu/my_chat_member/unblocked": t(bot_is("kicked", "member"), "profiles", does=()),
    "last resort/message/explain": t(says("hello?")),
    "last resort/callback_query/bring_back": t(presses("nobody:knows")),
    "last resort/callback_query/out_of_date": t(presses("nobody:knows", CLUB)),
}
OTHERS = {
    "privacy/message/mydata": t(says("/mydata")),
    "privacy/message/ask": t(says("/forget")),
    "privacy/message/private_only": t(says("/forget", CLUB)),
    "privacy/callback_query/forget": t(
        presses(Forget(ERASE).pack()), "profiles", "applications", "invites", "audit", "outbox_calls", "roster",
        "blacklist",        before=with_forgetting, does=(),
    ),
    "privacy/callback_query/keep": t(presses(Forget(KEEP).pack())),
    "karma/message/show_stats": t(says("/stats", CLUB)),
    "karma/message/show_why": t(says("/why")),
    "karma/message/show_top": t(says("/top")),
    "karma/callback_query/show_period": t(of_presser(lambda user_id: ShowTop("week", user_id).pack())),
    "digest/callback_query/wish": t(presses(WishDigest(0).pack()), "profiles"),
    "digest/message/show_weekly": t(says("/weekly_digest")),
    "digest/callback_query/switch_weekly": t(presses(SwitchWeekly(1).pack()), "switches", "audit"),
    "profile/message/tell_profile": t(says("/profile")),
    "profile/callback_query/open_profile": t(presses(OpenProfile().pack())),
    "whoami/message/somebody": t(says(f"/whoami {APPLICANT}"), "lookups", does=()),
    "whoami/message/author": t(says("/whoami", CLUB, reply_to_message=REPLIED)),
    "whoami/message/own": t(says("/whoami")),
}  # fmt: skip
VOICE = {"file_id": "F" * 20, "file_unique_id": "v", "duration": 3}
SPEECH = {
    "transcription/message/recording": t(says("", voice=VOICE), "a2t_jobs", before=with_speech),
    "transcription/message/text_in_private": t(says("/text")),
    "transcription/message/text_in_chat": t(says("/text", CLUB)),
    "transcription/callback_query/open_speech": t(presses(OpenSpeech().pack())),
    "transcription/callback_query/wish": t(presses(WishLanguage("ru").pack()), "a2t_wishes"),
    "transcription/callback_query/stop": t(presses(Stop(1).pack()), "a2t_jobs", before=with_speech),
    "transcription/callback_query/again": t(presses(Again(2, "ru", 0).pack()), "a2t_jobs", before=with_speech),
    "transcription/callback_query/delete": t(presses(Delete(2).pack()), "a2t_jobs", before=with_speech),
}
TRIGGERS: dict[str, Trigger] = (
    SPEECH | APPLYING | DECIDING | ADMISSION | LISTS | PANEL | ROSTER | LISTS_IN_PANEL | BACKUPS | KARMA | MENU | OTHERS
)
