"""`plumbot transcribe --download NAME`: says how much it is, fetches with a bar, says where it lies."""

import asyncio
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from plumbot.features.transcription.downloads import HUB, Download

MIB = 1024 * 1024


def fetch(name: str, models: Path, hub: str = HUB) -> None:
    """Raises DownloadFailed with a sentence."""
    asyncio.run(_fetch(Download(name, models, hub)))


async def _fetch(download: Download) -> None:
    if download.target.exists():
        typer.echo(f"{download.name} is there already: {download.target}")
        return
    files = await download.files()
    total = sum(file.size for file in files)
    typer.echo(f"{download.name}: {total / MIB:.0f} MiB in {len(files)} files, into {download.target}", err=True)
    console = Console(stderr=True)
    name, speed = TextColumn("{task.description}"), TransferSpeedColumn()
    columns = (name, BarColumn(), DownloadColumn(), speed, TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(download.name, total=total)
        await download.run(files, lambda done, _: progress.update(task, completed=done))
    typer.echo(f"{download.name} is there: {download.target}")
