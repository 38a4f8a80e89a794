"""`plumbot bench`: how fast this machine is at what the bot does."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from plumbot.apps.aiogram_models import build_when_used
from plumbot.apps.benches import neighbours
from plumbot.apps.benches.figures import Figure, told
from plumbot.apps.benches.speech import MODELS, SHORT_SECONDS, Bench, Row, missing, summary
from plumbot.kit import logging
from plumbot.kit.settings import load_settings

app = typer.Typer(help="Measure what this machine can do.", no_args_is_help=True)
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Each way so often; medians are told.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Server = Annotated[
    str | None, typer.Option("--database", help="postgresql://…/NAME; databases NAME_… are made beside it, and kept.")
]
Folder = Annotated[Path, typer.Option("--folder", help="Where the clubs' databases lie; they are kept.")]
FEW, MANY, SOME_UPDATES, TIMES, MINUTES = 1_000, 100_000, 20_000, 60, 2.0
FOLDER = Path("var/bench")


@app.command()
def speech(
    model: Annotated[list[str] | None, typer.Option("--model", help="tiny.en, base …; more than once.")] = None,
    rounds: Rounds = 3,
    guess: Annotated[bool, typer.Option("--guess", help="Let each way find the language out.")] = False,
    as_json: AsJson = False,
) -> None:
    """Recognition on real clips: ours beside faster-whisper with a resident model and beside a model for each clip.

    Then the other engines that are here with a model, and how long others wait for /help meanwhile.

    Takes minutes. Example: plumbot bench speech --model base --rounds 1
    """
    settings = load_settings()
    logging.configure("WARNING", settings.log.format)
    if wanting := missing():
        typer.echo(wanting, err=True)
        raise typer.Exit(1)
    with tempfile.TemporaryDirectory(prefix="plum-bench-") as folder:
        bench = Bench(Path(folder), settings, rounds=rounds, guess=guess)
        rows = [row for name in model or MODELS for row in bench.rows(name, say)]
        rows += bench.rows_of_other_engines(say)
        say("/help of others, at rest and while the short clips are recognised …")
        clips = [clip.path for clip in bench.clips if clip.seconds <= SHORT_SECONDS]
        with redirect_stdout(sys.stderr):  # the sandbox talks
            others = asyncio.run(neighbours.measure(Path(folder) / "sandbox", clips))
    if as_json:
        measured = {"rows": [asdict(row) for row in rows], "help": asdict(others)}
        typer.echo(json.dumps(measured, ensure_ascii=False))
    else:
        show(rows)
        typer.echo(str(others))


def say(line: str) -> None:
    """How far it is, beside the figures."""
    typer.echo(line, err=True)


@app.command()
def updates(rounds: Rounds = 3, as_json: AsJson = False) -> None:
    """Messages, votes and applications a second, beside bare aiogram, a transaction each, and bare commits.

    Takes a minute a round. Example: plumbot bench updates --rounds 1
    """
    logging.configure("ERROR", "console")
    build_when_used()
    from plumbot.apps.benches import updates as bench

    told(asyncio.run(bench.figures(rounds)), typer.echo, as_json=as_json)


@app.command()
def members(
    folder: Folder = FOLDER,
    database: Server = None,
    large: Annotated[int, typer.Option("--members", min=FEW, help="How many the large club has.")] = 1_000_000,
    times: Annotated[int, typer.Option("--times", min=2, help="How often each is asked.")] = 60,
    only_prepare: Annotated[bool, typer.Option("--prepare", help="Only make the clubs.")] = False,
    as_json: AsJson = False,
) -> None:
    """How long /stats, /top, /profile and a search take in a large club, beside one of a thousand.

    The large club takes minutes to make, once, and gigabytes. Example: plumbot bench members --members 100000
    """
    logging.configure("ERROR", "console")
    build_when_used()
    few, many = (_club(folder, database, size) for size in (FEW, large))
    if not only_prepare:
        told(asyncio.run(_members(many, large, few, times)), typer.echo, as_json=as_json)


def _club(folder: Path, server: str | None, size: int) -> str:
    """A club of that size, made where it is missing."""
    from plumbot.apps.benches import members as bench

    url = bench.postgres_for(server, size) if server else bench.sqlite_for(folder, size)
    with bars() as progress:
        bench.prepare(url, size, progress)
    return url


def _members(many: str, large: int, few: str, times: int) -> Coroutine[Any, Any, list[Figure]]:
    from plumbot.apps.benches import members as bench

    return bench.figures(many, large, few, FEW, times)


@app.command()
def bots(
    database: Annotated[str, typer.Option("--database", help="postgresql://…/NAME; NAME_0 is used, and emptied.")],
    rounds: Rounds = 3,
    requests: Annotated[int, typer.Option("--requests", min=100, help="How many people write, in each run.")] = 2_000,
    as_json: AsJson = False,
) -> None:
    """What a second bot adds on PostgreSQL, and how busy the processors are meanwhile.

    Example: plumbot bench bots --database postgresql://plum@localhost/bench
    """
    logging.configure("ERROR", "console")
    told(asyncio.run(_bots(database, rounds, requests)), typer.echo, as_json=as_json)


def _bots(server: str, rounds: int, requests: int) -> Coroutine[Any, Any, list[Figure]]:
    from plumbot.apps.benches import bots as bench
    from plumbot.apps.benches.members import postgres_for

    return bench.figures(postgres_for(server, 0), rounds, requests)


@app.command()
def digest(
    members: Annotated[int, typer.Option("--members", min=100, help="How many get one; 30 a second.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """How quickly all members get their digest, from a Telegram that refuses more than 30 a second.

    Example: plumbot bench digest --members 10000
    """
    logging.configure("ERROR", "console")
    told(asyncio.run(_digest(members)), typer.echo, as_json=as_json)


async def _digest(members: int) -> list[Figure]:
    from plumbot.apps.benches import digest as bench

    with bars() as progress:
        return await bench.figures(members, progress)


@app.command()
def growth(
    minutes: Annotated[float, typer.Option("--minutes", min=0.2, help="How long it works.")] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Whether a bot keeps up with 100 updates a second for minutes, and stays as small as it was.

    Example: plumbot bench growth --minutes 2
    """
    logging.configure("ERROR", "console")
    from plumbot.apps.benches import growth as bench

    told(asyncio.run(bench.figures(minutes)), typer.echo, as_json=as_json)


