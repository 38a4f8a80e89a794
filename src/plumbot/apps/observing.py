"""What operators see of a process: `/metrics` (counters, figures, checks, disk, backups) and the faults it met."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from dishka import AsyncContainer
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.pool import QueuePool

from plumbot.club.places import Places
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.errors.keeper import FaultKeeper, collecting
from plumbot.kit.health import Exposition, Health
from plumbot.kit.readings import Readings
from plumbot.kit.settings import Settings
from plumbot.vault import backups

WRITE_SECONDS = 3.0


async def exposition(settings: Settings, container: AsyncContainer, health: Health) -> Exposition:
    """What the health server answers to `/metrics`. Places are read late: they are filled while the bot starts."""
    places = await container.get(Places)
    sessions, clock = await container.get(SessionManager), await container.get(Clock)
    return Readings(sessions, clock, places.readings, partial(beside, settings, health, sessions)).exposition


async def beside(settings: Settings, health: Health, sessions: SessionManager) -> list[GaugeMetricFamily]:
    """Figures that no database knows."""
    ready = GaugeMetricFamily("plum_ready", "Whether a check of /health/ready passes.", labels=["check"])
    for name, trouble in (await health.checks()).items():
        ready.add_metric([name], float(trouble is None))
    return [ready, *of_pools(sessions), *await asyncio.to_thread(lambda: list(of_disk(settings)))]


def of_pools(sessions: SessionManager) -> Iterator[GaugeMetricFamily]:
    used = GaugeMetricFamily("plum_database_connections", "Connections in use, by what for.", labels=["kind"])
    most = GaugeMetricFamily(
        "plum_database_connections_most", "How many there may be; who comes then waits.", labels=["kind"]
    )
    for kind, pool in sessions.pools.items():
        if isinstance(pool, QueuePool):
            used.add_metric([kind], pool.checkedout())
            most.add_metric([kind], pool.size())
    yield from (used, most)


def of_disk(settings: Settings) -> Iterator[GaugeMetricFamily]:
    kept = settings.database.sqlite_path or settings.storage.media_dir
    folder = next((place for place in kept.absolute().parents if place.is_dir()), Path.cwd())
    yield GaugeMetricFamily(
        "plum_data_free_bytes", "What is left on the disk where the data lie.", value=shutil.disk_usage(folder).free
    )
    found = backups.listed(settings.backup.dir)
    if settings.backs_up_daily:  # elsewhere nobody expects any
        yield GaugeMetricFamily("plum_backups", "Backups that are there, where they are taken daily.", value=len(found))
    if found:
        age = time.time() - backups.made_at(found[0]).timestamp()
        yield GaugeMetricFamily("plum_backup_age_seconds", "Age of the newest backup.", value=age)


@asynccontextmanager
async def keeping_faults(container: AsyncContainer) -> AsyncIterator[None]:
    """Stack traces that are logged inside the block are kept and told, also those of starting and stopping."""
    with collecting() as collector:
        clock, alerts = await container.get(Clock), await container.get(Alerts)
        keeper = FaultKeeper(await container.get(SessionManager), clock, alerts, collector)
        task = asyncio.create_task(keeper.run(), name="faults")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=WRITE_SECONDS)
