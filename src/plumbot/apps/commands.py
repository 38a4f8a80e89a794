"""`plumbot commands`: what Telegram offers behind the “/”, set at once instead of when the bot comes to it."""

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from dishka import AsyncContainer
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import wiring
from plumbot.features.menu import repository
from plumbot.features.menu.command_lists import CommandList, CommandLists
from plumbot.kit import logging
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.settings import Settings, load_settings
from plumbot.kit.telegram.client import ApiError, TelegramClient

PEOPLE_AT_ONCE = 500

app = typer.Typer(help="Which commands Telegram offers to whom.", no_args_is_help=True)


@dataclass(frozen=True)
class Told:
    """One list as Telegram took it; `refused` is its own sentence where it did not."""

    name: str
    commands: list[str]
    refused: str = ""

    def line(self) -> str:
        offered = " ".join(f"/{name}" for name in self.commands) or "as for everybody"
        return f"{self.name:<24} {f'refused: {self.refused}' if self.refused else offered}"


@app.callback()
def group() -> None:
    """Keeps `sync` a word of its own, though it is the only one."""


@app.command()
def sync(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False) -> None:
    """Set the commands of guests, groups, members and admins now, and say what was set.

    Example: plumbot commands sync
    """
    settings = load_settings()
    settings.telegram.require_token()
    logging.configure("WARNING", settings.log.format)
    if problem := migrations.check(settings.database.url.get_secret_value()):
        raise migrations.DatabaseUnreachable(problem)
    told = asyncio.run(_sync(settings))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in told], ensure_ascii=False))
    else:
        for one in told:
            typer.echo(one.line())
        refused = sum(bool(one.refused) for one in told)
        typer.echo(f"{len(told) - refused} lists set" + (f", {refused} refused." if refused else "."))
    if any(one.refused and one.name.startswith("all_") for one in told):
        raise typer.Exit(1)


async def _sync(settings: Settings) -> list[Told]:
    container = wiring.build(settings)
    try:
        await wiring.connect(container)
        async with await container.get(TelegramClient) as client:
            limits = await container.get(Limits)
            return [await _tell(client, limits, each) for each in await _wanted(container)]
    finally:
        await (await container.get(SessionManager)).close()
        await container.close()


async def _wanted(container: AsyncContainer) -> list[CommandList]:
    lists, sessions = await container.get(CommandLists), await container.get(SessionManager)
    return [*lists.for_everybody(), *await sessions.read(_of_people, lists)]


def _of_people(session: Session, lists: CommandLists) -> list[CommandList]:
    people, after = dict.fromkeys(lists.admins(session)), 0
    while found := repository.people_with_lists(session, after, PEOPLE_AT_ONCE):
        people |= dict.fromkeys(found)
        after = found[-1]
    return [each for each in (lists.of_person(session, user_id) for user_id in people) if each is not None]


async def _tell(client: TelegramClient, limits: Limits, wanted: CommandList) -> Told:
    """One after the other, as slowly as Telegram wants it."""
    names = [each["command"] for each in wanted.commands]
    while True:
        await limits.wait(None)
        try:
            await client.request(wanted.method, wanted.values)
        except ApiError as error:
            if error.code in (401, 404):
                raise
            if error.code != 429:
                return Told(wanted.name, names, error.description)
            await asyncio.sleep(error.retry_after or 5)
        else:
            return Told(wanted.name, names)
