"""`plumbot admins`: who decides in the club, for the operator of the machine."""

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import wiring
from plumbot.features.admins.service import AdminService, Listed
from plumbot.kit import logging
from plumbot.kit.db import SessionManager
from plumbot.kit.settings import Settings, load_settings

R = TypeVar("R")

app = typer.Typer(help="List, add and remove admins of the club.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Who = Annotated[str, typer.Argument(help="A Telegram id, or the @name of somebody whom the bot has met.")]


@app.command("list")
def everybody(as_json: AsJson = False) -> None:
    """List the admins, the main one first.

    Example: plumbot admins list --json
    """
    found = changed(lambda session, admins: admins.everybody(session))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for person in found:
        typer.echo(f"{person['user_id']:>12}  {titled(person)}{remarks(person)}")
    if not found:
        typer.echo("There are no admins: set PLUM_CLUB__OWNER_ID, or see `plumbot admins add --help`.", err=True)


@app.command()
def add(who: Who, as_json: AsJson = False) -> None:
    """Make somebody an admin.

    Example: plumbot admins add 123456789
    """
    person = changed(lambda session, admins: admins.add(session, who, by=None))
    advice = "" if person["reachable"] else " The bot cannot write to them until they press /start in its chat."
    say(person, f"{titled(person)} is an admin now.{advice}", as_json)


@app.command()
def remove(who: Who, as_json: AsJson = False) -> None:
    """Let somebody be an admin no longer.

    Example: plumbot admins remove @ada
    """
    person = changed(lambda session, admins: admins.remove(session, who, by=None))
    say(person, f"{titled(person)} is no longer an admin.", as_json)


def changed(act: Callable[[Session, AdminService], R]) -> R:
    """Do it in one transaction; the bot's process sends what follows from it."""
    settings = load_settings()
    logging.configure("WARNING", settings.log.format)
    url = settings.database.url.get_secret_value()
    if problem := migrations.check(url):
        raise migrations.DatabaseUnreachable(problem)
    return asyncio.run(_in_one_unit(settings, act))


async def _in_one_unit(settings: Settings, act: Callable[[Session, AdminService], R]) -> R:
    container = wiring.build(settings)
    try:
        await wiring.connect(container)  # a new admin gets the cards that wait, as if appointed in the chat
        sessions: SessionManager = await container.get(SessionManager)
        return await sessions.change(act, await container.get(AdminService))
    finally:
        await (await container.get(SessionManager)).close()
        await container.close()


def titled(person: Listed) -> str:
    name = f"@{person['username']}" if person["username"] else ""
    return " ".join(filter(None, (person["name"], name))) or str(person["user_id"])


def remarks(person: Listed) -> str:
    said = {
        "main admin": person["owner"],
        "named in PLUM_CLUB__ADMIN_IDS": person["source"] == "env" and not person["owner"],
        "away": person["away"],
        "has not pressed /start": not person["reachable"],
    }
    true = [remark for remark, holds in said.items() if holds]
    return f" ({', '.join(true)})" if true else ""


def say(person: Listed, text: str, as_json: bool) -> None:
    typer.echo(json.dumps(person, ensure_ascii=False) if as_json else text)
