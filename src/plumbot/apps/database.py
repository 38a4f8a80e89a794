"""`plumbot db`: moves the schema up and down, says where it stands, waits for it, moves the rows elsewhere."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from plumbot import migrations
from plumbot.kit.settings_loading import SettingsProblem

FAILED, WRONG_USE = 1, 2

app = typer.Typer(help="The database: upgrade, downgrade, current, check, wait, move.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Target = Annotated[str, typer.Argument(help="A revision, for example 0004.")]


@app.command()
def upgrade(revision: Target = "head", as_json: AsJson = False) -> None:
    """Bring the database to this version's schema; safe to run again, several at once queue.

    Example: plumbot db upgrade
    """
    with sentences():
        steps = migrations.upgrade(database_url(), revision, reached=progress(quiet=as_json))
    say(steps, as_json)


@app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="Where to stop: a revision, or `base` for no tables.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Go back to an older schema with the data that it can hold. Stop the bot and take a backup first.

    Example: plumbot db downgrade 0001
    """
    with sentences():
        migrations.require_revision(revision)
    if not yes:
        question = f"Go down to {revision}? What the older schema cannot hold is lost; is there a backup?"
        typer.confirm(question, abort=True, err=True)
    with sentences():
        steps = migrations.downgrade(database_url(), revision, reached=progress(quiet=as_json))
    say(steps, as_json)


@app.command()
def current(as_json: AsJson = False) -> None:
    """Say which revision the database has, and which one this version needs.

    Example: plumbot db current --json
    """
    with sentences():
        found = migrations.current(database_url())
    if as_json:
        typer.echo(json.dumps({"current": found, "head": migrations.head()}))
    else:
        typer.echo(f"The database is at {found or 'no revision'}; this version needs {migrations.head()}.")


@app.command()
def check(as_json: AsJson = False) -> None:
    """Exit with 0 when the database is as this version needs it, else with 1 and what to do.

    Example: plumbot db check && plumbot bot
    """
    with sentences():
        trouble = migrations.check(database_url())
    verdict(trouble, as_json)


@app.command()
def wait(
    seconds: Annotated[float, typer.Option(min=0, help="How long at most.")] = 60, as_json: AsJson = False
) -> None:
    """Wait until the database answers and is upgraded (by somebody else): for containers that start together.

    Example: plumbot db wait --seconds 120 && plumbot bot
    """
    with sentences():
        trouble = migrations.wait(database_url(), seconds)
    verdict(trouble, as_json)


@app.command()
def move(
    to: Annotated[str, typer.Option(help="A new or an empty database: sqlite:///… or postgresql://….")],
    as_json: AsJson = False,
) -> None:
    """Copy everything into another database, SQLite or PostgreSQL, and count. Stop the bot first.

    The one in PLUM_DATABASE__URL stays as it is. Example: plumbot db move --to postgresql://plum:secret@db/plum
    """
    from plumbot.apps.addresses import database_at
    from plumbot.apps.progress import progress as shown
    from plumbot.vault.transfer import move as move_all

    target = database_at(to)
    with sentences(), shown(quiet=as_json) as reached:
        moved = move_all(database_url(), target, reached)
    if as_json:
        typer.echo(json.dumps({"moved": moved, "rows": sum(moved.values())}))
    else:
        typer.echo(f"{sum(moved.values())} rows moved and counted. Now name the new database in PLUM_DATABASE__URL.")


def database_url() -> str:
    """From the settings, which are loaded when a command needs them."""
    from plumbot.kit.settings import load_settings

    try:
        return load_settings().database.url.get_secret_value()
    except SettingsProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(WRONG_USE) from problem


@contextmanager
def sentences() -> Iterator[None]:
    """What goes wrong is said in one sentence."""
    try:
        yield
    except (migrations.UnknownRevision, migrations.WrongAddress, migrations.DriverMissing) as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(WRONG_USE) from wrong
    except (migrations.DatabaseUnreachable, migrations.MigrationRefused) as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(FAILED) from fault


def progress(*, quiet: bool) -> Callable[[str], None]:
    """One line a step, so that a long move is seen to move."""

    def tell(point: str) -> None:
        if not quiet and point.endswith((" begun", " committed")):
            typer.echo(point, err=True)

    return tell


def say(steps: list[str], as_json: bool) -> None:
    found = migrations.current(database_url())
    if as_json:
        typer.echo(json.dumps({"steps": steps, "current": found, "head": migrations.head()}))
    else:
        moved = f"steps: {len(steps)}" if steps else "nothing to do"
        typer.echo(f"The database is at {found or 'no revision'} ({moved}).")


def verdict(trouble: str | None, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"ok": trouble is None, "problem": trouble}))
    else:
        typer.echo(trouble or f"The database is at {migrations.head()}, as needed.", err=trouble is not None)
    if trouble is not None:
        raise typer.Exit(FAILED)
