"""The parts of a bot, made and bound to each other, and how they run and end together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiogram import Bot
from dishka import AsyncContainer

from plumbot.apps import routing, wiring
from plumbot.apps.daily_backup import DailyBackup
from plumbot.apps.dispatcher import Gate, SilentSession, Updates, build_dispatcher
from plumbot.apps.ordered_backup import OrderedBackup
from plumbot.club.events import Events
from plumbot.club.language import Languages
from plumbot.club.permissions import Permissions
from plumbot.club.places import Places
from plumbot.club.profiles import Profiles
from plumbot.features.backups.service import BackupService
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.intake import Intake
from plumbot.kit.inbox.polling import Poller
from plumbot.kit.inbox.runner import CallAnswers, LaneRunner
from plumbot.kit.inbox.webhook import Address, Webhook
from plumbot.kit.leases import this_process
from plumbot.kit.outbox.limits import Limits
from plumbot.kit.outbox.sender import Sender, SenderHooks
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.refusals import N_
from plumbot.kit.settings import Settings
from plumbot.kit.settings_blocks import TelegramSettings
from plumbot.kit.telegram.client import TelegramClient
from plumbot.kit.timers import Timers

log = structlog.get_logger()

OBSERVED = ("message", "edited_message", "message_reaction")
DRAIN_SECONDS = 8.0  # a request to Telegram may hang for longer; its message can then come twice, as after a kill
CANCEL_SECONDS = 2.0
CONFLICT = N_(
    "Somebody else is taking this bot's updates with the same token (409). Nothing is lost, but only one may: "
    "stop the other program, or get a new token from @BotFather."
)


class Part(Protocol):
    """Something that runs until it is cancelled; whatever it is at then is found again by the next process."""

    async def run(self) -> None: ...


class PartEnded(Exception):
    """Not a stop: the process ends as a failed one, so that whoever watches over it starts it again."""


@dataclass(frozen=True)
class Parts:
    """What runs beside each other. Updates come in by polling or by the webhook, never by both."""

    intake: Poller | Webhook
    lanes: LaneRunner
    sender: Sender
    beside: Sequence[Part]

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set or a part fails; then what runs is finished, and what waits stays in the database."""
        cancelled = [_started(part) for part in (self.intake, *self.beside)]
        tasks = [*cancelled, _started(self.lanes), _started(self.sender)]
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        log.info("stopping")
        for task in cancelled:
            task.cancel()
        self.lanes.stop()
        self.sender.stop()
        await _finish(tasks)
        if stopped not in done:
            ended = done.pop()
            raise PartEnded(f"{ended.get_name()} ended, and nobody had asked for it.") from _why_cancelled(ended)


def _started(part: Part) -> asyncio.Task[None]:
    return asyncio.create_task(part.run(), name=type(part).__name__)


async def _finish(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Raises what made a part fail."""
    _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in late:
        log.warning("stopped_before_it_was_done", part=task.get_name())
        task.cancel()
    done, _ = await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
    for task in done:
        if not task.cancelled():
            task.result()


def _why_cancelled(task: "asyncio.Task[object]") -> asyncio.CancelledError | None:
    try:
        task.result()
    except asyncio.CancelledError as cancelled:
        return cancelled
    return None


@dataclass(frozen=True)
class Inward:
    """From what Telegram hands over to its effect. `allowed` names the kinds of updates that somebody here takes."""

    intake: Intake
    lanes: LaneRunner
    allowed: Sequence[str]


async def assemble_inward(settings: Settings, container: AsyncContainer, client: TelegramClient) -> Inward:
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
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
    interest = routing.group_interest(await container.get(Places))
    intake = Intake(sessions, clock, settings.telegram.bot_id, interest, await wiring.observers(container))
    answers = CallAnswers(await wiring.call_answers(container))
    lanes = LaneRunner(sessions, clock, updates, answers, await container.get(Alerts), intake=intake)
    return Inward(intake, lanes, sorted({*dispatcher.resolve_used_update_types(), *OBSERVED}))


async def assemble(settings: Settings, container: AsyncContainer, client: TelegramClient) -> Parts:
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
    hooks, limits, alerts = await container.get(SenderHooks), await container.get(Limits), await container.get(Alerts)
    inward = await assemble_inward(settings, container, client)
    return Parts(
        _way_in(settings.telegram, client, inward.intake, [*inward.allowed], alerts),
        inward.lanes,
        Sender(sessions, client, clock, hooks, settings.telegram.bot_id, limits=limits),
        (
            Timers(sessions, clock, await wiring.timers(container)),
            *await wiring.patrols(container),
            *([DailyBackup(settings, sessions, clock, alerts)] if settings.backs_up_daily else []),
            OrderedBackup(settings, sessions, clock, await container.get(BackupService)),
            *sessions.listeners(),
        ),
    )


def _way_in(
    telegram: TelegramSettings, client: TelegramClient, intake: Intake, allowed: list[str], alerts: Alerts
) -> Poller | Webhook:
    if telegram.mode == "webhook":
        address = Address(*telegram.require_webhook(), telegram.webhook_host, telegram.webhook_port)
        return Webhook(client, intake, address, allowed)

    async def conflict() -> None:
        await intake.sessions.change(alerts.tell, "conflict", CONFLICT)

    return Poller(client, intake, this_process(), allowed, conflict)
