"""A person in every table: each text is a canary that names its column, each id is theirs."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, String, Text
from sqlalchemy.orm import Session

from plumbot.club.tables import Admin, AuditEntry, Profile
from plumbot.features.admission.tables import Invite
from plumbot.features.applications.rules import FIELDS
from plumbot.features.applications.tables import Application
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.features.karma.tables import KarmaDay, KarmaEvent, KarmaMark, MessageAuthor, Vote
from plumbot.features.roster.tables import RosterEntry, RosterWord
from plumbot.features.transcription.tables import A2TJob, Heard, SpeechWish
from plumbot.features.whoami.tables import Lookup
from plumbot.kit.dialogue import Dialogue
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.leftovers import Leftover, LegacyNumber
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.switches import Switch
from plumbot.kit.tables import Json, Table, UtcDateTime

PERSON = 5_777_777_777  # large enough to be found among the bytes of a file
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
USERNAME, SLUG = "Canary_Nina", "canary-ninas-slug-of-seven-parts-7-3-21"
CHAT, OTHER, ADMIN = -100500, 1002, 1003
# Columns whose text has a meaning to the program: a canary there would be no such row.
MEANT = {
    "status", "kind", "source", "mode", "action", "screen", "method", "source_table", "engine", "language", "name",
    "request",
}  # fmt: skip


def canary(table: str, column: str) -> str:
    return f"canary-{table}-{column}"


def row(model: type[Table], **values: Any) -> Table:
    """The rest of the columns is filled: texts with canaries, moments with noon, numbers with one."""
    filled = dict(values)
    for column in model.__table__.columns:
        if column.name in filled or (column.primary_key and column.autoincrement is True) or column.name == "id":
            continue
        if isinstance(column.type, Json):
            filled[column.name] = {"said": canary(model.__tablename__, column.name)}
        elif isinstance(column.type, Text | String) and column.name not in MEANT:
            length = column.type.length or 200
            filled[column.name] = canary(model.__tablename__, column.name)[:length]
        elif isinstance(column.type, UtcDateTime | DateTime):
            filled[column.name] = NOON
        elif not column.nullable and column.default is None and column.server_default is None:
            filled[column.name] = 1
    return model(**filled)


def about(**values: Any) -> dict[str, Any]:
    return {"user_id": PERSON, **values}


def fill(session: Session) -> None:
    """The person in every table that can hold one; beside them somebody else who stays."""
    of_person: list[Table] = [
        row(Profile, user_id=PERSON, username=USERNAME, username_key=USERNAME.casefold(), language="en",
            language_code="en", in_club=False),
        row(Profile, user_id=OTHER, username="Mira", username_key="mira", first_name="Mira", last_name=None,
            language="ru", language_code="ru", in_club=True),
        row(AuditEntry, action="applications.reject", actor_id=ADMIN, subject_id=PERSON),
        row(AuditEntry, action="roster.add", actor_id=ADMIN, subject_id=None, before=None, after={"slug": SLUG}),
        row(AuditEntry, action="blacklist.remove", actor_id=ADMIN, subject_id=PERSON),
        row(Admin, user_id=ADMIN, source="panel", added_by=PERSON, away=False),
        row(Application, user_id=PERSON, slug=SLUG, slug_key=SLUG, status="rejected", decided_by=ADMIN),
        row(Application, user_id=OTHER, slug="mira-slug-1-2-3", slug_key="mira-slug-1-2-3", username="Mira",
            status="done", decided_by=PERSON, **dict.fromkeys(("reason", *FIELDS))),
        row(Invite, user_id=PERSON, application_id=1, chat_id=CHAT, mode="request", status="revoked"),
        row(Blacklisted, user_id=1009, reason="spam", added_by=PERSON),
        row(RosterEntry, id=1, slug="kept-by-the-club-1-2-3-4", slug_key="kept-by-the-club-1-2-3-4", user_id=PERSON,
            added_by=PERSON),
        row(RosterWord, word="kept", entry_id=1),
        row(KarmaEvent, user_id=PERSON, actor_id=OTHER, chat_id=CHAT, message_id=7),
        row(KarmaEvent, user_id=OTHER, actor_id=PERSON, chat_id=CHAT, message_id=8, reason="thanks"),
        row(KarmaDay, user_id=PERSON, day=date(2026, 3, 1)),
        row(KarmaMark, place=1000, user_id=PERSON),
        row(Vote, chat_id=CHAT, message_id=8, voter_id=PERSON, kind="reaction", receiver_id=OTHER),
        row(Vote, chat_id=CHAT, message_id=7, voter_id=OTHER, kind="reaction", receiver_id=PERSON),
        row(MessageAuthor, chat_id=CHAT, message_id=7, author_id=PERSON),
        row(A2TJob, user_id=PERSON, speaker_id=PERSON, status="done", language="en", engine="vosk"),
        row(A2TJob, user_id=OTHER, speaker_id=PERSON, chat_id=CHAT, status="done", language="en", engine="vosk"),
        row(Heard, chat_id=CHAT, message_id=7, speaker_id=PERSON, kind="voice"),
        row(SpeechWish, user_id=PERSON, language="ru"),
        row(Lookup, key="whoami:1", user_id=PERSON, chat_id=PERSON, username="Canary_Asked"),
        row(Lookup, key="whoami:2", user_id=OTHER, chat_id=OTHER, username=USERNAME),
        row(Dialogue, chat_id=PERSON, user_id=PERSON),
        row(Switch, name=f"arrival.{PERSON}", value={"said": canary("switches", "value")}),
        row(LegacyNumber, source_table="profiles", user_id=PERSON, number=3),
        row(Leftover, source_table="audio",
            source_row={"user_id": PERSON, "x": canary("legacy_leftovers", "source_row")}),
        row(Leftover, source_table="audio", source_row={"nick": f"@{USERNAME}"}),
        row(Leftover, source_table="audio", source_row={"user_id": OTHER}, became=None, reason="no place"),
    ]  # fmt: skip
    session.add_all(of_person)
    session.add_all(_in_the_spine())
    session.flush()


def _in_the_spine() -> list[Table]:
    private = {"chat_id": PERSON, "dirty": False, "media": "text", "message_id": 5, "rev": 1, "sent_rev": 1}
    admins = private | {"chat_id": ADMIN}
    nothing = {"thread_id": None, "reply_to": None, "photo_key": None, "not_before": None, "error": None}
    called = {"then": "whoami.chat_known", "not_before": None, "urgency": 0, "message_key": None}
    card = {"slug": SLUG, "name": canary("outbox", "values")}
    update = {"bot_id": 7, "source": "telegram", "kind": "message", "claimed_by": None, "not_before": None}
    return [
        row(ShownMessage, key=f"menu:{PERSON}", screen="menu.home", place=1, **private, **nothing),
        row(ShownMessage, key="card:1:1003", screen="applications.card", values=card, place=2, **admins, **nothing),
        row(ShownMessage, key="case:1:1003", screen="admission.case", values={"owner": {"id": PERSON, "n": "canary-x"}},
            place=3, **(admins | {"message_id": 6}), **nothing),
        row(ShownMessage, key="note:1:1003", screen="admission.arrived",
            values={"who": {"username": USERNAME, "n": "canary-y"}}, place=4, **(admins | {"message_id": 7}),
            **nothing),
        row(BotCall, key=f"ban:{PERSON}:1", method="banChatMember", lane=PERSON, status="done",
            values={"user_id": PERSON}, order_key=f"member:{PERSON}", **called),
        row(InboxRow, seq=1, update_id=1, lane=PERSON, body="", status="done", error=None, **update),
        row(InboxRow, seq=2, update_id=2, lane=PERSON, status="dead", **update),
        row(InboxRow, seq=3, update_id=3, lane=PERSON, body="", status="new", error=None, **update),
    ]  # fmt: skip
