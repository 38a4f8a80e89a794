"""`plumbot admins`: who decides in the club, for the operator of the machine."""

import json
from typing import Annotated

import typer

from plumbot.apps.operating import AsJson, changed
from plumbot.features.admins.service import AdminService, Listed

app = typer.Typer(help="List, add and remove admins of the club.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="A Telegram id, or the @name of somebody whom the bot has met.")]


@app.command("list")
def everybody(as_json: AsJson = False) -> None:
    """List the admins, the main one first.

    Example: plumbot admins list --json
    """
    found = changed(AdminService, lambda session, admins: admins.everybody(session))
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
    person = changed(AdminService, lambda session, admins: admins.add(session, who, by=None))
    advice = "" if person["reachable"] else " The bot cannot write to them until they press /start in its chat."
    say(person, f"{titled(person)} is an admin now.{advice}", as_json)


@app.command()
def remove(who: Who, as_json: AsJson = False) -> None:
    """Let somebody be an admin no longer.

    Example: plumbot admins remove @ada
    """
    person = changed(AdminService, lambda session, admins: admins.remove(session, who, by=None))
    say(person, f"{titled(person)} is no longer an admin.", as_json)


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
