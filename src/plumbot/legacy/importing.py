"""Import: the same transformation on a scratch copy, then a move to the target, of either kind."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from plumbot.legacy.bringing import bring, refuse_ours, url_of
from plumbot.legacy.report import Report
from plumbot.vault.transfer import move, require_empty

Reached = Callable[[str], None]


def import_to(url: str, file: Path, now: datetime, reached: Reached = lambda _: None) -> Report:
    """The old file is only read. A run that was killed can be run again: the target has all rows or none."""
    refuse_ours(file)
    require_empty(url)
    with tempfile.TemporaryDirectory(prefix="plum-import-") as folder:
        scratch = Path(folder) / "scratch.db"
        report = bring(file, scratch, now, reached)
        move(url_of(scratch), url, reached)
    return report
