"""The bench's club is a club like any other, and what is asked in it is answered from indexes."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from plumbot.apps.benches import crowd, members
from plumbot.apps.benches.figures import Figure, Spread, told
from plumbot.apps.benches.house import house
from plumbot.apps.cli import app
from plumbot.club.tables import Profile
from plumbot.features.karma import ranking
from plumbot.features.karma.ledger import broken_ledgers
from tests.support.databases import migrated

PEOPLE = 3_000
MOST_QUESTIONS = {"/stats": 20, "/top": 45, "/profile": 20, "/admin search": 20}  # /top: three for each of ten karmas
# Never long: a mark is set for every thousandth member.
SMALL = {"admins", "leases", "switches", "inbox", "outbox", "outbox_calls", "dialogues", "karma_marks"}

Statement = tuple[str, Any]


def ignore(_name: str, _done: int, _all: int) -> None:
    """Nobody watches."""


@pytest.fixture
def club(on_both: None, tmp_path: Path) -> str:
    url = migrated(tmp_path)
    members.prepare(url, PEOPLE, ignore)
    return url


@contextmanager
def asked() -> Iterator[list[Statement]]:
    """What is put to any database."""
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        seen.append((sql, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def is_question(sql: str) -> bool:
    """Of the command; the lanes ask the inbox and the leases as often as they like."""
    return sql.lstrip().startswith("SELECT") and not re.search(r"FROM (inbox|leases)\b|pg_", sql)


def read_whole(connection: Connection, statements: list[Statement]) -> set[str]:
    """Tables that are read from end to end: on PostgreSQL those where it has no other way."""
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.exec_driver_sql("SET enable_seqscan = off")
    found: set[str] = set()
    for sql, values in statements:
        plan = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if on_sqlite else ''}{sql}", values).all()
        for step in plan:
            words = re.search(r"^SCAN (?!CONSTANT)(\w+)(?!.*USING)|Seq Scan on (\w+)", str(step[3 if on_sqlite else 0]))
            found |= {name for name in words.groups() if name} if words else set()
    return found - SMALL


async def test_commands_in_a_large_club_ask_few_questions_and_scan_no_table(club: str) -> None:
    found: dict[str, list[Statement]] = {}
    async with house(club) as it:
        for name, ask in members.QUESTIONS.items():
            for who in (0, 1, PEOPLE - 1):
                for step in (steps := ask(who))[:-1]:
                    await it.handle(step)
                with asked() as statements:
                    await it.handle(steps[-1])
                found[name] = [one for one in statements if is_question(one[0])]
                assert len(found[name]) <= MOST_QUESTIONS[name], name
    engine = create_engine(club)
    with engine.connect() as connection:
        scanned = {name: read_whole(connection, statements) for name, statements in found.items()}
    engine.dispose()
    assert scanned == {name: set() for name in members.QUESTIONS}


def test_the_club_is_whole(club: str) -> None:
    engine = create_engine(club)
    with Session(engine) as session:
        assert broken_ledgers(session) == []
        best = ranking.best(session, 3)
        assert [ranking.place_of(session, one) for one in best] == [1, 2, 3]
        worst = session.scalars(select(Profile).order_by(Profile.karma, Profile.joined_at.desc())).first()
        assert worst is not None
        assert ranking.place_of(session, worst) > PEOPLE - 10
        assert session.scalar(text("SELECT count(*) FROM karma_events")) == PEOPLE * crowd.EVENTS_EACH
    engine.dispose()


def test_another_crowd_is_not_mixed_in(club: str) -> None:
    members.prepare(club, PEOPLE, ignore)
    with pytest.raises(members.NotThisCrowd, match="holds 3,000 members and should hold 4,000"):
        members.prepare(club, 4_000, ignore)


def test_figures_are_told_beside_their_goals() -> None:
    quick = Figure("messages", "a second", Spread.of([90, 100, 120]), "bare", Spread.of([150, 200]), 0.5)
    slow = Figure("waits", "ms", Spread.of([40]), "few", Spread.of([10]), 3, "less")
    lines: list[str] = []
    told([quick, slow], lines.append, as_json=False)
    assert "0.57" in lines[1]
    assert lines[1].endswith("met")
    assert "4.00" in lines[2]
    assert lines[2].endswith("NOT MET")
    lines.clear()
    told([quick, slow], lines.append, as_json=True)
    assert [one["met"] for one in json.loads(lines[0])] == [True, False]


def test_the_members_bench_runs_from_the_command_line(tmp_path: Path) -> None:
    command = ["bench", "members", "--members", "1001", "--folder", str(tmp_path), "--times", "3", "--json"]
    run = CliRunner().invoke(app, command)
    assert run.exit_code == 0, run.output
    assert [one["what"].split(" among")[0] for one in json.loads(run.stdout)] == [*members.QUESTIONS]


def test_a_club_on_postgresql_gets_a_database_of_its_own(postgres_url: str) -> None:
    url = members.postgres_for(postgres_url.replace("+psycopg", ""), 1_000)
    assert url == f"{postgres_url}_1000"
    assert members.postgres_for(postgres_url, 1_000) == url
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_database()")) == url.rpartition("/")[2]
    engine.dispose()
