"""The bot's process: it is brought up to date, runs, and ends in time whenever it is asked to."""

import asyncio
from functools import partial

import structlog
from dishka import AsyncContainer, Provider
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import wiring
from plumbot.apps.assembly import DRAIN_SECONDS, assemble
from plumbot.apps.closing import close
from plumbot.apps.moving_in import move_in
from plumbot.apps.observing import exposition, keeping_faults
from plumbot.apps.readiness import Readiness
from plumbot.apps.stopping import unless_stopped
from plumbot.club.bot_name import BOT_USERNAME
from plumbot.features.admins.service import AdminService
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.health import Health, health_server
from plumbot.kit.inbox.webhook import Webhook
from plumbot.kit.settings import Settings
from plumbot.kit.switches import turn
from plumbot.kit.telegram.client import TelegramClient
from plumbot.kit.telegram.patience import patiently

log = structlog.get_logger()


class DatabaseNotReady(Exception):
    """The schema is not the one that this version needs; the text says what to do."""


async def serve(settings: Settings, stop: asyncio.Event, *instead: Provider) -> None:
    """Run until `stop` is set; what runs is finished, what waits stays in the database.

    What `instead` provides takes the place of ours: another clock, other limits on sending.
    """
    settings.telegram.require_token()
    if settings.telegram.mode == "webhook":
        settings.telegram.require_webhook()
    if await unless_stopped(stop, asyncio.to_thread(_prepare_database, settings), DRAIN_SECONDS):
        await _serve(settings, stop, wiring.build(settings, *instead))
    log.info("stopped")


def _prepare_database(settings: Settings) -> None:
    url = settings.database.url.get_secret_value()
    if settings.database.migrates_on_start:
        migrations.upgrade(url)
    elif problem := migrations.check(url):
        raise DatabaseNotReady(problem)


async def _serve(settings: Settings, stop: asyncio.Event, container: AsyncContainer) -> None:
    readiness = Readiness(await container.get(SessionManager), await container.get(Clock))
    health = Health(readiness.probes())
    metrics = await exposition(settings, container, health)
    place = settings.http.host, settings.http.port_for("bot")
    try:
        async with (
            keeping_faults(container),
            health_server(health, metrics, *place),
            await container.get(TelegramClient) as client,
        ):
            await _run(settings, container, client, stop, readiness)
    finally:
        await close(container)


async def _run(
    settings: Settings, container: AsyncContainer, client: TelegramClient, stop: asyncio.Event, readiness: Readiness
) -> None:
    await wiring.connect(container)
    if not await unless_stopped(stop, _begin(settings, container, client)):
        return
    parts = await assemble(settings, container, client)
    if isinstance(parts.intake, Webhook):
        readiness.webhook_is_up = partial(getattr, parts.intake, "is_up")
    else:
        readiness.poller_trouble = parts.intake.trouble
    readiness.phase = "running"
    log.info("started", bot_id=settings.telegram.bot_id, mode=settings.telegram.mode)
    await parts.run(stop)


async def _begin(settings: Settings, container: AsyncContainer, client: TelegramClient) -> None:
    """Brought up to date at each start: admins of the environment, the bot's name, polling instead of webhook."""
    sessions = await container.get(SessionManager)
    admins = await container.get(AdminService)
    await sessions.insist(admins.reconcile, settings.club.admin_ids)
    me = await patiently(client, "getMe")
    await sessions.insist(_remember_name, me["username"], await container.get(Clock))
    if await move_in(container):
        log.info("moved_in")
    if settings.telegram.mode == "polling":
        await patiently(client, "deleteWebhook")  # what waits at Telegram is kept, and comes by polling


def _remember_name(session: Session, username: str, clock: Clock) -> None:
    turn(session, BOT_USERNAME, username, clock.now())
