"""The schema moves both ways, step by step, with an old bot's data in it."""

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect

from plumbot import migrations
from plumbot.migrations.addresses import is_sqlite, sync_address
from plumbot.migrations.carrying import untyped
from plumbot.migrations.old_schema import OLD
from tests.migrations.old_bot import NOW, Rows, ask, contents, lay_down, odd_contents, old_rows

STEPS = list(zip(migrations.revisions(), migrations.revisions()[1:], strict=False))


def schema(url: str) -> dict[str, Any]:
    """Tables with their columns, indexes and constraints, whatever order they were made in."""
    engine = create_engine(sync_address(url))
    with engine.connect() as connection:
        look = inspect(connection)
        found = {
            table: {
                "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in look.get_columns(table)},
                "key": look.get_pk_constraint(table)["constrained_columns"],
                "indexes": sorted((one["name"], one["column_names"]) for one in look.get_indexes(table)),
            }
            for table in look.get_table_names()
        }
    engine.dispose()
    return found


def test_history_is_one_line_that_the_file_names_tell() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.VERSIONS.parent))
    script = ScriptDirectory.from_config(config)
    assert [one.revision for one in script.walk_revisions()][::-1] == migrations.revisions()
    assert script.get_current_head() == migrations.head()


def test_each_step_goes_up_down_and_up_with_the_old_bots_rows(database_url: str) -> None:
    lay_down(database_url, odd_contents(database_url))
    for below, above in STEPS:
        before = schema(database_url)
        assert migrations.upgrade(database_url, above, now=NOW) == [above]
        after = schema(database_url)
        assert migrations.downgrade(database_url, below, now=NOW) == [above]
        assert schema(database_url) == before
        assert migrations.upgrade(database_url, above, now=NOW) == [above]
        assert schema(database_url) == after
    assert migrations.check(database_url) is None


def test_all_the_way_down_gives_the_old_rows_back(database_url: str) -> None:
    lay_down(database_url, odd_contents(database_url))
    found = old_rows(database_url)
    for _ in range(2):
        migrations.upgrade(database_url, now=NOW)
        migrations.downgrade(database_url, "0001", now=NOW)
        assert old_rows(database_url) == found


def test_base_leaves_no_table(database_url: str) -> None:
    migrations.upgrade(database_url, now=NOW)
    migrations.downgrade(database_url, "base", now=NOW)
    assert set(schema(database_url)) <= {"alembic_version"}
    assert migrations.upgrade(database_url, now=NOW) == migrations.revisions()


anything = st.one_of(
    st.none(),
    st.integers(-5, 5),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=12).filter(lambda text: text.encode("utf-8", "replace").decode() == text),
    st.binary(max_size=6),
    st.sampled_from(
        ["pending", "done", "approved", "rejected", "failed", "2025-11-01 10:00:00", "2025-02-31 00:00:00"]
    ),
)


def column_of(table: str, name: str) -> st.SearchStrategy[Any]:
    keys = OLD.tables[table].primary_key.columns.keys()
    if name == "id":
        return st.integers(1, 50)
    return anything.filter(lambda value: value is not None) if name in keys else anything


def row_of(table: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({one.name: column_of(table, one.name) for one in OLD.tables[table].columns})


any_contents: st.SearchStrategy[Rows] = st.fixed_dictionaries(
    {name: st.lists(row_of(name), max_size=4) for name in OLD.tables if name != "legacy_leftovers"}
)


@pytest.fixture(scope="module")
def empty_old_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "empty.db"
    migrations.upgrade(f"sqlite:///{path}", "0001", now=NOW)
    return path


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=any_contents)
def test_whatever_an_old_file_holds_comes_over_and_comes_back(empty_old_file: Path, rows: Rows) -> None:
    path = empty_old_file.with_name("filled.db")
    shutil.copy(empty_old_file, path)
    url = f"sqlite:///{path}"
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, some in rows.items():
            for row in some:
                connection.execute(untyped(OLD.tables[name]).insert().prefix_with("OR IGNORE"), row)
    engine.dispose()
    found = old_rows(url)
    migrations.upgrade(url, now=NOW)
    assert wrong_ledgers(url) == []
    migrations.downgrade(url, "0001", now=NOW)
    assert old_rows(url) == found


