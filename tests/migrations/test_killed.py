"""Killed anywhere while the schema moves, the database is old or new, never between, and the move can go on."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from plumbot import migrations
from tests.migrations.old_bot import NOW, old_rows, schema, wrong_ledgers

pytestmark = pytest.mark.kill


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


ON_POSTGRES = {"profiles batch", "0006 before commit", "0006 committed", "karma_events batch"}


def each(points: list[tuple[str, str]]) -> list[Any]:
    """Every point on SQLite, some on PostgreSQL, whose server undoes what a lost client leaves."""
    return [
        (f"old_{kind}", point, left_at)
        for kind in ("sqlite", "postgres")
        for point, left_at in points
        if kind == "sqlite" or point in ON_POSTGRES
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


@pytest.mark.parametrize(("database", "point", "left_at"), each(UP))
def test_killed_on_the_way_up_is_old_or_new_and_goes_on(
    request: pytest.FixtureRequest, database: str, point: str, left_at: str, clean_schemas: dict[str, Any]
) -> None:
    url = request.getfixturevalue(database)
    found = old_rows(url)
    assert dies_at(point, lambda reached: migrations.upgrade(url, now=NOW, reached=reached))
    assert migrations.current(url) == left_at
    assert set(schema(url)) == set(clean_schemas[left_at])
    if database == "old_sqlite":
        assert schema(url) == clean_schemas[left_at]
    migrations.upgrade(url, now=NOW)
    assert wrong_ledgers(url) == []
    migrations.downgrade(url, "0001", now=NOW)
    assert old_rows(url) == found


@pytest.mark.parametrize(("database", "point", "left_at"), each(DOWN))
def test_killed_on_the_way_down_is_old_or_new_and_goes_on(
    request: pytest.FixtureRequest, database: str, point: str, left_at: str, clean_schemas: dict[str, Any]
) -> None:
    url = request.getfixturevalue(database)
    found = old_rows(url)
    migrations.upgrade(url, now=NOW)
    assert dies_at(point, lambda reached: migrations.downgrade(url, "0001", reached=reached))
    assert migrations.current(url) == left_at
    assert set(schema(url)) == set(clean_schemas[left_at])
    if database == "old_sqlite":
        assert schema(url) == clean_schemas[left_at]
    migrations.downgrade(url, "0001", now=NOW)
    assert old_rows(url) == found
