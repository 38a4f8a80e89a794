"""`plumbot legacy`: the old bot's data, looked at, brought over and checked."""

import json
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbot.apps.addresses import database_at
from plumbot.apps.progress import progress
from plumbot.legacy import old_env
from plumbot.legacy.adopting import KEPT, REPORT, adopt, beside
from plumbot.legacy.bringing import bring
from plumbot.legacy.importing import import_to
from plumbot.legacy.report import Report, as_lines
from plumbot.legacy.verifying import verify
from plumbot.vault.faults import Refused

FAILED = 1

app = typer.Typer(help="The old bot's data: inspect, env, adopt, import, verify.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
OldFile = Annotated[Path, typer.Argument(help="The old bot's database file.")]


@app.command()
def inspect(file: OldFile, as_json: AsJson = False) -> None:
    """Say what the old file holds and what would become of it. Nothing is changed.

    Example: plumbot legacy inspect bot.db
    """
    with tempfile.TemporaryDirectory(prefix="plum-inspect-") as folder, progress(quiet=as_json) as reached:
        report = bring(file, Path(folder) / "tried.db", datetime.now(UTC), reached)
    tell(report, as_json)


@app.command()
def env(
    file: Annotated[Path, typer.Argument(help="The old bot's .env.")],
    out: Annotated[Path | None, typer.Option(help="Write it there, for its owner's eyes only.")] = None,
) -> None:
    """Print the old bot's settings in the new names. The token is among them: mind where it goes.

    Example: plumbot legacy env old/.env --out .env
    """
    text = "\n".join(old_env.translated(file)) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    if out.exists():
        raise Refused(f"{out} exists already: name another file, or move it away.")
    old_env.write_private(out, text)
    typer.echo(f"Written to {out}. Look through it: what begins with # needs you.")


@app.command("adopt")
def take_over(file: OldFile, as_json: AsJson = False) -> None:
    """Turn the old file into ours, in its place. It is done on a copy; the old file stays beside it.

    Stop the old bot first. Example: plumbot legacy adopt data/plum.db
    """
    with progress(quiet=as_json) as reached:
        report = adopt(file, datetime.now(UTC), reached)
    tell(report, as_json)
    if not as_json:
        typer.echo(f"\nAdopted. The old file is {beside(file, KEPT)}, this report is {beside(file, REPORT)}.")


@app.command("import")
def bring_into(
    file: OldFile,
    to: Annotated[str, typer.Option(help="A new or an empty database: sqlite:///… or postgresql://….")],
    as_json: AsJson = False,
) -> None:
    """Bring the old file into another database, SQLite or PostgreSQL. The file is only read.

    Example: plumbot legacy import bot.db --to postgresql://plum:secret@db/plum
    """
    url = database_at(to)
    with progress(quiet=as_json) as reached:
        report = import_to(url, file, datetime.now(UTC), reached)
    tell(report, as_json)


@app.command("verify")
def compare(
    old: OldFile,
    new: Annotated[str, typer.Argument(help="The database that was made from it: sqlite:///… or postgresql://….")],
    as_json: AsJson = False,
) -> None:
    """Compare the old file with what was made of it: each row, everybody's karma, the ranking. Before the bot runs.

    Example: plumbot legacy verify data/plum.db.before-plum sqlite:///data/plum.db
    """
    url = database_at(new)
    with progress(quiet=as_json) as reached:
        verdict = verify(old, url, reached)
    if as_json:
        typer.echo(json.dumps({"ok": verdict.holds, **asdict(verdict)}, ensure_ascii=False))
    elif verdict.holds:
        typer.echo(f"The same: {verdict.rows} rows, karma and ranking of {verdict.people} people.")
    for line in () if as_json else verdict.wrong:
        typer.echo(line, err=True)
    if not verdict.holds:
        raise typer.Exit(FAILED)


def tell(report: Report, as_json: bool) -> None:
    if as_json:
        typer.echo(report.as_json())
        return
    for line in as_lines(report):
        typer.echo(line)
