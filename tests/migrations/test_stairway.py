"""The schema moves both ways, step by step, with an old bot's data in it."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from plumbot import migrations
from plumbot.migrations.moving import untyped
from plumbot.migrations.old_schema import OLD
from tests.migrations.old_bot import NOW, Rows, old_rows, schema, wrong_ledgers

STEPS = list(zip(migrations.revisions(), migrations.revisions()[1:], strict=False))


def test_history_is_one_line_that_the_file_names_tell() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.VERSIONS.parent))
    script = ScriptDirectory.from_config(config)
    assert [one.revision for one in script.walk_revisions()][::-1] == migrations.revisions()
    assert script.get_current_head() == migrations.head()


def test_each_step_goes_up_down_and_up_with_the_old_bots_rows(old_url: str) -> None:
    for below, above in STEPS:
        before = schema(old_url)
        assert migrations.upgrade(old_url, above, now=NOW) == [above]
        after = schema(old_url)
        assert migrations.downgrade(old_url, below, now=NOW) == [above]
        assert schema(old_url) == before
        assert migrations.upgrade(old_url, above, now=NOW) == [above]
        assert schema(old_url) == after
    assert migrations.check(old_url) is None


def test_all_the_way_down_gives_the_old_rows_back(old_url: str) -> None:
    found = old_rows(old_url)
    for _ in range(2):
        migrations.upgrade(old_url, now=NOW)
        migrations.downgrade(old_url, "0001", now=NOW)
        assert old_rows(old_url) == found


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


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
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


def test_two_upgraders_at_once_queue_and_both_succeed(old_url: str) -> None:
    done: list[list[str]] = []
    both = [threading.Thread(target=lambda: done.append(migrations.upgrade(old_url, now=NOW))) for _ in "12"]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(step for steps in done for step in steps) == migrations.revisions()[1:]
    assert migrations.check(old_url) is None
