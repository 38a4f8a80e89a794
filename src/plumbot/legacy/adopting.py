"""Adoption in place: a copy is brought over and takes the file's name; the old file stays beside it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from plumbot.legacy import old_file
from plumbot.legacy.bringing import bring, throw_away
from plumbot.legacy.report import Report
from plumbot.vault.faults import Refused

KEPT, WORK, REPORT = ".before-plum", ".adopting", ".adoption.json"

Reached = Callable[[str], None]


def beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def adopt(file: Path, now: datetime, reached: Reached = lambda _: None) -> Report:
    """Killed at any moment and run again it comes to the same end; adopted already, it gives the same report."""
    if (done := adopted(file)) is not None:
        return done
    kept, work = beside(file, KEPT), beside(file, WORK)
    if kept.exists() and not kept.samefile(file):
        raise Refused(f"{kept} lies there from an earlier adoption: move it away first.")
    close_journal(file)
    report = bring(file, work, now, reached)
    _write_private(beside(file, REPORT), report.as_json())
    _sync(work)
    reached("before the files change places")
    _keep(file, kept)
    drop_empty_journal(file)
    reached("the old file is kept")
    work.replace(file)
    _sync(file.parent)
    reached("adopted")
    return report


def adopted(file: Path) -> Report | None:
    """The report of an adoption that came to its end."""
    told, kept = beside(file, REPORT), beside(file, KEPT)
    if not (told.exists() and kept.exists()) or old_file.revision_of_ours(file) is None:
        return None
    throw_away(beside(file, WORK))
    return Report.from_json(told.read_text(encoding="utf-8"))


def close_journal(file: Path) -> None:
    """What lies in a journal beside the file goes into it; a bot that is still at work is found out."""
    holders = list(held_open_by(file))
    if holders:
        raise Refused(f"Process {holders[0]} has {file} open: stop the old bot first.")
    if not file.is_file():
        raise Refused(f"There is no file {file}: name the old bot's database.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as found:
            found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found.execute("BEGIN IMMEDIATE")
            found.execute("ROLLBACK")
    except sqlite3.DatabaseError as fault:
        raise Refused(
            f"{file} cannot be taken over ({fault}): stop the old bot first, and look at the file."
        ) from fault
    left = [name for name in ("-wal", "-journal") if beside(file, name).exists() and beside(file, name).stat().st_size]
    if left:
        raise Refused(f"{beside(file, left[0])} is still in use: stop the old bot first.")


def drop_empty_journal(file: Path) -> None:
    """Who only read a file that is kept with a write-ahead log leaves an empty one; the new file must not find it."""
    if beside(file, "-wal").exists() and beside(file, "-wal").stat().st_size:
        raise Refused(f"Somebody wrote to {file} meanwhile: stop the old bot, and begin again.")
    for suffix in ("-wal", "-shm"):
        beside(file, suffix).unlink(missing_ok=True)


def held_open_by(file: Path) -> Iterator[int]:
    """Other processes, as far as we may look into them."""
    for number in (entry.name for entry in Path("/proc").glob("[0-9]*")):
        if int(number) == os.getpid():
            continue
        try:
            held = any(link.samefile(file) for link in Path("/proc", number, "fd").iterdir())
        except OSError:  # it ended, or is somebody else's
            continue
        if held:
            yield int(number)


def _keep(file: Path, kept: Path) -> None:
    """The old file under its second name; a file system without links gets a copy."""
    if kept.exists():
        return
    try:
        os.link(file, kept)
    except OSError:
        shutil.copy2(file, beside(file, KEPT + ".part"))
        beside(file, KEPT + ".part").replace(kept)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
