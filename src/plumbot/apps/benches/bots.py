"""Two bots on one PostgreSQL beside one: the same requests, taken by one poller and worked off by the lanes of all."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import Engine, create_engine, text

from plumbot import migrations
from plumbot.apps.benches.children import TICKS, Child, running, until
from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.scratch import scratch
from plumbot.apps.benches.telegram import Telegram, telegram
from plumbot.apps.benches.traffic import Json, person, written

PEOPLE, WARMING = 200, 200
GOAL = 1.5
DONE = text("SELECT count(*) FROM inbox WHERE source = 'telegram' AND status = 'done'")
DELETED = "inbox", "outbox", "outbox_calls", "leases"


@dataclass(frozen=True)
class Drain:
    """Requests a second, and how many processors were busy meanwhile: with each bot, and in the whole machine."""

    a_second: float
    bots: Sequence[float]
    machine: float


def requests(count: int) -> list[Json]:
    """Each is a transaction of its own with an answer in the outbox, in the lanes of many people."""
    return [written(person(number % PEOPLE), "/profile") for number in range(count)]


async def figures(url: str, rounds: int, count: int) -> list[Figure]:
    """One and two take turns, so that a busy minute of the machine meets both."""
    migrations.upgrade(url)
    runs: dict[int, list[Drain]] = {1: [], 2: []}
    for _ in range(rounds):
        for bots, drains in runs.items():
            drains.append(await drained(url, bots, count))
    one, two = (Spread.of([run.a_second for run in runs[bots]]) for bots in (1, 2))
    busy = Spread.of([run.machine for run in runs[2]])
    cores = Spread.of([float(processors())])
    each = Spread.of([sum(run.bots) for run in runs[2]])
    return [
        Figure("/profile by two bots (postgresql)", "a second", two, "one bot", one, GOAL),
        Figure("processors that two bots alone keep busy", "", each, "there are", cores, 1.0, "less"),
        Figure("processors busy meanwhile, with PostgreSQL", "", busy, "there are", cores, 1.0, "less"),
    ]


async def drained(url: str, bots: int, count: int) -> Drain:
    engine = create_engine(url)
    with scratch() as folder:
        async with telegram() as it, AsyncExitStack() as stack:
            _empty(engine)
            children = [await stack.enter_async_context(running("bot", url, it.url, folder)) for _ in range(bots)]
            await _warmed(it, engine, bots)
            drain = await _timed(it, engine, children, count)
    engine.dispose()
    return drain


async def _warmed(it: Telegram, engine: Engine, bots: int) -> None:
    """All have started, and have worked."""
    await until(lambda: it.asked.get("deleteWebhook", 0) >= bots and "getUpdates" in it.asked)
    it.hand_over(requests(WARMING))
    await until(lambda: _done(engine) >= WARMING)


async def _timed(it: Telegram, engine: Engine, children: Sequence[Child], count: int) -> Drain:
    spent, machine, began = [child.cpu_seconds() for child in children], machine_seconds(), monotonic()
    it.hand_over(requests(count))
    while await asyncio.to_thread(_done, engine) < WARMING + count:  # noqa: ASYNC110  # other processes set no event
        await asyncio.sleep(0.1)
    took = monotonic() - began
    own = [(child.cpu_seconds() - before) / took for child, before in zip(children, spent, strict=True)]
    return Drain(count / took, own, (machine_seconds() - machine) / took)


def _done(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(DONE).scalar_one())


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in DELETED:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # our names


def processors() -> int:
    return len([line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("cpu")]) - 1


def machine_seconds() -> float:
    """All that all processors have worked."""
    user, nice, system, _idle, _wait, irq, soft, *_ = map(
        int, Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    )
    return (user + nice + system + irq + soft) / TICKS
