"""The bot's process: intake, lanes, sender and timers around one database."""

import asyncio
import os
import signal
import socket
from typing import Any

import structlog
from aiogram import Bot
from dishka import AsyncContainer, Provider
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import routing, wiring
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.club.bot_name import BOT_USERNAME
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.features.admins.service import AdminService
from plumbot.kit import logging
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.polling import Poller
from plumbot.kit.inbox.runner import CallAnswers, LaneRunner
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.sender import Sender, SenderHooks
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.refusals import N_
from plumbot.kit.settings import Settings, SettingsProblem, load_settings
from plumbot.kit.switches import Switch
from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient
from plumbot.kit.timers import Timers

log = structlog.get_logger()

OBSERVED = ("message", "edited_message", "message_reaction")
STOP_SECONDS = 15.0
CONFLICT = N_(
    "Somebody else is taking this bot's updates with the same token (409). Nothing is lost, but only one may: "
    "stop the other program, or get a new token from @BotFather."
)


class DatabaseNotReady(Exception):
    """The schema is not the one that this version needs; the text says what to do."""


def run() -> None:
    """The whole bot in this process, until SIGTERM or Ctrl-C."""
    settings = load_settings()
    for problem in settings.problems():
        raise problem
    logging.configure(settings.log.level, settings.log.format)
    logging.hide(settings.telegram.require_token())
    asyncio.run(_until_signal(settings))


async def _until_signal(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop)


async def serve(settings: Settings, stop: asyncio.Event, *instead: Provider) -> None:
    """Run until `stop` is set; what runs is finished, what waits stays in the database.

    What `instead` provides takes the place of ours: another clock, other limits on sending.
    """
    settings.telegram.require_token()
    await asyncio.to_thread(_prepare_database, settings)
    container = wiring.build(settings, *instead)
    try:
        async with await container.get(TelegramClient) as client:
            await _run(settings, container, client, stop)
    finally:
        await (await container.get(SessionManager)).close()
        await container.close()
        log.info("stopped")


def _prepare_database(settings: Settings) -> None:
    url = settings.database.url.get_secret_value()
    if settings.database.migrates_on_start:
        migrations.upgrade(url)
    elif problem := migrations.check(url):
        raise DatabaseNotReady(problem)


async def _run(settings: Settings, container: AsyncContainer, client: TelegramClient, stop: asyncio.Event) -> None:
    sessions = await container.get(SessionManager)
    await wiring.connect(container)
    await _begin(settings, container, client, sessions)
    parts = await _assemble(settings, container, client, sessions)
    _, runner, sender, _ = parts
    log.info("started", bot_id=settings.telegram.bot_id)
    tasks = [asyncio.create_task(part.run(), name=type(part).__name__) for part in parts]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in (tasks[0], tasks[3]):
        task.cancel()
    runner.stop()
    sender.stop()
    await _finish(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _finish(tasks: list[asyncio.Task[None]]) -> None:
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    for task in late:
        log.warning("stopped_before_it_was_done", part=task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _begin(
    settings: Settings, container: AsyncContainer, client: TelegramClient, sessions: SessionManager
) -> None:
    """Brought up to date at each start: admins of the environment, the bot's name, polling instead of webhook."""
    admins = await container.get(AdminService)
    await sessions.change(admins.reconcile, settings.club.admin_ids)
    me = await _patiently(client, "getMe")
    await sessions.change(_remember_name, me["username"], await container.get(Clock))
    await _patiently(client, "deleteWebhook")


async def _patiently(client: TelegramClient, method: str) -> Any:
    """Telegram may be away when we start: wait for it. A wrong token is another matter."""
    pause = 1.0
    while True:
        try:
            return await client.request(method)
        except ApiError as error:
            if error.code in (401, 404):
                raise SettingsProblem(
                    "PLUM_TELEGRAM__TOKEN is not accepted by Telegram; copy it again from @BotFather."
                ) from None
            log.warning("telegram_refuses", method=method, error=str(error))
        except NetworkFault as fault:
            log.warning("telegram_away", method=method, fault=str(fault), seconds=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, 30.0)


def _remember_name(session: Session, username: str, clock: Clock) -> None:
    session.merge(Switch(name=BOT_USERNAME, value=username, updated_at=clock.now()))


async def _assemble(
    settings: Settings, container: AsyncContainer, client: TelegramClient, sessions: SessionManager
) -> tuple[Poller, LaneRunner, Sender, Timers]:
    clock = await container.get(Clock)
    alerts = await container.get(Alerts)
    bot_id = settings.telegram.bot_id
    gate = Gate(
        clock,
        await container.get(Outbox),
        await container.get(Events),
        await container.get(Profiles),
        await container.get(Permissions),
    )
    dispatcher = build_dispatcher(routing.routers(settings.features.enabled), container, sessions, gate)
    bot = Bot(settings.telegram.require_token(), session=SilentSession())
    updates = Updates(bot, dispatcher, gate, await container.get(Languages), sessions, client)
    runner = LaneRunner(sessions, clock, updates, CallAnswers(await wiring.call_answers(container)), alerts)
    limits = await container.get(Limits)
    sender = Sender(sessions, client, clock, await container.get(SenderHooks), bot_id, limits=limits)
    interest = routing.group_interest(await container.get(Places))
    intake = Intake(sessions, clock, bot_id, interest, await wiring.observers(container))
    allowed = sorted({*dispatcher.resolve_used_update_types(), *OBSERVED})

    async def conflict() -> None:
        await sessions.change(alerts.tell, "conflict", CONFLICT)

    holder = f"{socket.gethostname()}:{os.getpid()}"
    poller = Poller(client, intake, holder, allowed, conflict)
    return poller, runner, sender, Timers(sessions, clock, await wiring.timers(container))
