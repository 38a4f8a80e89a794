"""`plumbot doctor`: looks at everything that the bot stands on, all at once, and says what to do."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import typer

from plumbot.apps.doctor_database import Known, look_at_database
from plumbot.apps.doctor_speech import look_at_speech
from plumbot.apps.doctor_telegram import look_at_telegram
from plumbot.apps.features import states
from plumbot.apps.findings import Finding, as_json, as_lines, fail, healthy, ok, warn
from plumbot.kit import logging
from plumbot.kit.settings import Settings, SettingsProblem, load_settings, unknown_variables

ENV_EXAMPLE = "Set it in the environment or in .env; .env.example explains every setting."


def doctor(json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False) -> None:
    """Look at settings, database, token, chat, rights and features: ok, warn or fail, and what to do.

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


async def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which they are best read."""
    first = look_at_settings(settings)
    if any(settings.problems()):
        return first  # the rest stands on settings that cannot be read
    known = asyncio.create_task(look_at_database(settings))
    telegram = asyncio.create_task(look_at_telegram(settings, known))
    found: Known = await known
    return [*first, *found.findings, *await telegram, *look_at_features(settings), *look_at_speech(settings)]


def look_at_settings(settings: Settings) -> list[Finding]:
    wrong = [fail("settings", str(problem), "Correct the value.") for problem in settings.problems()]
    unknown = [warn("settings", sentence, "Correct or remove it.") for sentence in unknown_variables(settings)]
    if wrong:
        return [*wrong, *unknown]
    return [*missing(settings), *unknown] or [ok("settings", "All of them can be read.")]


def missing(settings: Settings) -> list[Finding]:
    """What the bot cannot do without, and what it would miss."""
    found = [
        fail("settings", str(problem), ENV_EXAMPLE)
        for require in (settings.telegram.require_token, settings.club.require_chat_id)
        if (problem := problem_of(require)) is not None
    ]
    if settings.telegram.mode == "webhook" and (problem := problem_of(settings.telegram.require_webhook)):
        found.append(fail("settings", str(problem), ENV_EXAMPLE))
    if problem := problem_of(settings.club.require_owner_id):
        found.append(warn("settings", f"{problem} Nobody can appoint admins in the chat.", ENV_EXAMPLE))
    if not settings.club.rules_url:
        says = "PLUM_CLUB__RULES_URL is not set: people cannot read the rules which they are to accept."
        found.append(warn("settings", says, ENV_EXAMPLE))
    return found


def problem_of(require: Callable[[], object]) -> SettingsProblem | None:
    try:
        require()
    except SettingsProblem as problem:
        return problem
    return None


def look_at_features(settings: Settings) -> list[Finding]:
    return [
        ok("features", f"{feature.name} is {'on' if feature.on else f'off: {feature.why}'}.")
        for feature in states(settings)
    ]
