"""`plumbot bench`: how fast this machine is at what the bot does."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from plumbot.apps.bench_speech import MODELS, Bench, Row, missing, summary
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

    Takes minutes. Example: plumbot bench speech --model base --rounds 1
    """
    settings = load_settings()
    logging.configure("WARNING", settings.log.format)
    if wanting := missing():
        typer.echo(wanting, err=True)
        raise typer.Exit(1)
    with tempfile.TemporaryDirectory(prefix="plum-bench-") as folder:
        bench = Bench(Path(folder), settings, rounds=rounds, guess=guess)
        rows = [
            row for name in model or MODELS for row in bench.rows(name, say=lambda line: typer.echo(line, err=True))
        ]
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
    else:
        show(rows)


def show(rows: list[Row]) -> None:
    head = ("model", "clips", "way", "load s", "median s", "all s", "CPU s", "× real time", "WER %", "MiB")
    typer.echo("{:<9} {:<6} {:<10} {:>7} {:>9} {:>7} {:>7} {:>12} {:>6} {:>6}".format(*head))
    for row in rows:
        typer.echo(
            f"{row.model:<9} {row.clips:<6} {row.way:<10} {row.load_seconds:>7.2f} {row.median_seconds:>9.2f} "
            f"{row.total_seconds:>7.1f} {row.cpu_seconds:>7.1f} {row.times_real_time:>12.1f} "
            f"{row.word_error_percent:>6.1f} {row.peak_mib:>6.0f}"
        )
    for line in summary(rows):
        typer.echo(line)
