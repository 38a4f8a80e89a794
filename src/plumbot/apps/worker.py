"""The worker's process: recognises what the bot has queued, on this machine or on another. It loads no aiogram."""

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

import structlog
import typer
from dishka import AsyncContainer, Provider

from plumbot import migrations
from plumbot.apps import speech_engines, wiring
from plumbot.apps.closing import close
from plumbot.apps.embedded_counts import tell_the_bot
from plumbot.apps.observing import exposition, keeping_faults
from plumbot.apps.readiness import Readiness
from plumbot.apps.speech_queues import hands
from plumbot.apps.stopping import run_until_signal, unless_stopped
from plumbot.features.transcription.fetching import Fetcher
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.jobs import JobService
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.schemas import Model
from plumbot.features.transcription.tasks import Count, Recognising, SpeechWorker
from plumbot.kit import logging
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.health import Health, Probe, health_server
from plumbot.kit.leases import this_process
from plumbot.kit.metrics import count_recognition
from plumbot.kit.settings import Settings, SettingsProblem, load_settings
from plumbot.kit.telegram.client import TelegramClient

log = structlog.get_logger()

DATABASE_SECONDS = 120.0  # for whoever migrates it
ANNOUNCE_SECONDS = 30.0
DRAIN_SECONDS = 8.0

Make = Callable[[Settings], Sequence[Recognising]]
Models = Callable[[Settings], tuple[Sequence[Model], str | None]]


class DatabaseNotReady(Exception):
    """The schema is not the one that this version needs; the text says what to do."""


def run(
    embedded: Annotated[bool, typer.Option("--embedded", hidden=True, help="Beside a bot: ends with it.")] = False,
) -> None:
    """Turn queued speech into text, until SIGTERM or Ctrl-C. Any number may run, on any machines, on PostgreSQL."""
    settings = load_settings()
    if problems := [*settings.problems()]:
        raise SettingsProblem("\n".join(map(str, problems)))
    logging.begin(settings, warn=not embedded)  # its bot has warned already
    run_until_signal(partial(_with_parent if embedded else serve, settings))


async def _with_parent(settings: Settings, stop: asyncio.Event) -> None:
    """The bot holds the other end of our standard input: when it ends, however it ends, so do we."""
    loop = asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_the_end, daemon=True, name="parent").start()
    await serve(settings, stop, port=0, count=tell_the_bot)


async def serve(
    settings: Settings,
    stop: asyncio.Event,
    *instead: Provider,
    make: Make = speech_engines.recognisers,
    models: Models = speech_engines.installed,
    port: int | None = None,
    count: Count = count_recognition,
) -> None:
    """Run until `stop` is set. `make` and `models` give the recognisers and what they can do."""
    settings.telegram.require_token()
    url = settings.database.url.get_secret_value()
    if not await unless_stopped(stop, asyncio.to_thread(_require_database, url)):
        return
    container = wiring.build(settings, *instead)
    await wiring.connect(container)
    worker = Worker(settings, container, make, models, count)
    place = settings.http.host, settings.http.port_for("worker") if port is None else port
    health = Health(await worker.probes())
    metrics = await exposition(settings, container, health)
    try:
        async with (
            keeping_faults(container),
            health_server(health, metrics, *place),
            await container.get(TelegramClient) as client,
        ):
            await worker.run(client, stop)
    finally:
        await close(container)
    log.info("stopped")


def _require_database(url: str) -> None:
    if problem := migrations.wait(url, DATABASE_SECONDS):
        raise DatabaseNotReady(problem)


class Worker:
    """Says what it can do, does it, and says so again and again."""

    def __init__(self, settings: Settings, container: AsyncContainer, make: Make, models: Models, count: Count) -> None:
        self._settings = settings
        self._container = container
        self._make = make
        self._models = models
        self._count = count
        self._holder = this_process()
        self._why_not: str | None = "starting"

    async def probes(self) -> dict[str, Probe]:
        readiness = Readiness(await self._container.get(SessionManager), await self._container.get(Clock))
        return {"database": readiness.database, "speech": self._speech}

    async def _speech(self) -> str | None:
        return self._why_not

    async def run(self, client: TelegramClient, stop: asyncio.Event) -> None:
        sessions, hearing = await self._container.get(SessionManager), await self._container.get(Hearing)
        found: Sequence[Model] = ()
        while not found and not stop.is_set():
            found, self._why_not = self._models(self._settings)
            await sessions.change(hearing.announce, self._holder, found, self._why_not)
            if not found:
                log.warning("nothing_listens", why=self._why_not)
                await unless_stopped(stop, asyncio.sleep(ANNOUNCE_SECONDS))
        log.info("listening", models=[model.name for model in found])
        announcing = asyncio.create_task(self._announce(sessions, hearing, found), name="announce")
        try:
            if not stop.is_set():
                await (await self._worker(sessions, client)).run(stop)
        finally:
            announcing.cancel()
            await asyncio.gather(announcing, return_exceptions=True)
            await sessions.change(hearing.leave, self._holder)

    async def _announce(self, sessions: SessionManager, hearing: Hearing, found: Sequence[Model]) -> None:
        while True:
            await asyncio.sleep(ANNOUNCE_SECONDS)
            await sessions.insist(hearing.announce, self._holder, found, None)

    async def _worker(self, sessions: SessionManager, client: TelegramClient) -> SpeechWorker:
        settings, options = self._settings, await self._container.get(SpeechLimits)
        media = settings.storage.media_dir.absolute()
        fetcher = await asyncio.to_thread(Fetcher.within, media, self._holder, client, options.largest_bytes)
        jobs = await self._container.get(JobService)
        served = await hands(settings, self._container)
        return SpeechWorker(sessions, jobs, served, fetcher, self._make(settings), self._holder, count=self._count)
