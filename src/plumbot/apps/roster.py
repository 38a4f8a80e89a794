"""`plumbot roster`: the list of members, brought in from a file, taken out to one, and added to."""

import asyncio
import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbot.apps.operating import AsJson, changed, counted, house, looked, ready, say_json
from plumbot.features.roster import files, repository
from plumbot.features.roster.schemas import ImportReport, RefusedLine
from plumbot.features.roster.service import RosterService
from plumbot.kit.settings import Settings

AT_ONCE = 1_000
SOME_REFUSED = 1

app = typer.Typer(help="The list of members: import, export, add.", no_args_is_help=True)

Lines = Sequence[tuple[int, str]]


@dataclass
class Sum:
    """What the parts of an import came to."""

    added: int = 0
    present: int = 0
    refused: list[RefusedLine] = field(default_factory=list)

    def add(self, part: ImportReport) -> None:
        self.added += part.added
        self.present += part.present
        self.refused += part.refused

    def whole(self) -> ImportReport:
        return ImportReport(added=self.added, present=self.present, refused=tuple(self.refused))


@app.command("import")
def bring_in(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Text with one slug a line, or CSV.", metavar="FILE")
    ],
    table: Annotated[bool | None, typer.Option("--csv/--text", help="Else the file's ending decides.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a list of members in; says what was added, what was there, and what was refused and why.

    A table has a column `slug`, or seven columns for its parts. Empty lines and lines that begin with # are passed
    over. Run again it adds nothing twice. Exits with 1 when a line was refused.

    Example: plumbot roster import members.txt --dry-run
    """
    lines = files.read(file, as_table=table)
    report = asyncio.run(_bring_in(ready(), lines, dry_run=dry_run, quiet=as_json))
    refused = [{"number": one.number, "line": one.line, "why": one.why.format(**one.values)} for one in report.refused]
    if as_json:
        say_json({"added": report.added, "present": report.present, "refused": refused, "dry_run": dry_run})
    else:
        for one in refused:
            typer.echo(f"line {one['number']}: {one['line']!r} was refused. {one['why']}")
        head = "Nothing was written. It would be: " if dry_run else ""
        typer.echo(f"{head}{report.added} added, {report.present} there before, {len(refused)} refused.")
    raise typer.Exit(SOME_REFUSED if refused else 0)


async def _bring_in(settings: Settings, lines: Lines, *, dry_run: bool, quiet: bool) -> ImportReport:
    """A thousand lines a transaction, so that the bot beside it never waits long."""
    found = Sum()
    async with house(settings) as (container, sessions):
        service: RosterService = await container.get(RosterService)
        if dry_run:
            return await sessions.read(service.preview, lines)
        with bar(lines, quiet=quiet) as parts:
            for part in parts:
                found.add(await sessions.change(partial(service.import_part, by=None), part))
        await sessions.change(partial(service.note_import, by=None), found.whole())
    return found.whole()


@contextmanager
def bar(lines: Lines, *, quiet: bool) -> Iterator[Iterator[Lines]]:
    """The parts, with a bar on a terminal that has something to watch."""
    parts = [lines[start : start + AT_ONCE] for start in range(0, len(lines), AT_ONCE)]
    if quiet or len(parts) < 2 or not sys.stderr.isatty():
        yield iter(parts)
        return
    with typer.progressbar(parts, label="Importing", file=sys.stderr) as watched:
        yield iter(watched)


@app.command("export")
def take_out(
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="Else it is printed.", metavar="FILE")] = None,
    table: Annotated[bool, typer.Option("--csv", help="With the owners' ids and the days of listing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write every entry of the roster, by slug; `plumbot roster import` reads it again.

    A file is for its owner's eyes only (0600). Example: plumbot roster export members.csv --csv
    """
    entries = looked(repository.everything)
    rows: list[dict[str, Any]] = [
        {"slug": entry.slug, "user_id": entry.user_id, "created_at": entry.created_at} for entry in entries
    ]
    if as_json and file is None:
        say_json(rows)
        return
    table = table or (file is not None and file.suffix.lower() == ".csv")
    text = as_table(rows) if table else "".join(f"{row['slug']}\n" for row in rows)
    if file is None:
        typer.echo(text, nl=False)
        return
    write_private(file, text)
    typer.echo(f"{counted(len(rows), 'entry', 'entries')} written to {file}.", err=True)


def as_table(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["slug", "user_id", "created_at"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "created_at": row["created_at"].isoformat()} for row in rows)
    return out.getvalue()


def write_private(file: Path, text: str) -> None:
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as fault:
        raise files.Unreadable(f"{file} cannot be written: {fault.strerror}.") from fault
    with os.fdopen(number, "w", encoding="utf-8") as out:
        out.write(text)


@app.command()
def add(slug: Annotated[str, typer.Argument(help="Seven parts joined by hyphens.")], as_json: AsJson = False) -> None:
    """List somebody by hand; whoever arrives with that slug claims the entry.

    Example: plumbot roster add ivan-ivanov-Harward-CSE-77-3-21
    """
    entry = changed(RosterService, lambda session, roster: roster.add(session, slug, by=None))
    if as_json:
        say_json(entry.model_dump(mode="json"))
    else:
        typer.echo(f"{entry.slug} is in the roster now.")
