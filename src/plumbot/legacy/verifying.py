"""Verification: the old file against the database that was made from it, in two independent ways.

First by figures read straight from both: rows, karma and ranking of everybody. Then the old file is brought over
once more, and every row of the result is looked for.
"""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from plumbot import migrations
from plumbot.legacy import old_file
from plumbot.legacy.bringing import COPY, ORIGIN, bring, url_of
from plumbot.legacy.shapes import as_number
from plumbot.migrations.values import moment, whole
from plumbot.vault.comparing import differences
from plumbot.vault.databases import reading, wrong_ledgers
from plumbot.vault.faults import Refused

START = 10
SHOWN = 20
# What the bot's processes write for themselves.
OF_PROCESSES = ("switches", "leases", "firings")
RANKING = "SELECT user_id, karma FROM profiles ORDER BY karma DESC, joined_at IS NULL, joined_at, user_id"

Reached = Callable[[str], None]
Ranking = list[tuple[int, int]]


@dataclass
class Verdict:
    """`wrong` is empty when all is well; it names at most a few of each kind."""

    people: int = 0
    rows: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong


def verify(old: Path, url: str, reached: Reached = lambda _: None) -> Verdict:
    """Directly after the move, before the bot runs: afterwards people change things, and that shows here."""
    if problem := migrations.check(url):
        raise Refused(f"The new database is not ready. {problem}")
    verdict = Verdict()
    with tempfile.TemporaryDirectory(prefix="plum-verify-") as folder, reading(url) as new:
        copy, scratch = Path(folder) / f"old{COPY}", Path(folder) / "again.db"
        old_file.copy(old, copy)
        verdict.wrong += _karma(copy, new, verdict)
        if people := wrong_ledgers(new):
            verdict.wrong.append(f"the ledger does not explain the karma of {people} people")
        report = bring(copy, scratch, _origin(new), reached)
        verdict.rows = report.read
        for difference in differences(url_of(scratch), url, OF_PROCESSES):
            if len(verdict.wrong) >= SHOWN:
                verdict.wrong.append("… and more")
                break
            verdict.wrong.append(str(difference))
    return verdict


def _origin(new: Connection) -> datetime:
    found = new.execute(text("SELECT value FROM switches WHERE name = :name"), {"name": ORIGIN}).scalar()
    if found is None:
        raise Refused("The new database was not made by `plumbot legacy`: there is nothing to compare it with.")
    return datetime.fromisoformat(json.loads(found)["at"])


def _karma(copy: Path, new: Connection, verdict: Verdict) -> Iterator[str]:
    before = old_ranking(copy)
    people = {user_id for user_id, _ in before}
    after = [(row.user_id, row.karma) for row in new.execute(text(RANKING)) if row.user_id in people]
    verdict.people = len(before)
    if before == after:
        return
    karma = dict(after)
    for user_id, points in before:
        if karma.get(user_id) != points:
            yield f"karma of {user_id}: was {points}, is {karma.get(user_id)}"
    moved = [one for one, (old, new_one) in enumerate(zip(before, after, strict=False), 1) if old[0] != new_one[0]]
    if moved:
        yield f"the ranking differs from place {moved[0]} on"


def old_ranking(copy: Path) -> Ranking:
    """As the old bot ranked: karma (none is 10), then who joined first, then the smaller id."""
    with closing(sqlite3.connect(copy)) as found:
        found.text_factory = lambda data: data.decode("utf-8", "replace")
        named = {name.lower(): name for name in old_file.tables(found)}
        if "profiles" not in named:
            return []
        names = [name.lower() for name in old_file.columns(found, named["profiles"])]
        people: dict[int, tuple[Any, ...]] = {}
        for _, row in old_file.rows(found, named["profiles"]):
            person = dict(zip(names, row, strict=True))
            user_id, karma = whole(as_number(person.get("user_id"))), whole(as_number(person.get("karma")), 32)
            joined = moment(person.get("joined_at"))
            if user_id and user_id not in people:
                points = START if karma is None else karma
                people[user_id] = (-points, joined is None, joined.timestamp() if joined else 0, user_id)
        return [(user_id, -place[0]) for user_id, place in sorted(people.items(), key=lambda one: one[1])]
