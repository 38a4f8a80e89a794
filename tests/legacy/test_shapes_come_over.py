"""Whatever its shape, an old file comes over whole: in place, into a fresh SQLite file and into PostgreSQL."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from plumbot import migrations
from plumbot.legacy.adopting import KEPT, adopt, beside
from plumbot.legacy.bringing import url_of
from plumbot.legacy.importing import import_to
from plumbot.legacy.report import Report
from plumbot.legacy.verifying import verify
from tests.legacy.old_files import NOW, everything
from tests.migrations.old_bot import ask, wrong_ledgers

OURS_FOR = {"msg_authors": "message_authors", "messages_index": "message_authors"}
RANKING = "SELECT user_id, karma FROM profiles ORDER BY karma DESC, joined_at IS NULL, joined_at, user_id"


def old_karma(path: Path) -> dict[int, int]:
    """What each person's first profile says, where it says a number; else 10."""
    karma: dict[int, int] = {}
    with closing(sqlite3.connect(path)) as found:
        names = [row[1] for row in found.execute("PRAGMA table_info(profiles)")]
        points = "CASE WHEN typeof(karma) <> 'blob' THEN karma END" if "karma" in names else "NULL"
        for who, value in found.execute(f"SELECT user_id, {points} FROM profiles ORDER BY rowid"):
            if str(who).isdigit():
                whole = value is not None and str(value).removesuffix(".0").lstrip("-").isdigit()
                karma.setdefault(int(who), int(float(value)) if whole else 10)
    return karma


def require_whole(before: Path, url: str, report: Report) -> None:
    rows = {name: some for name, some in everything(before).items() if not name.startswith("sqlite_")}
    assert {one.name: one.read for one in report.tables} == {name: len(some) for name, some in rows.items()}
    assert [one.name for one in report.tables if one.read != one.written + one.set_aside] == []
    aside = dict(ask(url, "SELECT source_table, COUNT(*) FROM legacy_leftovers WHERE became IS NULL GROUP BY 1"))
    assert {one.name: one.set_aside for one in report.tables if one.set_aside} == aside
    for into in {one.into for one in report.tables if one.into and one.into != "karma_events"}:
        written = sum(one.written for one in report.tables if one.into == into)
        assert (into, ask(url, f"SELECT COUNT(*) FROM {into}")) == (into, [(written,)])
    assert dict(ask(url, "SELECT user_id, karma FROM profiles")) == old_karma(before)
    assert wrong_ledgers(url) == []


def test_adopted_in_place_with_every_row_accounted_for(old: Path) -> None:
    before = everything(old)
    report = adopt(old, NOW)
    assert everything(beside(old, KEPT)) == before
    assert migrations.check(url_of(old)) is None
    require_whole(beside(old, KEPT), url_of(old), report)
    assert verify(beside(old, KEPT), url_of(old)).wrong == []


def test_imported_into_a_fresh_sqlite_file(old: Path, sqlite_url: str) -> None:
    before = everything(old)
    report = import_to(sqlite_url, old, NOW)
    assert everything(old) == before
    require_whole(old, sqlite_url, report)
    assert verify(old, sqlite_url).wrong == []


def test_imported_into_postgresql(old: Path, migrated_postgres_url: str) -> None:
    report = import_to(migrated_postgres_url, old, NOW)
    require_whole(old, migrated_postgres_url, report)
    assert verify(old, migrated_postgres_url).wrong == []


def leftovers(url: str, table: str) -> list[tuple[str, dict[str, Any], bool]]:
    kept = ask(
        url,
        f"SELECT reason, source_row, became IS NULL FROM legacy_leftovers WHERE source_table = '{table}' ORDER BY id",
    )
    return [(reason, json.loads(row), bool(aside)) for reason, row, aside in kept]


@pytest.fixture
def adopted(request: pytest.FixtureRequest, old_files: dict[str, Path], sqlite_url: str) -> str:
    import_to(sqlite_url, old_files[request.param], NOW)
    return sqlite_url


@pytest.mark.parametrize("adopted", ["without_keys"], indirect=True)
def test_of_doubled_rows_the_first_stands_and_the_others_are_kept_with_the_reason(adopted: str) -> None:
    reasons = [(reason, row["karma"]) for reason, row, aside in leftovers(adopted, "profiles") if aside]
    assert ("the same row stands twice", 13) in reasons
    assert ("a second row of user_id 106: the first stands", 77) in reasons
    assert ask(adopted, "SELECT karma FROM profiles WHERE user_id = 106") == [(14,)]
    events = leftovers(adopted, "karma_events")
    assert sum(reason == "the same row stands twice" for reason, _, _ in events) == 11
    assert sum("numbered anew" in reason for reason, _, aside in events if not aside) == 12
    assert ask(adopted, "SELECT user_id FROM karma_events WHERE delta = 5 AND reason <> 'opening'") == [(107,)]


