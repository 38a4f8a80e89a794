"""What became of an old file: rows read, written and set aside, reason by reason, and what people should look at."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from plumbot.legacy.laying import Laid
from plumbot.legacy.shapes import old_table
from plumbot.vault.databases import wrong_ledgers
from plumbot.vault.faults import Refused

EXAMPLES, SHOWN = 3, 20
AUTHORS = ("message_authors", "msg_authors", "messages_index")
INNOCENT = "персональная ссылка использована"  # the old bot's own words about the owner of a link

REASONS = """
SELECT source_table, reason, became IS NULL AS aside, COUNT(*) AS found, MIN(id) AS first
FROM legacy_leftovers GROUP BY 1, 2, 3 ORDER BY 1, 3 DESC, 4 DESC, 2
"""
# How the migration marks its own entries; an old event may look like one.
OPENED = """
SELECT COUNT(*) FROM karma_events WHERE reason = 'opening' AND actor_id IS NULL AND chat_id IS NULL
AND {message} IS NULL AND user_id IN (SELECT user_id FROM profiles)
"""


@dataclass(frozen=True)
class TableReport:
    """`written` rows stand in our table `into`; `set_aside` rows stand in legacy_leftovers only."""

    name: str
    read: int
    written: int
    set_aside: int
    into: str | None

    @property
    def adds_up(self) -> bool:
        return self.read == self.written + self.set_aside


@dataclass(frozen=True)
class Reason:
    """Why rows were set aside, or what was changed in rows that came over (then the old row is kept beside)."""

    table: str
    reason: str
    rows: int
    set_aside: bool
    examples: list[dict[str, Any]]


@dataclass
class Report:
    """The whole of it; `review` names people and things that somebody should decide about."""

    source: str
    at: str
    tables: list[TableReport]
    reasons: list[Reason]
    remarks: list[str]
    review: dict[str, list[Any]]
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        return sum(one.read for one in self.tables)

    @property
    def written(self) -> int:
        return sum(one.written for one in self.tables)

    @property
    def set_aside(self) -> int:
        return sum(one.set_aside for one in self.tables)

    def as_json(self) -> str:
        totals = {"read": self.read, "written": self.written, "set_aside": self.set_aside}
        return json.dumps({**asdict(self), "totals": totals}, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, kept: str) -> "Report":
        found = json.loads(kept)
        found.pop("totals")
        found["tables"] = [TableReport(**one) for one in found["tables"]]
        found["reasons"] = [Reason(**one) for one in found["reasons"]]
        return cls(**found)


def made_from(connection: Connection, source: str, at: str, laid: Laid, old_openings: int) -> Report:
    """From the database at head; refuses when the counts do not add up."""
    reasons = list(_reasons(connection))
    opened = int(connection.execute(text(OPENED.format(message="message_id"))).scalar_one()) - old_openings
    tables = list(_tables(connection, laid, reasons, opened))
    lost = [one.name for one in tables if not one.adds_up]
    if lost or wrong_ledgers(connection):
        raise Refused(f"Rows of {', '.join(lost) or 'the ledger'} do not add up, so nothing was changed: report this.")
    figures = dict(_figures(connection)) | {"opening_entries": opened}
    return Report(source, at, tables, reasons, laid.remarks, dict(_review(connection)), figures)


def _reasons(connection: Connection) -> Iterator[Reason]:
    shown = text("SELECT source_row FROM legacy_leftovers WHERE source_table = :table AND reason = :reason"
                 " ORDER BY id LIMIT :examples")  # fmt: skip
    for row in connection.execute(text(REASONS)).all():
        values = {"table": row.source_table, "reason": row.reason, "examples": EXAMPLES}
        examples = [json.loads(kept) for (kept,) in connection.execute(shown, values)]
        yield Reason(row.source_table, row.reason, row.found, bool(row.aside), examples)


def _tables(connection: Connection, laid: Laid, reasons: Iterable[Reason], opened: int) -> Iterator[TableReport]:
    aside: dict[str, int] = {}
    for one in reasons:
        if one.set_aside:
            aside[one.table] = aside.get(one.table, 0) + one.rows
    authors_left = _count(connection, "message_authors")
    for name, read in laid.read.items():
        known = old_table(name)
        kept_aside = aside.get(name, 0) if known is None else sum(aside.get(each, 0) for each in {name, known.name})
        if known is None:
            yield TableReport(name, read, 0, kept_aside, None)
        elif known.name in AUTHORS:
            written = min(read - kept_aside, authors_left)
            authors_left -= written
            yield TableReport(name, read, written, kept_aside, "message_authors")
        else:
            written = _count(connection, known.name) - (opened if known.name == "karma_events" else 0)
            yield TableReport(name, read, written, kept_aside, known.name)
    if authors_left:
        raise Refused("There are more authors of messages than there were rows: report this.")


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one())  # noqa: S608  # our own names


def _figures(connection: Connection) -> Iterator[tuple[str, int]]:
    questions = {
        "people": "SELECT COUNT(*) FROM profiles",
        "roster_entries": "SELECT COUNT(*) FROM roster",
        "roster_entries_claimed": "SELECT COUNT(*) FROM roster WHERE user_id IS NOT NULL",
        "applications_pending": "SELECT COUNT(*) FROM applications WHERE status = 'pending'",
        "applications_approved": "SELECT COUNT(*) FROM applications WHERE status = 'approved'",
        "applications_withdrawn": "SELECT COUNT(*) FROM applications WHERE status = 'withdrawn'",
        "open_invites": "SELECT COUNT(*) FROM invites WHERE status = 'open'",
        "votes": "SELECT COUNT(*) FROM votes",
    }
    for name, question in questions.items():
        yield name, int(connection.execute(text(question)).scalar_one())


def _review(connection: Connection) -> Iterator[tuple[str, list[Any]]]:
    listed = connection.execute(text("SELECT user_id, reason FROM blacklist ORDER BY user_id")).all()
    own_link = [row.user_id for row in listed if row.reason and INNOCENT in row.reason.casefold()]
    yield "blacklisted because somebody else used their link: innocent, as far as the old bot knew", own_link
    yield "blacklisted without a reason", [row.user_id for row in listed if not row.reason]
    twice = "SELECT slug FROM roster WHERE slug_key IN (SELECT slug_key FROM roster GROUP BY 1 HAVING COUNT(*) > 1)"
    yield "slugs that stand in the roster in several spellings", _listed(connection, twice + " ORDER BY slug_key, id")
    unclaimed = "SELECT slug FROM roster WHERE user_id IS NULL ORDER BY id"
    yield "slugs of the roster that are nobody's: no finished application claims them", _listed(connection, unclaimed)


def _listed(connection: Connection, question: str) -> list[Any]:
    return list(connection.execute(text(question)).scalars())


def as_lines(report: Report) -> Iterator[str]:
    """For people."""
    yield f"{'table':<20}{'read':>9}{'written':>9}{'aside':>9}  now in"
    for table in report.tables:
        into = table.into or "legacy_leftovers"
        yield f"{table.name:<20}{table.read:>9}{table.written:>9}{table.set_aside:>9}  {into}"
    yield f"{'all':<20}{report.read:>9}{report.written:>9}{report.set_aside:>9}"
    yield ""
    for remark in report.remarks:
        yield f"- {remark}"
    for one in report.reasons:
        what = "set aside" if one.set_aside else "came over, the old row is kept beside"
        yield f"- {one.table}: {one.rows} {what}: {one.reason}"
    yield ""
    yield ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in report.figures.items())
    yield from _to_look_at(report)


def _to_look_at(report: Report) -> Iterator[str]:
    for about, found in report.review.items():
        if found:
            names = ", ".join(map(str, found[:SHOWN])) + (" …" if len(found) > SHOWN else "")
            yield ""
            yield f"Please look: {about} ({len(found)}): {names}"