@app.command()
def busy(
    rounds: Rounds = 3,
    times: Annotated[int, typer.Option("--times", min=20, help="How often people ask, in each run.")] = 500,
    as_json: AsJson = False,
) -> None:
    """How long people wait for /help while two clips are recognised and 100 updates a second come, beside rest.

    Five ask a second, so it takes minutes a round. It needs a small model. Example: plumbot bench busy --rounds 1
    """
    logging.configure("ERROR", "console")
    from plumbot.apps.benches import busy as bench

    if not (found := asyncio.run(bench.figures(rounds, times))):
        typer.echo(
            f"The bench needs a model: {' or '.join(bench.MODELS)} (plumbot transcribe --download NAME).", err=True
        )
        raise typer.Exit(1)
    told(found, typer.echo, as_json=as_json)


@app.command("all")
def everything(rounds: Rounds = 3, folder: Folder = FOLDER, database: Server = None, as_json: AsJson = False) -> None:
    """All but `speech`, in sizes that take twenty minutes. Two bots are measured where there is a PostgreSQL.

    Example: plumbot bench all --rounds 1 --json
    """
    logging.configure("ERROR", "console")
    build_when_used()
    from plumbot.apps.benches import busy as rush
    from plumbot.apps.benches import growth as steady
    from plumbot.apps.benches import processes, updates

    found: list[Figure] = []
    say("starts and memory …")
    found += processes.figures(rounds, SOME_UPDATES)
    say("updates …")
    found += asyncio.run(updates.figures(rounds))
    for server in dict.fromkeys((None, database)):
        say(f"members, {'PostgreSQL' if server else 'SQLite'} …")
        few, many = (_club(folder, server, size) for size in (FEW, MANY))
        found += asyncio.run(_members(many, MANY, few, TIMES))
    say("digest …")
    found += asyncio.run(_digest(FEW))
    say("growth …")
    found += asyncio.run(steady.figures(MINUTES))
    say("others while clips are recognised …")
    found += asyncio.run(rush.figures(rounds))
    if database:
        say("two bots …")
        found += asyncio.run(_bots(database, rounds, FEW))
    told(found, typer.echo, as_json=as_json)


@app.command()
def processes(
    rounds: Rounds = 5,
    work: Annotated[
        int, typer.Option("--updates", min=100, help="How many come before memory is looked at.")
    ] = 100_000,
    as_json: AsJson = False,
) -> None:
    """The start of commands beside Python's own, and a bot's memory before and after much work.

    Example: plumbot bench processes --updates 10000
    """
    logging.configure("ERROR", "console")
    from plumbot.apps.benches import processes as bench

    told(bench.figures(rounds, work), typer.echo, as_json=as_json)


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each table, on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def show_progress(name: str, done: int, total: int) -> None:
            task = tasks.get(name) or tasks.setdefault(name, progress.add_task(name, total=total))
            progress.update(task, completed=done)

        yield show_progress


def show(rows: list[Row]) -> None:
    head = ("model", "clips", "way", "load s", "median s", "all s", "CPU s", "× real time", "WER %", "MiB")
    typer.echo("{:<20} {:<6} {:<17} {:>7} {:>9} {:>7} {:>7} {:>12} {:>6} {:>6}".format(*head))
    for row in rows:
        typer.echo(
            f"{row.model:<20} {row.clips:<6} {row.way:<17} {row.load_seconds:>7.2f} {row.median_seconds:>9.2f} "
            f"{row.total_seconds:>7.1f} {row.cpu_seconds:>7.1f} {row.times_real_time:>12.1f} "
            f"{row.word_error_percent:>6.1f} {row.peak_mib:>6.0f}"
        )
    for line in summary(rows):
        typer.echo(line)
