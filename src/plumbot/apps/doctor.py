"""`plumbot doctor`: looks at everything that the bot stands on, all at once, and says what to do."""

import asyncio
import stat
from pathlib import Path
from typing import Annotated

import typer

from plumbot.apps.doctor_backups import look_at_backups
from plumbot.apps.doctor_database import Known, look_at_database
from plumbot.apps.doctor_folders import look_at_folders
from plumbot.apps.doctor_speech import look_at_speech
from plumbot.apps.doctor_telegram import look_at_telegram
from plumbot.apps.features import states
from plumbot.apps.findings import Finding, as_json, as_lines, fail, healthy, ok, warn
from plumbot.kit import logging
from plumbot.kit.clock import SystemClock
from plumbot.kit.settings import Settings, load_settings, unknown_variables

ENV_FILE = Path(".env")
ENV_EXAMPLE = "Set it in the environment or in .env; .env.example explains every setting."


def doctor(json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False) -> None:
    """Look at settings, database, token, chat, rights, features and backups: ok, warn or fail, and what to do.

    Exits with 1 when anything fails. Example: plumbot doctor --json
    """
    logging.configure("ERROR", "console")
    findings = asyncio.run(examine(load_settings()))
    if json:
        typer.echo(as_json(findings))
    else:
        for line in as_lines(findings):
            typer.echo(line)
    raise typer.Exit(0 if healthy(findings) else 1)


async def examine(settings: Settings, env_file: Path = ENV_FILE) -> list[Finding]:
    """All findings, in the order in which they are best read."""
    first = [*look_at_settings(settings), *look_at_file(env_file)]
    if any(settings.problems()):
        return first  # the rest stands on settings that cannot be read
    known = asyncio.create_task(look_at_database(settings))
    telegram = asyncio.create_task(look_at_telegram(settings, known))
    found: Known = await known
    here = *look_at_folders(settings), *look_at_features(settings), *look_at_speech(settings)
    return [*first, *found.findings, *await telegram, *here, *look_at_backups(settings, SystemClock().now())]


def look_at_settings(settings: Settings) -> list[Finding]:
    """Each that is wrong is a line of its own; so is what is missing, wrong neighbours or not."""
    problems = list(settings.problems())
    wrong = [fail("settings", str(problem), "Correct the value.") for problem in problems]
    named = {problem.variable for problem in problems}
    unknown = [warn("settings", sentence, "Correct or remove it.") for sentence in unknown_variables(settings)]
    absent = [finding for finding in missing(settings.readable()) if finding.says.partition(" ")[0] not in named]
    return [*wrong, *absent, *unknown] or [ok("settings", "All of them can be read.")]


def look_at_file(env_file: Path) -> list[Finding]:
    """The file of settings holds the token."""
    try:
        mode = env_file.stat().st_mode
    except OSError:
        return []
    if not mode & stat.S_IROTH:
        return []
    says = f"{env_file} can be read by every user of this machine, and it holds the token."
    return [warn("settings", says, f"chmod 600 {env_file}")]


def missing(settings: Settings) -> list[Finding]:
    """What the bot does not start without, and what it would miss."""
    found = [fail("settings", str(problem), ENV_EXAMPLE) for problem in settings.missing()]
    if not settings.club.rules_url:
        says = "PLUM_CLUB__RULES_URL is not set: people cannot read the rules which they are to accept."
        found.append(warn("settings", says, ENV_EXAMPLE))
    return found


def look_at_features(settings: Settings) -> list[Finding]:
    return [
        ok("features", f"{feature.name} is {'on' if feature.on else f'off: {feature.why}'}.")
        for feature in states(settings)
    ]
