"""One transformation for all: an old file of any shape becomes a database of ours, in a file of its own."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from plumbot import migrations
from plumbot.kit.tables import UtcDateTime
from plumbot.legacy import old_file, report
from plumbot.legacy.laying import lay_down
from plumbot.legacy.report import Report
from plumbot.vault.databases import reading, writing
from plumbot.vault.faults import Refused

ORIGIN, MOVING_IN = "legacy.origin", "legacy.moving_in"
COPY = ".copy"
SWITCH = "INSERT INTO switches (name, value, updated_at) VALUES (:name, :value, :at)"

Reached = Callable[[str], None]


def url_of(path: Path) -> str:
    return f"sqlite:///{path.absolute()}"


def bring(old: Path, work: Path, now: datetime, reached: Reached) -> Report:
    """Make `work` from `old`, which is only read. Whatever an earlier, killed run left at `work` is thrown away."""
    refuse_ours(old)
    copy = work.with_name(work.name + COPY)
    throw_away(work, copy)
    try:
        old_file.copy(old, copy)
        reached("copied")
        migrations.upgrade(url_of(work), "0001", now=now, reached=reached)
        with old_file.opened(copy) as source:
            laid = lay_down(source, work, reached)
        reached("laid down")
        old_openings = _openings(work)
        migrations.upgrade(url_of(work), now=now, reached=reached)
        with writing(url_of(work)) as made:
            _note_origin(made, old, now)
        with reading(url_of(work)) as made:
            return report.made_from(made, old.name, now.isoformat(), laid, old_openings)
    finally:
        throw_away(copy)


def refuse_ours(old: Path) -> None:
    revision = old_file.revision_of_ours(old)
    if revision is not None:
        raise Refused(
            f"{old} is not the old bot's file, it is ours already (revision {revision}):"
            " point PLUM_DATABASE__URL at it and run `plumbot db upgrade`."
        )


def throw_away(*files: Path) -> None:
    for file in files:
        for suffix in ("", "-journal", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)


def _openings(work: Path) -> int:
    with closing(sqlite3.connect(work)) as found:
        return int(found.execute(report.OPENED.format(message="msg_id")).fetchone()[0])


def _note_origin(made: Connection, old: Path, now: datetime) -> None:
    """When it was brought, for whoever verifies; and that the bot, when it first starts, shows anew what waits."""
    for name in (ORIGIN, MOVING_IN):
        value = json.dumps({"from": old.name, "at": now.isoformat()})
        bound = text(SWITCH).bindparams(name=name, value=value)
        made.execute(bound.bindparams(at=_as_stored(made, now)))


def _as_stored(made: Connection, moment: datetime) -> Any:
    return UtcDateTime().bind_processor(made.dialect)(moment)  # type: ignore[misc]  # a decorated type has one
