"""What every column of the database is: whose, how long it is kept, whether /mydata gives it, how /forget ends it.

A test fails for a column that is not here, and holds docs/privacy.md to it: `tools/privacy_page.py update` writes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whose a column is. `public` speaks of no single person; `secret` opens a door; `technical` keeps things going."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105  # a word, not a password
    TECHNICAL = "technical"


PUBLIC, PERSONAL, SECRET, TECHNICAL = Kind.PUBLIC, Kind.PERSONAL, Kind.SECRET, Kind.TECHNICAL
AS_LONG_AS_KNOWN = "as long as the bot knows the person"
WEEK = "8 days after it is done"
FOR_GOOD = "for good"
GONE = "the row is deleted"
EMPTIED = "emptied"
NOBODY = "becomes nobody's (0)"
UNNAMED = "no longer named (NULL)"


@dataclass(frozen=True)
class Held:
    """One column."""

    kind: Kind
    kept: str
    erased: str
    exported: bool


@dataclass(frozen=True)
class Group:
    """Columns of one table that share an answer. `erased` is empty for what is no person's."""

    kind: Kind
    columns: str
    erased: str = ""
    exported: bool = False


@dataclass(frozen=True)
class Store:
    """One table: what it is for, how long its rows are kept, and its columns."""

    table: str
    purpose: str
    kept: str
    groups: tuple[Group, ...]


def given(columns: str, erased: str) -> Group:
    """Personal, and part of /mydata."""
    return Group(PERSONAL, columns, erased, exported=True)


def personal(columns: str, erased: str) -> Group:
    """Personal, and left out of /mydata: it names others, or stands in the person's chat anyway."""
    return Group(PERSONAL, columns, erased)


def technical(columns: str) -> Group:
    return Group(TECHNICAL, columns)


