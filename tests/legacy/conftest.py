"""Old files, each made once and copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.legacy.old_files import SHAPES, write


@pytest.fixture(scope="session")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("old")
    return {shape: write(folder / f"{shape}.db", shape) for shape in SHAPES}


@pytest.fixture(params=list(SHAPES))
def old(request: pytest.FixtureRequest, old_files: dict[str, Path], tmp_path: Path) -> Path:
    """The old bot's file: the test runs on each shape."""
    return Path(shutil.copy(old_files[request.param], tmp_path / "bot.db"))


@pytest.fixture
def november(old_files: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(old_files["november"], tmp_path / "bot.db"))
