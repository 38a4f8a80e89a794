"""The table of promises: how often each was tried, and what was lost or doubled. Printed at the end, and kept."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.support.house import ROOT

PROPERTY = "promise"
HEADS = ("promise", "on", "tried", "lost", "doubled")
KEPT_IN = ROOT / "artefacts" / "promises.md"
SOAK = bool(os.environ.get("PLUM_SOAK"))  # the figures of a release instead of those of each run

Note = Callable[[str, object], None]


def note(record: Note, promise: str, tried: int, lost: int = 0, doubled: int = 0, *, on: str = "") -> None:
    """One row; `record` is pytest's record_property."""
    record(PROPERTY, [promise, on, tried, lost, doubled])


def table(rows: Iterable[list[Any]]) -> list[str]:
    """As Markdown, in columns."""
    cells = [HEADS, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    rows = [value for report in reports for name, value in report.user_properties if name == PROPERTY]
    if not rows:
        return
    lines = table(sorted(rows))
    terminalreporter.section("promises, with the figures of " + ("a release" if SOAK else "each run"))
    for line in lines:
        terminalreporter.write_line(line)
    KEPT_IN.parent.mkdir(exist_ok=True)
    KEPT_IN.write_text("\n".join(lines) + "\n", encoding="utf-8")
