"""What the operator's commands share: the house at hand, work in one transaction, words that are yes or no."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

import typer
from dishka import AsyncContainer
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import wiring
from plumbot.kit import logging
from plumbot.kit.databases import open_database
from plumbot.kit.db import SessionManager
from plumbot.kit.settings import Settings, load_settings
from plumbot.kit.signals import Signals

R = TypeVar("R")
S = TypeVar("S")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def ready() -> Settings:
    """The settings, once the database is as this version needs it."""
    settings = load_settings()
    logging.configure("WARNING", settings.log.format)
    logging.hide_secrets_of(settings)
    if problem := migrations.check(settings.database.url.get_secret_value()):
        raise migrations.DatabaseUnreachable(problem)
    return settings


@asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[tuple[AsyncContainer, SessionManager]]:
    """Wired as in the bot's process, which then sends what follows from what is done here."""
    container = wiring.build(settings)
    sessions: SessionManager = await container.get(SessionManager)
    try:
        await wiring.connect(container)
        yield container, sessions
    finally:
        await sessions.close()
        await container.close()


def changed(service: type[S], act: Callable[[Session, S], R]) -> R:
    """Do it in one transaction."""

    async def work(settings: Settings) -> R:
        async with house(settings) as (container, sessions):
            return await sessions.change(act, await container.get(service))

    return asyncio.run(work(ready()))


def looked(act: Callable[[Session], R]) -> R:
    """Only read; nothing is wired for that."""

    async def work(settings: Settings) -> R:
        sessions = open_database(settings.database.url.get_secret_value(), Signals())
        try:
            return await sessions.read(act)
        finally:
            await sessions.close()

    return asyncio.run(work(ready()))


def say_json(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, default=str))


def counted(number: int, one: str, many: str) -> str:
    """“1 entry”, “2 entries”."""
    return f"{number} {one if number == 1 else many}"


def sure(question: str, *, yes: bool) -> None:
    """Asked on the terminal's other channel, so that the answer's own output stays clean."""
    if not yes:
        typer.confirm(question, abort=True, err=True)
