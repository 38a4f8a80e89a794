"""The page that answers the roadmap names only what is there, and answers each section."""

import re

from tests.support.house import ROOT

PAGE = (ROOT / "docs" / "roadmap.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("|")]
ANSWERS = [row for row in ROWS if row[0] not in ("asked", "---|---|---")]


def test_all_ten_sections_are_answered() -> None:
    assert re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE) == [str(number) for number in range(1, 11)]
    assert len(ANSWERS) >= 30


def test_each_line_says_where_and_how_to_see_it() -> None:
    assert [row for row in ANSWERS if len(row) != 3 or not all(row)] == []


def test_every_file_that_it_names_is_there() -> None:
    named = re.findall(r"`([\w./-]*(?:/|\.(?:py|toml|yaml|yml|json|sh|example))[\w./-]*)`", PAGE)
    paths = [name for name in named if not name.startswith(("/", "sys.")) and name != "schemas.py"]
    assert len(paths) > 40
    assert [name for name in paths if not (ROOT / name).exists()] == []
