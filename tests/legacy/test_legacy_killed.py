"""Killed at any step and run again, adoption and import come to the same end."""

import shutil
from pathlib import Path

import pytest

from plumbot import migrations
from plumbot.legacy.adopting import KEPT, REPORT, adopt, beside
from plumbot.legacy.bringing import url_of
from plumbot.legacy.importing import import_to
from plumbot.vault.comparing import differences
from tests.legacy.old_files import NOW, everything
from tests.migrations.test_killed import dies_at

pytestmark = pytest.mark.kill

LAST_STEPS = ["before the files change places", "the old file is kept", "adopted"]
POINTS = [
    "copied", "0001 before commit", "karma_events 213 rows read", "roster 41 rows read", "laid down",
    *(f"{one} before commit" for one in migrations.revisions()[1:]), "0006 committed", *LAST_STEPS,
]  # fmt: skip


@pytest.fixture(scope="module")
def unhurt(old_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an adoption makes that nobody disturbs."""
    path = Path(shutil.copy(old_files["without_keys"], tmp_path_factory.mktemp("unhurt") / "bot.db"))
    adopt(path, NOW)
    return path


def test_the_points_cover_every_revision_and_every_step(old_files: dict[str, Path], tmp_path: Path) -> None:
    path = Path(shutil.copy(old_files["without_keys"], tmp_path / "bot.db"))
    passed: list[str] = []
    adopt(path, NOW, passed.append)
    assert set(POINTS) <= set(passed)


@pytest.mark.parametrize("point", POINTS)
def test_an_adoption_that_was_killed_is_run_again(
    old_files: dict[str, Path], tmp_path: Path, unhurt: Path, point: str
) -> None:
    path = Path(shutil.copy(old_files["without_keys"], tmp_path / "bot.db"))
    before = everything(path)
    assert dies_at(point, lambda reached: adopt(path, NOW, reached))
    if point != "adopted":
        assert everything(path) == before
    report = adopt(path, NOW)
    assert everything(beside(path, KEPT)) == before
    assert list(differences(url_of(unhurt), url_of(path))) == []
    assert report.as_json() == beside(unhurt, REPORT).read_text(encoding="utf-8")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bot.db", "bot.db.adoption.json", "bot.db.before-plum"]


@pytest.mark.parametrize("point", ["0007 before commit", "roster 32 rows", "rows before commit"])
def test_an_import_that_was_killed_is_run_again(november: Path, unhurt: Path, database_url: str, point: str) -> None:
    assert dies_at(point, lambda reached: import_to(database_url, november, NOW, reached))
    import_to(database_url, november, NOW)
    adopt(november, NOW)
    assert list(differences(url_of(november), database_url, ["switches"])) == []
