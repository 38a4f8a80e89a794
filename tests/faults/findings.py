"""What really is in the database and in the chats after a storm, held against the oracle."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from plumbot.apps import dispatcher, wiring  # noqa: F401  # makes every screen known
from plumbot.club.language import Languages
from plumbot.kit.outbox.render import message_of, request_for
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.sandbox.html import parse
from plumbot.sandbox.options import BOT_ID, CLUB_ID
from tests.faults import oracle
from tests.faults.crowd import ADA, OLEG, Journal
from tests.faults.wire import Wire

MIRA = 1002
UNFINISHED = (
    "SELECT (SELECT count(*) FROM inbox WHERE status = 'new')"
    " + (SELECT count(*) FROM outbox WHERE dirty) + (SELECT count(*) FROM outbox_calls WHERE status = 'new')"
)


@dataclass
class Tally:
    """One promise: how often it was tried, and what was found against it."""

    tried: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


class Witness:
    """Reads the bot's database from outside."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url)

    def asks(self, question: str, **values: Any) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question), values)]

    def number(self, question: str, **values: Any) -> int:
        return int(self.asks(question, **values)[0][0])

    def unfinished(self) -> int:
        return self.number(UNFINISHED)

    def recorded(self) -> dict[int, set[int]]:
        """By chat, the messages that the bot knows to be its own."""
        known: dict[int, set[int]] = {}
        for chat, message in self.asks("SELECT chat_id, message_id FROM outbox WHERE message_id IS NOT NULL"):
            known.setdefault(chat, set()).add(message)
        return known

    def session(self) -> Session:
        return Session(self._engine)

    def close(self) -> None:
        self._engine.dispose()


def updates(witness: Witness, wire: Wire, poison: set[int]) -> Tally:
    """Every id is in the inbox once, and done; the poison is dead."""
    tally = Tally(len(wire.stream.ids))
    found = witness.asks("SELECT update_id, status FROM inbox WHERE source = 'telegram'")
    statuses = dict(found)
    tally.lost += [f"update {number} is missing" for number in wire.stream.ids - statuses.keys()]
    wrong = [number for number, status in found if status != ("dead" if number in poison else "done")]
    tally.lost += [f"update {number} is {statuses[number]}" for number in wrong]
    tally.doubled += [f"update {number} twice" for number, times in Counter(n for n, _ in found).items() if times > 1]
    return tally


def karma(witness: Witness, wire: Wire, before: dict[int, int]) -> Tally:
    """Ledger, sums and oracle agree; `before` is everybody's karma before the traffic."""
    grown = oracle.karma_of(wire.stream.order, CLUB_ID)
    tally = Tally(sum(1 for update in wire.stream.order if "message_reaction" in update or "message" in update))
    rows = witness.asks(
        "SELECT p.user_id, p.karma, p.karma_start, coalesce(sum(e.delta), 0) FROM profiles p"
        " LEFT JOIN karma_events e ON e.user_id = p.user_id GROUP BY p.user_id, p.karma, p.karma_start"
    )
    for user, value, start, ledger in rows:
        if value != start + ledger:
            tally.doubled.append(f"{user} has karma {value}, the ledger says {start + ledger}")
        expected = before.get(user, 10) + grown[user]
        if value != expected:
            (tally.lost if value < expected else tally.doubled).append(f"{user} has karma {value}, not {expected}")
    return tally


def applications(witness: Witness, journal: Journal) -> Tally:
    """One application, one decision, one link, one place in the roster for each who was approved."""
    expected = oracle.applications_of(journal)
    tally = Tally(len(expected))
    found: dict[int, list[str]] = {user: [] for user in expected}
    for user, status in witness.asks("SELECT user_id, status FROM applications"):
        found.setdefault(user, []).append(status)
    for user, statuses in found.items():
        if user not in expected or len(statuses) > 1:
            tally.doubled.append(f"{user} has the applications {statuses}")
        elif not statuses or statuses[0] not in expected[user].statuses:
            tally.lost.append(f"{user}'s application is {statuses}, not one of {sorted(expected[user].statuses)}")
        else:
            _hold_to(tally, witness, user, inside=statuses[0] == "done")
    return tally


