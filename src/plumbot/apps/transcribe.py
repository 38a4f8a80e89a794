"""`plumbot transcribe`: recognition without Telegram, for operators who want to know what their machine can do."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from plumbot.apps.fetching import fetch
from plumbot.apps.speech import recogniser, speech_options
from plumbot.features.transcription.ports import OnProgress, SpeechFault, Transcript
from plumbot.features.transcription.ports import Progress as Heard
from plumbot.features.transcription.recognition import Recogniser
from plumbot.features.transcription.subtitles import srt
from plumbot.kit import logging
from plumbot.kit.settings import load_settings

LONGEST_SECONDS = 24 * 3600  # the operator's own file

Files = Annotated[list[Path] | None, typer.Argument(help="Audio or video files.", exists=True, dir_okay=False)]
Language = Annotated[str | None, typer.Option("--language", help="ru, en …; unless said, it is found out.")]
Model = Annotated[str | None, typer.Option("--model", help="A model by name, such as base or faster-whisper/small.")]
ToFetch = Annotated[str | None, typer.Option("--download", help="Fetch this model, such as small; nothing else does.")]
AsSrt = Annotated[bool, typer.Option("--srt", help="Write subtitles beside each file (FILE.srt).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one line a file, for machines.")]


def transcribe(
    files: Files = None,
    language: Language = None,
    model: Model = None,
    as_srt: AsSrt = False,
    as_json: AsJson = False,
    download: ToFetch = None,
) -> None:
    """Print what is said in the files, recognised as the bot does it.

    Exits with 1 when a file could not be recognised. Example: plumbot transcribe voice.ogg --srt
    """
    settings = load_settings()
    logging.configure("WARNING", settings.log.format)
    options = replace(speech_options(settings), max_seconds=LONGEST_SECONDS)
    if download is not None:
        fetch(download, options.models)
    elif not files:
        raise typer.BadParameter("Name a file, or --download a model.")
    with closing(recogniser(options)) as ears:
        done = [listened(ears, file, language, model, as_srt, as_json) for file in files or ()]
    raise typer.Exit(0 if all(done) else 1)


def listened(
    ears: Recogniser, file: Path, language: str | None, model: str | None, as_srt: bool, as_json: bool
) -> bool:
    """Whether it could be recognised; says what came of it either way."""
    try:
        with bar(file.name) as on_progress:
            told = ears.recognise(file, language=language, model=model, on_progress=on_progress)
    except SpeechFault as fault:
        complain(file, fault, as_json)
        return False
    report(file, told, as_srt, as_json)
    return True


@contextmanager
def bar(title: str) -> Iterator[OnProgress]:
    """On a terminal only, and on stderr: what is printed is the text alone."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=100)

        def on_progress(heard: Heard) -> None:
            progress.update(task, completed=heard.percent)

        yield on_progress


def report(file: Path, told: Transcript, as_srt: bool, as_json: bool) -> None:
    if as_srt:
        file.with_suffix(".srt").write_text(srt(told.segments), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps({"file": str(file), "text": told.text, **asdict(told)}, ensure_ascii=False))
    else:
        typer.echo(told.text)


def complain(file: Path, fault: SpeechFault, as_json: bool) -> None:
    sentence = fault.text.format(**fault.values)
    if as_json:
        typer.echo(json.dumps({"file": str(file), "error": fault.code, "sentence": sentence, "detail": fault.detail}))
    else:
        typer.echo(f"{file}: {sentence}" + (f" ({fault.detail})" if fault.detail else ""), err=True)
