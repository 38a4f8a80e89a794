"""`plumbot bench`: how fast this machine is at what the bot does."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from plumbot.apps.aiogram_models import build_when_used
from plumbot.apps.benches import neighbours
from plumbot.apps.benches.figures import told
from plumbot.apps.benches.speech import MODELS, SHORT_SECONDS, Bench, Row, missing, summary
from plumbot.kit import logging
from plumbot.kit.settings import load_settings

app = typer.Typer(help="Measure what this machine can do.", no_args_is_help=True)
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Each way so often; medians are told.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
FEW = 1_000


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
    folder: Annotated[Path, typer.Option("--folder", help="Where the clubs' databases lie; they are kept.")] = Path(
        "var/bench"
    ),
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
    from plumbot.apps.benches import members as bench

    for size in (FEW, large):
        with bars() as progress:
            bench.prepare(bench.sqlite_for(folder, size), size, progress)
    if not only_prepare:
        found = bench.figures(bench.sqlite_for(folder, large), large, bench.sqlite_for(folder, FEW), FEW, times)
        told(asyncio.run(found), typer.echo, as_json=as_json)


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