def _hold_to(tally: Tally, witness: Witness, user: int, *, inside: bool) -> None:
    """Whoever presses “I accept” once more, with the link used and the door not yet passed, has asked for another."""
    exactly = {
        "decisions": ("audit WHERE subject_id = :user AND action LIKE 'applications.%'", 1),
        "roster entries": ("roster WHERE user_id = :user", int(inside)),
        "profiles inside": ("profiles WHERE user_id = :user AND in_club", int(inside)),
        "links that work": ("invites WHERE user_id = :user AND status IN ('wanted', 'waiting', 'open')", 0),
    }
    for name, (where, expected) in exactly.items():
        found = witness.number(f"SELECT count(*) FROM {where}", user=user)
        if found != expected:
            (tally.lost if found < expected else tally.doubled).append(f"{user} has {found} {name}, not {expected}")
    links = witness.number("SELECT count(*) FROM invites WHERE user_id = :user", user=user)
    if bool(links) != inside:
        tally.lost.append(f"{user} has {links} links")


def strangers(witness: Witness, wire: Wire, journal: Journal) -> Tally:
    """Inside are the members of old and who was let in; everybody who was to come in is."""
    done = {user for (user,) in witness.asks("SELECT user_id FROM applications WHERE status = 'done'")}
    invited = {*journal.members, MIRA, ADA, OLEG, BOT_ID} | done
    inside = {member.user_id for member in wire.sandbox.world.inside(CLUB_ID)}
    tally = Tally(len(journal.plans))
    tally.doubled += [f"{user} is inside, uninvited" for user in inside - invited]
    tally.lost += [f"{user} was let in and is outside" for user in invited - inside]
    return tally


def messages(witness: Witness, wire: Wire, kills: int) -> Tally:
    """Each recorded message shows its last state; a chat has no more duplicates than kills and lost answers."""
    tally = Tally(witness.number("SELECT count(*) FROM outbox"))
    tally.lost += [f"{row} is not said" for row in witness.asks("SELECT key FROM outbox WHERE dirty")]
    with witness.session() as session:
        for row in session.scalars(select(ShownMessage)):
            if row.screen and not row.closed and not row.retired:
                _hold_message(tally, wire, row, Languages("en").of(session, row.chat_id))
    for chat, shown in orphans(wire, witness.recorded()).items():
        if len(shown) > kills + wire.doubts[chat]:
            tally.doubled.append(f"chat {chat} has {len(shown)} duplicates")
    return tally


def _hold_message(tally: Tally, wire: Wire, row: ShownMessage, language: str) -> None:
    values = request_for(row, message_of(row, language)).values
    wanted, _ = parse(values.get("text") or values.get("caption") or "")
    shown = wire.chats[row.chat_id].get(row.message_id or 0)
    if shown is None:
        tally.lost.append(f"{row.key} is not in chat {row.chat_id}")
    elif shown.text.strip() != wanted.strip():
        tally.lost.append(f"{row.key} shows {shown.text[:60]!r} instead of {wanted[:60]!r}")


def duplicates(witness: Witness, wire: Wire, pressed: list[tuple[int, int]]) -> Tally:
    """A pressed duplicate has gone, or has become the message itself; other promises say that it did nothing else."""
    left = orphans(wire, witness.recorded())
    still_there = [
        f"the duplicate {one} in {chat} is still there" for chat, one in pressed if one in left.get(chat, ())
    ]
    return Tally(len(pressed), doubled=still_there)


def orphans(wire: Wire, recorded: dict[int, set[int]]) -> dict[int, list[int]]:
    """Messages of the bot that no row of the outbox knows: the duplicates."""
    found = {chat: [one for one in shown if one not in recorded.get(chat, set())] for chat, shown in wire.chats.items()}
    return {chat: shown for chat, shown in found.items() if shown}
