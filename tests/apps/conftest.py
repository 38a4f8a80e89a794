"""A club for the command line: a migrated database of its own."""

import shutil
from pathlib import Path

import pytest

from plumbot import migrations


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("head") / "plum.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def club(migrated: Path, tmp_path: Path) -> dict[str, str]:
    """The variables of a club with a database of its own, whose owner is 5."""
    shutil.copy(migrated, tmp_path / "plum.db")
    return {"PLUM_DATABASE__URL": f"sqlite:///{tmp_path / 'plum.db'}", "PLUM_CLUB__OWNER_ID": "5"}