STORES: tuple[Store, ...] = (
    Store("profiles", "a person whom the bot has met", AS_LONG_AS_KNOWN, (
        given("user_id first_name last_name username username_key language language_code karma_start karma in_club "
              "joined_at left_at reachable digest transcribe created_at updated_at", GONE),
    )),
    Store("admins", "who may decide", "until they are dismissed", (
        personal("user_id", "refused while they are an admin"),
        given("source away created_at", "refused while they are an admin"),
        personal("added_by", UNNAMED),
    )),
    Store("audit", "what admins did, and what applicants corrected", FOR_GOOD, (
        technical("id"),
        given("at action", "kept: what was done stays, without on whom"),
        personal("actor_id", "kept: the club must be able to answer for what admins did"),
        personal("subject_id", f"{UNNAMED}; kept for the blacklist"),
        given("before after", f"{EMPTIED}; kept for the blacklist"),
    )),
    Store("applications", "who wants to join", FOR_GOOD, (
        given("id", "kept: a number without a name"),
        personal("user_id", NOBODY),
        given("username slug first_name last_name university program group_name course start_year reason", EMPTIED),
        personal("slug_key", EMPTIED),
        given("status created_at updated_at decided_at accepted_at reminded_at escalated_at",
              "kept: a fact without a name"),
        personal("decided_by", UNNAMED),
    )),
    Store("invites", "personal links into the club", FOR_GOOD, (
        technical("id"),
        personal("user_id", NOBODY),
        Group(SECRET, "invite_link", "kept: revoked, so that whoever tries it is known", exported=True),
        Group(SECRET, "token", "kept: the revoked link's name at Telegram"),
        given("application_id chat_id mode status expires_at created_at updated_at", "kept: a fact without a name"),
    )),
    Store("blacklist", "people who may not join", "until an admin lifts it", (
        personal("user_id", "kept: else the list would keep nobody out"),
        given("reason created_at", "kept: admins must know why"),
        personal("added_by", UNNAMED),
    )),
    Store("roster", "the club's own list of members", "until an admin takes the line off", (
        technical("id"),
        given("slug created_at", "kept: the list is the club's; the line becomes nobody's"),
        personal("slug_key", "kept with the slug"),
        personal("user_id added_by", UNNAMED),
    )),
    Store("roster_words", "the same list, for search", "with its line", (
        personal("word", "kept with the slug"), technical("entry_id"),
    )),
    Store("karma_events", "the ledger of karma", AS_LONG_AS_KNOWN, (
        technical("id"),
        personal("user_id", GONE),
        personal("actor_id", UNNAMED),
        given("chat_id message_id delta reason created_at", f"{GONE}; what the person gave others stays theirs"),
    )),
    Store("karma_days", "the ledger's sums by day", AS_LONG_AS_KNOWN, (personal("user_id day plus minus", GONE),)),
    Store("karma_marks", "every thousandth place of the ranking", "a minute", (
        technical("place"), personal("karma joined_at user_id", GONE),
    )),
    Store("votes", "thanks and reactions", f"{AS_LONG_AS_KNOWN}; 90 days where nobody knows whom they are for", (
        given("chat_id message_id kind value applied said_at", GONE), personal("voter_id receiver_id", GONE),
    )),
    Store("message_authors", "who wrote a message of the club", "90 days", (
        given("chat_id message_id sent_at", GONE), personal("author_id", GONE),
    )),
    Store("a2t_jobs", "speech that became text; words and files are forgotten after 30 days", AS_LONG_AS_KNOWN, (
        technical("id root_id priority turn attempts failures holder heartbeat not_before request"),
        personal("user_id speaker_id chat_id thread_id file_path file_id file_unique_id file_size",
                 f"{GONE}, whoever asked or spoke"),
        given("message_id kind language wanted_model status engine model found_language audio_seconds duration_ms "
              "text_length text segments error_code error created_at started_at finished_at", GONE),
    )),
    Store("a2t_clips", "recordings in the club's chat that may still be asked for", "7 days", (
        given("chat_id message_id kind seconds sent_at", GONE),
        personal("thread_id speaker_id file_id file_unique_id file_size", GONE),
    )),
    Store("a2t_wishes", "the language in which a person wants to be heard", AS_LONG_AS_KNOWN, (
        personal("user_id", GONE), given("language", GONE),
    )),
    Store("a2t_workers", "processes that listen", "7 days after they were last seen", (
        technical("holder models why_not seen_at"),
    )),
    Store("lookups", "questions to a site that wait for an answer", "until it is answered", (
        technical("id key"),
        personal("user_id chat_id thread_id", GONE),
        given("username created_at", f"{GONE}, whoever asked"),
    )),
    Store("dialogues", "where a person stands in a dialogue", "until the dialogue ends", (
        personal("chat_id user_id", GONE), given("state data updated_at", GONE),
    )),
    Store("inbox", "updates of Telegram and answers to calls", WEEK, (
        technical("seq bot_id source update_id kind status attempts not_before claimed_by claimed_until "
                  "request received_at finished_at"),
        personal("lane", NOBODY),
        Group(SECRET, "body", "empty once it is done; what was set aside is deleted"),
        personal("error", "with its row"),
    )),
    Store("outbox", "messages as they should be seen", "as long as the message may change", (
        technical("id thread_id reply_to screen urgency at_most_once rev sent_rev epoch dirty retired closed place "
                  "message_id media photo_key attempts not_before error request created_at sent_at"),
        personal("key chat_id", f"own chat: {GONE}; chats of others: renamed"),
        personal("values", f"own chat: {GONE}; chats of others: {EMPTIED}, and the message says so"),
    )),
    Store("outbox_calls", "calls of Telegram that must happen", WEEK, (
        technical("id method then urgency status attempts not_before error request created_at finished_at"),
        personal("key values then_values lane order_key message_key", f"{GONE}, when it is done"),
    )),
    Store("switches", "what admins and the bot switch; arrivals under question; who was rejected and forgotten",
          "until it is switched again; cooldown.ID until the person may apply again", (
        personal("name", f"arrival.ID: {GONE}; cooldown.ID: kept until the person may apply again"),
        given("value", f"arrival.ID: {GONE}; cooldown.ID: kept until the person may apply again"),
        technical("updated_at"),
    )),
    Store("legacy_leftovers", "what the old bot kept and has no place here", FOR_GOOD, (
        technical("id"), given("source_table source_row reason", GONE), personal("became", GONE),
    )),
    Store("legacy_numbers", "numbers that the old bot gave people", FOR_GOOD, (
        technical("source_table"), personal("user_id number", GONE),
    )),
    Store("errors", "faults that nobody expected, without whom they met", "30 days", (
        technical("reference place kind trace context times first_at last_at told_at"),
    )),
    Store("firings", "which timers have fired", "30 days", (technical("name slot at"),)),
    Store("leases", "which process does what", "while it does it", (technical("name holder until"),)),
)  # fmt: skip


def columns() -> Iterator[tuple[str, str, Held]]:
    """Table, column, and what it is."""
    for store in STORES:
        for group in store.groups:
            for column in group.columns.split():
                yield store.table, column, Held(group.kind, store.kept, group.erased, group.exported)


def page() -> str:
    """The tables of docs/privacy.md, in Markdown."""
    return "\n".join(line for store in STORES for line in _section(store))


def _section(store: Store) -> Iterator[str]:
    yield f"### {store.table}\n\n{store.purpose[0].upper()}{store.purpose[1:]}. Kept {store.kept}.\n"
    yield "| columns | what | /mydata | /forget |\n|---|---|---|---|"
    for group in store.groups:
        names = ", ".join(f"`{name}`" for name in group.columns.split())
        yield f"| {names} | {group.kind} | {'yes' if group.exported else '–'} | {group.erased or '–'} |"
    yield ""
