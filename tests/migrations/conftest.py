"""An old bot's database at 0001, laid down once and copied for each test, of either kind."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.migrations.old_bot import contents, lay_down, wilder_contents
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def old_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "old.db"
    lay_down(f"sqlite:///{path}", wilder_contents())
    return path


@pytest.fixture
def old_sqlite(old_file: Path, tmp_path: Path) -> str:
    """Wilder than the other: SQLite lets in any type in any column."""
    return f"sqlite:///{shutil.copy(old_file, tmp_path / 'plum.db')}"


@pytest.fixture
def old_postgres(postgres: PostgresServer) -> Iterator[str]:
    template = postgres.template("old_bot", lambda url: lay_down(url, contents()))
    with postgres.fresh(template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def old_url(request: pytest.FixtureRequest) -> str:
    """The old bot's rows at 0001: the test runs on both databases."""
    url: str = request.getfixturevalue(f"old_{request.param}")
    return url
