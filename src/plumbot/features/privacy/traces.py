"""Traces of a person in what all features share: messages, calls, updates, records, what the old bot left."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Text, delete, or_, select, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from plumbot.club.tables import AuditEntry
from plumbot.features.privacy.rules import Traces
from plumbot.kit.dialogue import Dialogue
from plumbot.kit.inbox.tables import DEAD, DONE, InboxRow
from plumbot.kit.leftovers import Leftover, LegacyNumber
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Outbox

NO_LANE = 0
STAYS_IN_RECORD = "blacklist."  # see features/blacklist/personal.py
ERASED = "privacy.erased"


def erase(session: Session, outbox: Outbox, traces: Traces, *, keep: str | None, seq: int) -> None:
    """`keep` is the message under the person's finger, `seq` the update that is being handled."""
    session.flush()
    _messages(session, outbox, traces, keep)
    _calls(session, traces)
    _updates(session, traces.user_id, seq)
    _records(session, traces)
    who = traces.user_id
    session.execute(delete(Dialogue).where(or_(Dialogue.user_id == who, Dialogue.chat_id == who)))
    session.execute(delete(LegacyNumber).where(LegacyNumber.user_id == who))
    for leftover in leftovers(session, traces):
        session.delete(leftover)
    session.flush()


def leftovers(session: Session, traces: Traces) -> list[Leftover]:
    """Rows of the old bot that speak of the person."""
    perhaps = select(Leftover).where(_perhaps(traces, Leftover.source_row, Leftover.became)).order_by(Leftover.id)
    return [row for row in session.scalars(perhaps) if traces.are_in([row.source_row, row.became])]


def _messages(session: Session, outbox: Outbox, traces: Traces, keep: str | None) -> None:
    """Their own chat is theirs. In the chats of others a message about them says that its data were erased."""
    own = (ShownMessage.chat_id == traces.user_id, ShownMessage.key != (keep or ""))
    session.execute(delete(ShownMessage).where(*own))
    rows = session.scalars(select(ShownMessage).where(_perhaps(traces, ShownMessage.values, plain=(ShownMessage.key,))))
    for row in rows.all():
        if row.key != keep and (traces.are_in(row.values) or traces.are_in(row.key)):
            row.key = f"erased:{row.id}"  # nobody looks for it there, so nobody reads values that are gone
            row.error = None
            _replace(session, outbox, row)


def _replace(session: Session, outbox: Outbox, row: ShownMessage) -> None:
    """A message that is gone, or is about to be, does not come back for this."""
    if row.retired:
        row.screen, row.values = ERASED, {}
    session.flush()
    if not row.retired:
        outbox.show(session, row.key, row.chat_id, ERASED, urgency=row.urgency)


def _calls(session: Session, traces: Traces) -> None:
    """What is done needs no record. What is still to be done is done, and goes with the other old calls."""
    speaks = _perhaps(traces, BotCall.values, BotCall.then_values, plain=_KEYS)
    done = (BotCall.status != "new", or_(BotCall.lane == traces.user_id, speaks))
    for call in session.scalars(select(BotCall).where(*done)).all():
        texts = [call.values, call.then_values, call.key, call.order_key, call.message_key, call.error]
        if call.lane == traces.user_id or traces.are_in(texts):
            session.delete(call)


_KEYS = (BotCall.key, BotCall.order_key)


def _updates(session: Session, user_id: int, seq: int) -> None:
    """Bodies of what is done are empty already; what was set aside goes, since nobody may take it up again."""
    theirs = InboxRow.lane == user_id
    session.execute(delete(InboxRow).where(theirs, InboxRow.status == DEAD))
    session.execute(update(InboxRow).where(theirs, InboxRow.status == DONE).values(lane=NO_LANE))
    session.execute(update(InboxRow).where(theirs, InboxRow.seq == seq).values(lane=NO_LANE))


def _records(session: Session, traces: Traces) -> None:
    """What admins did stays, without on whom; who acted stays, since that must be answered for."""
    entries = select(AuditEntry).where(
        or_(
            AuditEntry.subject_id == traces.user_id,
            _perhaps(traces, AuditEntry.before, AuditEntry.after),
        ),
        AuditEntry.action.not_like(f"{STAYS_IN_RECORD}%"),
    )
    for entry in session.scalars(entries).all():
        if entry.subject_id == traces.user_id or traces.are_in([entry.before, entry.after]):
            entry.subject_id, entry.before, entry.after = None, None, None


def _perhaps(
    traces: Traces,
    *json: InstrumentedAttribute[Any],
    plain: Iterable[InstrumentedAttribute[Any]] = (),
) -> ColumnElement[bool]:
    """A first sieve for the database: rows whose text may speak of the person. JSON there is ASCII, so ids are enough
    for most; names in other alphabets are escaped, and are looked for as they are written."""
    needles = {str(traces.user_id), *traces.usernames, *(_written(word) for word in traces.words)}
    columns = [type_coerce(column, Text) for column in json] + [type_coerce(column, Text) for column in plain]
    return or_(*(column.icontains(needle, autoescape=True) for column in columns for needle in needles))


def _written(word: str) -> str:
    """The longest part of the word that is the same in any case and in JSON."""
    ascii_parts = "".join(character if character.isascii() else " " for character in word).split()
    return max(ascii_parts, key=len, default="")
