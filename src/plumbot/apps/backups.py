"""`plumbot backup`: taken while the bot runs, verified by restoring, restored with care."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbot.apps.progress import progress
from plumbot.kit.settings import Settings, load_settings
from plumbot.vault import backups
from plumbot.vault.backups import Manifest, Options
from plumbot.vault.faults import Refused

app = typer.Typer(help="Back up the database: create, list, verify, restore.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
File = Annotated[Path | None, typer.Argument(help="A backup; the newest one unless you name it.")]


def options_of(settings: Settings) -> Options:
    backup = settings.backup
    key = backup.key.get_secret_value() if backup.key else None
    return Options(backup.dir, key, backup.pg_bin, backup.keep_days)


@app.command()
def create(as_json: AsJson = False) -> None:
    """Back up the database into PLUM_BACKUP__DIR, and let go of backups older than PLUM_BACKUP__KEEP_DAYS.

    The bot may run meanwhile. Media are not included: audio is kept only while a job runs.
    Example: plumbot backup create
    """
    settings = load_settings()
    with progress(quiet=as_json) as reached:
        made = backups.create(url_of(settings), options_of(settings), datetime.now(UTC), reached)
    if as_json:
        typer.echo(json.dumps({"file": str(made.path), **asdict(made.manifest)}))
        return
    lock = "encrypted" if made.manifest.encrypted else "not encrypted; PLUM_BACKUP__KEY would do it"
    typer.echo(f"{made.path}: {rows(made.manifest)} rows, {made.path.stat().st_size // 1024} KiB, {lock}.")


@app.command("list")
def everything(as_json: AsJson = False) -> None:
    """List the backups, the newest first.

    Example: plumbot backup list --json
    """
    found = backups.listed(load_settings().backup.dir)
    if as_json:
        typer.echo(json.dumps([{"file": str(path), "at": backups.made_at(path).isoformat()} for path in found]))
        return
    for path in found:
        typer.echo(f"{backups.made_at(path):%Y-%m-%d %H:%M:%S} UTC  {path.stat().st_size // 1024:>8} KiB  {path}")
    if not found:
        typer.echo("There are no backups yet: see `plumbot backup create --help`.", err=True)


@app.command()
def verify(file: File = None, as_json: AsJson = False) -> None:
    """Restore a backup into a scratch database, and compare rows and ledger with what it says. Nothing is changed.

    Example: plumbot backup verify
    """
    settings = load_settings()
    path = file or newest(settings)
    with progress(quiet=as_json) as reached:
        manifest = backups.verify(path, url_of(settings), options_of(settings), reached)
    tell(path, manifest, f"{path} restores whole: {rows(manifest)} rows, and the ledger adds up.", as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also over a database that holds rows.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into the database of PLUM_DATABASE__URL. Stop the bot first.

    A database that holds rows is replaced only with --replace, and after a question. A SQLite file that is replaced
    stays beside the new one. Example: plumbot backup restore data/backups/plum-20251120T030000Z.tar
    """
    settings = load_settings()
    url = url_of(settings)
    held = backups.held_by(url)
    if replace and held and not yes:
        typer.confirm(f"The database holds {held} …; replace it by {file.name}?", abort=True, err=True)
    with progress(quiet=as_json) as reached:
        manifest = backups.restore(file, url, options_of(settings), replace=replace, reached=reached)
    advice = "" if manifest.content.revision == head() else " Now run `plumbot db upgrade`."
    tell(file, manifest, f"Restored {rows(manifest)} rows as of {manifest.at[:19]} UTC.{advice}", as_json)


def head() -> str:
    from plumbot import migrations

    return migrations.head()


def newest(settings: Settings) -> Path:
    found = backups.listed(settings.backup.dir)
    if not found:
        raise Refused(f"There are no backups in {settings.backup.dir}: see `plumbot backup create --help`.")
    return found[0]


def url_of(settings: Settings) -> str:
    return settings.database.url.get_secret_value()


def rows(manifest: Manifest) -> int:
    return sum(manifest.content.counts.values())


def tell(path: Path, manifest: Manifest, text: str, as_json: bool) -> None:
    typer.echo(json.dumps({"ok": True, "file": str(path), **asdict(manifest)}) if as_json else text)
