"""Long work is seen to move: a bar on a terminal, now and then a line in a log, nothing where a machine reads."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

Reached = Callable[[str], None]

STEPS = (" committed", " read", "copied", "laid down", "adopted", "packed", "restored", "scratch")


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Reached]:
    """What is told of the points that are passed."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar() as reached:
            yield reached
    else:
        yield _line


def _line(point: str) -> None:
    if point.endswith(STEPS):
        typer.echo(point, err=True)


@contextmanager
def _bar() -> Iterator[Reached]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda point: bar.update(task, description=point)
