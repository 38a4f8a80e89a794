"""Fifty thousand entries: the panel asks few questions, and an index answers each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.features.roster import repository
from plumbot.features.roster.panel import RosterPanel
from plumbot.features.roster.rules import words
from plumbot.features.roster.service import RosterService
from plumbot.features.roster.tables import RosterEntry, RosterWord
from plumbot.kit.outbox.verbs import Outbox
from tests.features.conftest import NOON, FixedClock

MANY = 50_000
ME = 6
NAMES = [f"name{n:02}" for n in range(100)]


@pytest.fixture
def roster(clock: FixedClock) -> RosterService:
    return RosterService(clock, Audit(clock))


@pytest.fixture
def crowd(session: Session) -> None:
    slugs = [f"{first}-{last}-Plum-CSE-{n}-1-24" for n in range(5) for first, last in product(NAMES, NAMES)]
    entries = [
        {"id": number, "slug": slug, "slug_key": slug.casefold(), "created_at": NOON}
        for number, slug in enumerate(slugs, 1)
    ]
    session.execute(insert(RosterEntry), entries)
    found = [{"word": word, "entry_id": entry["id"]} for entry in entries for word in words(str(entry["slug"]))]
    session.execute(insert(RosterWord), found)
    assert len(slugs) == MANY


@contextmanager
def asked(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The questions that were put to the database."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if sql.lstrip().startswith("SELECT"):
            seen.append((sql, values))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)


def scanned(session: Session, questions: list[tuple[str, Any]]) -> list[str]:
    """Steps of SQLite's plans that read a whole table, or sort what an index could have brought in order.

    PostgreSQL's planner goes by statistics that a fresh database does not have; there the questions are counted.
    """
    if session.get_bind().dialect.name != "sqlite":
        return []
    plans = []
    for sql, values in questions:
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
        plans += [str(step[3]) for step in steps]
    slow = [step for step in plans if step.startswith("SCAN") and "INDEX" not in step]
    return slow + [step for step in plans if "TEMP B-TREE FOR ORDER BY" in step]


def test_pages_and_searches_of_fifty_thousand_use_indexes_and_few_questions(
    session: Session, crowd: None, roster: RosterService, clock: FixedClock
) -> None:
    """One test, since filling the table takes longer than all that is asked."""
    with asked(session) as questions:
        page = roster.search(session, "NAME42 name07 cse")
    assert page.total == 10
    assert {entry.slug.partition("-")[0] for entry in page.entries} == {"name07", "name42"}
    assert len(questions) <= 5  # how rare each of the three words is, the entries, their number
    assert [step for step in scanned(session, questions) if step.startswith("SCAN")] == []
    any_page_is_brought_by_indexes(session, roster)
    the_panel_leafs_on_and_back(session, roster, Outbox(clock))


def any_page_is_brought_by_indexes(session: Session, roster: RosterService) -> None:
    middle = repository.from_here(session, [], ("name50", 0), 1)[0]
    for start in (None, (middle.slug_key, middle.id), ("zzz", 0)):
        with asked(session) as questions:
            page = roster.search(session, "", start)
        assert len(page.entries) == 20
        assert len(questions) <= 5
        assert scanned(session, questions) == []


def the_panel_leafs_on_and_back(session: Session, roster: RosterService, outbox: Outbox) -> None:
    panel = RosterPanel(roster, outbox)

    def show(act: str) -> list[int]:
        values = panel.turn(session, "panel:6", act)
        outbox.show(session, "panel:6", ME, "roster.list", **values)
        session.flush()
        return [entry[0] for entry in values["entries"]]

    first = show("all")
    onwards = [show("next") for _ in range(5)]
    backwards = [show("prev") for _ in range(5)]
    assert backwards == [*onwards[-2::-1], first]
    assert len({number for page in (first, *onwards) for number in page}) == 6 * 20
    assert session.scalar(text("SELECT count(*) FROM outbox")) == 1