@pytest.mark.parametrize("adopted", ["later_features"], indirect=True)
def test_tables_and_columns_without_a_place_are_kept_as_json(adopted: str) -> None:
    assert [row["question"] for _, row, _ in leftovers(adopted, "polls")] == ["Пицца?", None]
    assert leftovers(adopted, "polls")[0][1]["picture"] == {"base64": "AP8="}
    assert leftovers(adopted, 'odd "name') == [
        ("a table of another feature: it has no place here yet", {"rowid": None, "k": "a", "v": 1.5}, True)
    ]
    moods = [(reason, row["mood"], aside) for reason, row, aside in leftovers(adopted, "profiles") if "mood" in row]
    assert ("no place for: mood", "good", False) in moods
    assert ask(adopted, "SELECT COUNT(*) FROM outbox") == [(0,)]
    assert ask(adopted, "SELECT COUNT(*) FROM roster") == [(32,)]


@pytest.mark.parametrize("adopted", ["two_names"], indirect=True)
def test_of_two_columns_with_one_meaning_the_contradiction_is_kept(adopted: str) -> None:
    kept = [row["id"] for reason, row, _ in leftovers(adopted, "karma_events") if reason == "no place for: msg_id"]
    assert kept == [50, 51, 52, 53, 54, 55]
    assert ask(adopted, "SELECT COUNT(*) FROM karma_events WHERE message_id IS NULL AND reason <> 'opening'") == [(0,)]


@pytest.mark.parametrize("adopted", ["wrong_types"], indirect=True)
def test_numbers_written_as_text_are_read_and_what_is_no_number_is_kept(adopted: str) -> None:
    people = dict(ask(adopted, "SELECT user_id, karma FROM profiles WHERE user_id BETWEEN 110 AND 115"))
    assert people == {110: 10, 111: 13, 112: 14, 113: 14, 114: 10, 115: 10}
    assert any(row["user_id"] == "nobody" and aside for _, row, aside in leftovers(adopted, "profiles"))
    assert any(row["delta"] == "one" and aside for _, row, aside in leftovers(adopted, "karma_events"))


@pytest.mark.parametrize("adopted", ["november"], indirect=True)
def test_what_the_report_promises_stands(adopted: str) -> None:
    assert ask(adopted, "SELECT id, status FROM applications WHERE id BETWEEN 201 AND 205 ORDER BY id") == [
        (201, "withdrawn"), (202, "approved"), (203, "withdrawn"), (204, "rejected"), (205, "pending"),
    ]  # fmt: skip
    assert ask(adopted, "SELECT token, invite_link, status FROM invites ORDER BY id")[:2] == [
        ("old1", "https://t.me/+old202", "open"), ("old2", "https://t.me/+old203", "open"),
    ]  # fmt: skip
    assert ask(adopted, "SELECT COUNT(*) FROM roster WHERE user_id IS NOT NULL") == [(31,)]


def test_innocents_of_the_blacklist_are_listed_for_review(november: Path) -> None:
    report = adopt(november, NOW)
    assert [found for about, found in report.review.items() if "innocent" in about] == [[702]]
    assert report.review["blacklisted without a reason"] == [703]


@pytest.mark.parametrize("shape", ["november", "october", "without_events_messages"])
def test_the_way_back_gives_the_old_bots_tables_with_the_same_rows(
    old_files: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    import_to(url, old_files[shape], NOW)
    migrations.downgrade(url, "0001", now=NOW)
    with closing(sqlite3.connect(old_files[shape])) as before, closing(sqlite3.connect(tmp_path / "new.db")) as after:
        for name in [name for (name,) in before.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]:
            if name.startswith("sqlite_"):
                continue
            given = {row[1] for row in before.execute(f"PRAGMA table_info({name})")}
            kept = {row[1] for row in after.execute(f"PRAGMA table_info({name})")}
            both = ", ".join(sorted(given & kept))
            assert rows(before, name, both) == rows(after, name, both)


@pytest.mark.parametrize("shape", ["wrong_types", "odd_dates"])
def test_on_postgresql_the_way_back_leaves_on_the_shelf_what_its_columns_cannot_hold(
    old_files: dict[str, Path], migrated_postgres_url: str, shape: str
) -> None:
    url = migrated_postgres_url
    import_to(url, old_files[shape], NOW)
    before = ask(url, RANKING)
    kept = still(url)
    migrations.downgrade(url, "0001", now=NOW)
    assert migrations.current(url) == "0001"
    unfit = [row for _, row, _ in kept if isinstance(row["user_id"], str)]
    assert [row for row in unfit if row not in [one for _, one, _ in still(url)]] == []
    migrations.upgrade(url)
    assert ask(url, RANKING) == before
    assert wrong_ledgers(url) == []


def still(url: str) -> list[tuple[str, dict[str, Any], bool]]:
    return leftovers(url, "admins") + leftovers(url, "profiles")


def rows(found: sqlite3.Connection, name: str, columns: str) -> list[tuple[Any, ...]]:
    return sorted(found.execute(f"SELECT {columns} FROM {name}"), key=repr)
