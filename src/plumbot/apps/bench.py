"""`plumbot bench`: how fast this machine is at what the bot does."""

import asyncio
import json
import sys
import tempfile
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from plumbot.apps import bench_neighbours
from plumbot.apps.bench_speech import MODELS, Bench, Row, missing, summary, ten_of
from plumbot.kit import logging
from plumbot.kit.settings import load_settings

app = typer.Typer(help="Measure what this machine can do.", no_args_is_help=True)


@app.command()
def speech(
    model: Annotated[list[str] | None, typer.Option("--model", help="tiny.en, base …; more than once.")] = None,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Each way so often; medians are told.")] = 3,
    guess: Annotated[bool, typer.Option("--guess", help="Let each way find the language out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
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
        say("/help of others, at rest and while ten clips are recognised …")
        clips = [clip.path for clip in ten_of(bench.clips)]
        with redirect_stdout(sys.stderr):  # the sandbox talks
            others = asyncio.run(bench_neighbours.measure(Path(folder) / "sandbox", clips))
    if as_json:
        told = {"rows": [asdict(row) for row in rows], "help": asdict(others)}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        show(rows)
        typer.echo(str(others))


def say(line: str) -> None:
    """How far it is, beside the figures."""
    typer.echo(line, err=True)


def show(rows: list[Row]) -> None:
    head = ("model", "clips", "way", "load s", "median s", "all s", "CPU s", "× real time", "WER %", "MiB")
    typer.echo("{:<20} {:<6} {:<10} {:>7} {:>9} {:>7} {:>7} {:>12} {:>6} {:>6}".format(*head))
    for row in rows:
        typer.echo(
            f"{row.model:<20} {row.clips:<6} {row.way:<10} {row.load_seconds:>7.2f} {row.median_seconds:>9.2f} "
            f"{row.total_seconds:>7.1f} {row.cpu_seconds:>7.1f} {row.times_real_time:>12.1f} "
            f"{row.word_error_percent:>6.1f} {row.peak_mib:>6.0f}"
        )
    for line in summary(rows):
        typer.echo(line)