def wrong_ledgers(url: str) -> list[tuple[Any, ...]]:
    return ask(
        url,
        "SELECT user_id FROM profiles AS p WHERE karma <> karma_start"
        " + COALESCE((SELECT SUM(delta) FROM karma_events AS e WHERE e.user_id = p.user_id), 0)",
    )


def test_two_upgraders_at_once_queue_and_both_succeed(database_url: str) -> None:
    lay_down(database_url, contents())
    done: list[list[str]] = []
    both = [threading.Thread(target=lambda: done.append(migrations.upgrade(database_url, now=NOW))) for _ in "12"]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(step for steps in done for step in steps) == migrations.revisions()[1:]
    assert migrations.check(database_url) is None


def dies_at(point: str, move: Callable[[Callable[[str], None]], object]) -> bool:
    """Move in a child process that kills itself at the point; whether it came there."""

    def reached(there: str) -> None:
        if there == point:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            move(reached)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


UP = [
    ("0002 begun", "0001"),
    ("profiles batch", "0001"),
    ("0002 before commit", "0001"),
    ("0002 committed", "0002"),
    ("roster_words batch", "0002"),
    ("applications batch", "0003"),
    ("invites batch", "0004"),
    ("karma_events batch", "0005"),
    ("0006 before commit", "0005"),
    ("0006 committed", "0006"),
    ("message_authors batch", "0006"),
    ("0009 before commit", "0008"),
]
DOWN = [
    ("0009 before commit", "0009"),
    ("a2t_jobs batch", "0008"),
    ("karma_events batch", "0006"),
    ("0006 committed", "0005"),
    ("applications batch", "0004"),
    ("profiles batch", "0002"),
    ("0002 before commit", "0002"),
]


@pytest.fixture(scope="module")
def clean_schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each revision looks like when nobody was killed, on SQLite."""
    url = f"sqlite:///{tmp_path_factory.mktemp('clean') / 'plum.db'}"
    found = {}
    for revision in migrations.revisions():
        migrations.upgrade(url, revision, now=NOW)
        found[revision] = schema(url)
    return found


@pytest.mark.kill
@pytest.mark.parametrize(("point", "left_at"), UP)
def test_killed_on_the_way_up_is_old_or_new_and_goes_on(
    database_url: str, point: str, left_at: str, clean_schemas: dict[str, Any]
) -> None:
    lay_down(database_url, contents())
    found = old_rows(database_url)
    assert dies_at(point, lambda reached: migrations.upgrade(database_url, now=NOW, reached=reached))
    assert migrations.current(database_url) == left_at
    if is_sqlite(database_url):
        assert schema(database_url) == clean_schemas[left_at]
    migrations.upgrade(database_url, now=NOW)
    assert wrong_ledgers(database_url) == []
    migrations.downgrade(database_url, "0001", now=NOW)
    assert old_rows(database_url) == found


@pytest.mark.kill
@pytest.mark.parametrize(("point", "left_at"), DOWN)
def test_killed_on_the_way_down_is_old_or_new_and_goes_on(
    database_url: str, point: str, left_at: str, clean_schemas: dict[str, Any]
) -> None:
    lay_down(database_url, contents())
    found = old_rows(database_url)
    migrations.upgrade(database_url, now=NOW)
    assert dies_at(point, lambda reached: migrations.downgrade(database_url, "0001", reached=reached))
    assert migrations.current(database_url) == left_at
    if is_sqlite(database_url):
        assert schema(database_url) == clean_schemas[left_at]
    migrations.downgrade(database_url, "0001", now=NOW)
    assert old_rows(database_url) == found
