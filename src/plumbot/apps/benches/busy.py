"""How long people wait for /help while clips are recognised and the club talks, beside the same bot at rest."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean
from time import monotonic

from sqlalchemy import Engine, create_engine, text

from plumbot.apps.benches import growth
from plumbot.apps.benches.children import until
from plumbot.apps.benches.figures import Figure, Spread, p99
from plumbot.apps.benches.listening import SMALL, SMALLEST, Club, club, is_here
from plumbot.apps.benches.scratch import scratch
from plumbot.apps.benches.telegram import Telegram
from plumbot.apps.benches.traffic import person, written

GOAL = 3.0
MODELS = SMALL, SMALLEST
A_SECOND, TIMES = 5, 500  # so seldom that the bot's own limit on sends is not what is measured
ASKING = range(growth.PEOPLE, growth.PEOPLE + 20)  # in turn, so that nobody meets Telegram's one message a second
SPEAKING = range(growth.PEOPLE + 20, growth.PEOPLE + 60)
EARS, VOICES = 2, 3  # a clip waits for each that is done
PORTIONS = 10  # a second's updates do not come at once
WORKED_AT = text("SELECT count(*) FROM a2t_jobs WHERE status = 'running'")


@dataclass(frozen=True)
class Rush:
    """Milliseconds of each /help, and how many clips were worked at in each second."""

    waits: list[float]
    at_work: list[int]


async def figures(rounds: int, times: int = TIMES) -> list[Figure]:
    """Rest and rush take turns; nothing where no model is installed."""
    model = next(filter(is_here, MODELS), None)
    if model is None:
        return []
    idle, busy, seconds = list[list[float]](), list[Rush](), itertools.count()
    with scratch() as folder:
        async with club(folder, SPEAKING.stop, model) as it:
            for number in SPEAKING[:EARS]:
                await it.hear(person(number))
            await asked(it.telegram, len(ASKING))
            for _ in range(rounds):
                idle.append(await asked(it.telegram, times))
                busy.append(await _rushed(it, times, seconds))
    return told_of(idle, busy)


def told_of(idle: list[list[float]], busy: list[Rush]) -> list[Figure]:
    rest, rush = Spread.of([p99(waits) for waits in idle]), Spread.of([p99(one.waits) for one in busy])
    at_work = Spread.of([mean(one.at_work) for one in busy])
    during = f"{EARS} clips are recognised and {growth.A_SECOND} updates/s come"
    return [
        Figure(f"/help while {during}, p99", "ms", rush, "at rest", rest, GOAL, "less"),
        Figure("clips recognised at once meanwhile", "", at_work, "wanted", Spread.of([EARS]), 0.9),
    ]


async def asked(it: Telegram, times: int) -> list[float]:
    """Milliseconds from handing over each update till the answer is said."""
    first, given, began = len(it.taken), defaultdict[int, list[float]](list), monotonic()
    for number in range(times):
        await asyncio.sleep(began + number / A_SECOND - monotonic())
        who = person(ASKING[number % len(ASKING)])
        given[who["id"]].append(monotonic())
        it.hand_over([written(who, "/help")])
    await until(lambda: sum(chat in given for _, chat in it.taken[first:]) >= times)
    answers = {chat: [at for at, to in it.taken[first:] if to == chat] for chat in given}
    return [1_000 * (then - at) for chat in given for at, then in zip(given[chat], answers[chat], strict=True)]


async def _rushed(it: Club, times: int, seconds: Iterator[int]) -> Rush:
    """Clips are said and the club talks while people ask; at the end all is still."""
    over, speakers = asyncio.Event(), itertools.cycle(SPEAKING)
    async with asyncio.TaskGroup() as nursery:
        for _ in range(VOICES):
            nursery.create_task(_speak(it, speakers, over))
        nursery.create_task(_talk(it.telegram, seconds, over))
        looked = nursery.create_task(_looked(it.url, over))
        waits = await asked(it.telegram, times)
        over.set()
    return Rush(waits, looked.result())


async def _speak(it: Club, speakers: Iterator[int], over: asyncio.Event) -> None:
    while not over.is_set():
        await it.hear(person(next(speakers)))


async def _talk(it: Telegram, seconds: Iterator[int], over: asyncio.Event) -> None:
    """A second's updates in portions, each at its time."""
    began, portions = monotonic(), itertools.count(1)
    while not over.is_set():
        second = growth.a_second(next(seconds))
        for part in range(PORTIONS):
            it.hand_over(second[part::PORTIONS])
            await asyncio.sleep(began + next(portions) / PORTIONS - monotonic())


async def _looked(url: str, over: asyncio.Event) -> list[int]:
    """How many clips are worked at, each second."""
    engine, seen = create_engine(url), list[int]()
    try:
        while not over.is_set():
            await asyncio.sleep(1)
            seen.append(await asyncio.to_thread(_worked_at, engine))
    finally:
        engine.dispose()
    return seen


def _worked_at(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(WORKED_AT).scalar_one())
