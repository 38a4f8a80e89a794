"""The page of promises names tests that are there, and every fault test stands on it."""

import re

from tests.support.house import ROOT, TESTS

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
ROWS = [line for line in PAGE.splitlines() if line.startswith("|")][2:]


def test_every_test_that_the_page_names_is_there() -> None:
    assert {path for path in NAMED if not (ROOT / path).exists()} == set()


def test_every_promise_names_its_test() -> None:
    assert len(ROWS) > 10
    assert [row for row in ROWS if not re.search(r"`tests/[\w/]+/test_\w+\.py`", row)] == []


def test_every_fault_test_stands_on_the_page() -> None:
    there = {str(path.relative_to(ROOT)) for path in (TESTS / "faults").glob("test_*.py")}
    assert there - NAMED == set()
