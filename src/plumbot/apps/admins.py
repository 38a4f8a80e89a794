"""`plumbot admins`: who decides in the club, for the operator of the machine."""

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.club.audit import Audit
from plumbot.club.events import Events
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Profiles
from plumbot.features.admins.service import AdminService, Listed
from plumbot.kit import logging
from plumbot.kit.clock import SystemClock
from plumbot.kit.db import open_database
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings, load_settings
from plumbot.kit.signals import Signals

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
    """Do it in one transaction; who listens in the bot's process learns of it from the database."""
    settings = load_settings()
    logging.configure("WARNING", settings.log.format)
    url = settings.database.url.get_secret_value()
    if problem := migrations.check(url):
        raise migrations.DatabaseUnreachable(problem)
    return asyncio.run(_in_one_unit(url, service(settings), act))


async def _in_one_unit(url: str, admins: AdminService, act: Callable[[Session, AdminService], R]) -> R:
    sessions = open_database(url, Signals())
    try:
        return await sessions.change(act, admins)
    finally:
        await sessions.close()


def service(settings: Settings) -> AdminService:
    clock = SystemClock()
    profiles = Profiles(clock, settings.karma.start)
    permissions = Permissions(settings.club.owner_id)
    return AdminService(clock, Outbox(clock), Events(), Audit(clock), profiles, permissions)


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
