"""Every column of the database is classified, and the page about personal data says the same."""

import importlib
import subprocess
import sys

import pytest

from plumbot.club.personal_data import Kind, columns
from plumbot.kit.tables import Table
from tests.support.house import ROOT, SOURCE, sources

CLASSIFIED = {(table, column): held for table, column, held in columns()}


@pytest.fixture(scope="module")
def existing() -> set[tuple[str, str]]:
    for path in sources():
        if "__tablename__" in path.read_text(encoding="utf-8") and "migrations" not in path.parts:
            importlib.import_module(".".join(("plumbot", *path.relative_to(SOURCE).with_suffix("").parts)))
    return {(table.name, column.name) for table in Table.metadata.sorted_tables for column in table.columns}


def test_every_column_is_classified_in_club_personal_data(existing: set[tuple[str, str]]) -> None:
    assert sorted(existing - CLASSIFIED.keys()) == []
    assert sorted(CLASSIFIED.keys() - existing) == []


def test_no_column_is_classified_twice() -> None:
    assert len(CLASSIFIED) == len([*columns()])


def test_what_is_a_persons_says_how_it_is_erased() -> None:
    owned = (Kind.PERSONAL, Kind.SECRET)
    assert [place for place, held in CLASSIFIED.items() if held.kind in owned and not held.erased] == []
    assert [place for place, held in CLASSIFIED.items() if held.kind not in owned and held.exported] == []


def test_the_page_about_personal_data_says_the_same() -> None:
    tool = ROOT / "tools" / "privacy_page.py"
    run = subprocess.run([sys.executable, str(tool), "check"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
