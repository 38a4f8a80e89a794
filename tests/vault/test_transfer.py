"""Everything moves from one kind of database to the other and back, to the last row and the last number."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.club.tables import AuditEntry, Profile
from plumbot.features.roster.tables import RosterEntry, RosterWord
from plumbot.kit.leases import Lease
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.switches import Switch
from plumbot.migrations.addresses import sync_address
from plumbot.vault.comparing import differences
from plumbot.vault.faults import Refused
from plumbot.vault.transfer import move
from tests.migrations.old_bot import ask
from tests.migrations.test_old_rows import run

AT = datetime(2025, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
AWKWARD = ["Жанна\n\t\\N \\. '\"", "", "🤍 ❤‍🔥", "x" * 5000]


def fill(url: str, people: int = 300) -> None:
    """Rows of every kind of column, with awkward values; numbers that were given and are gone."""
    dice = random.Random(3)
    engine = create_engine(sync_address(url))
    with Session(engine) as session, session.begin():
        for one in range(1, people):
            name = AWKWARD[one % len(AWKWARD)]
            at = AT + timedelta(seconds=one)
            session.add(Profile(
                user_id=7_000_000_000 + one, first_name=name, karma_start=10, karma=10, in_club=bool(one % 2),
                joined_at=at if one % 3 else None, created_at=at, updated_at=at,
            ))  # fmt: skip
            session.add(AuditEntry(at=at, action="x", before={"text": name, "n": [1, None]}, after=None))
        session.add_all(RosterEntry(id=one, slug=f"s{one}", slug_key=f"s{one}", created_at=AT) for one in range(1, 9))
        session.flush()
        session.add_all(RosterWord(word=word, entry_id=dice.randrange(1, 9)) for word in ("ж", "a", "Z", "é", "б"))
        session.add(Switch(name="x", value={"при": "вет\0"}, updated_at=AT))
        session.execute(insert(ShownMessage), [shown(one) for one in range(1, 21)])
    engine.dispose()
    run(url, "DELETE FROM outbox WHERE id > 15")


def shown(number: int) -> dict[str, object]:
    return {
        "key": f"k{number}", "chat_id": -1001, "screen": "s", "values": {"a": "🤍"}, "urgency": 1, "rev": 1,
        "sent_rev": 0, "epoch": 1, "dirty": True, "place": number, "created_at": AT,
    }  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    here = f"sqlite:///{tmp_path / 'source.db'}"
    url: str = here if request.param == "sqlite" else request.getfixturevalue("migrated_postgres_url")
    migrations.upgrade(url)
    fill(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target.db'}"
        return
    with request.getfixturevalue("postgres").fresh() as url:
        yield url


def test_every_row_arrives_as_it_was(source: str, target: str) -> None:
    moved = move(source, target)
    assert moved["profiles"] == 299
    assert list(differences(source, target)) == []
    assert list(differences(target, source)) == []


def test_numbers_go_on_behind_those_that_were_ever_given(source: str, target: str) -> None:
    move(source, target)
    engine = create_engine(sync_address(target))
    with Session(engine) as session, session.begin():
        row = ShownMessage(**shown(99))
        session.add(row)
        session.flush()
        assert row.id == 21
        entry = RosterEntry(slug="n", slug_key="n", created_at=AT)
        session.add(entry)
        session.flush()
        assert entry.id == 9
    engine.dispose()


def test_a_target_with_rows_is_refused_and_left_alone(source: str, target: str) -> None:
    migrations.upgrade(target)
    run(target, "INSERT INTO admins (user_id, source, created_at) VALUES (1, 'panel', '2025-11-20 12:00:00')")
    with pytest.raises(Refused, match=r"holds rows already \(admins 1\)"):
        move(source, target)
    assert ask(target, "SELECT COUNT(*) FROM profiles") == [(0,)]


def test_a_source_that_is_not_at_head_is_refused(source: str, target: str) -> None:
    migrations.downgrade(source, migrations.revisions()[-2])
    with pytest.raises(Refused, match="plumbot db upgrade"):
        move(source, target)


def test_a_bot_that_still_runs_is_refused(source: str, target: str) -> None:
    engine = create_engine(sync_address(source))
    with Session(engine) as session, session.begin():
        session.add(Lease(name="sender", holder="elsewhere:1", until=datetime.now(UTC) + timedelta(seconds=60)))
    engine.dispose()
    with pytest.raises(Refused, match="The bot is running with this database"):
        move(source, target)
    run(source, "DELETE FROM leases")
    assert move(source, target)["profiles"] == 299


def test_what_does_not_fit_undoes_all_of_it(migrated_postgres_url: str, sqlite_url: str) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url, people=5)
    run(sqlite_url, "UPDATE roster SET slug = 'a' || char(0) || 'b' WHERE id = 8")
    with pytest.raises(Refused, match="A row of roster does not fit"):
        move(sqlite_url, migrated_postgres_url)
    assert ask(migrated_postgres_url, "SELECT COUNT(*) FROM profiles") == [(0,)]
