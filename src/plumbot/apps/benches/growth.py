"""Whether a bot that works steadily for minutes keeps up, and stays as small as it was."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import Engine, create_engine, text

from plumbot.apps.benches.children import Child, running, until
from plumbot.apps.benches.figures import Figure, Spread, p95
from plumbot.apps.benches.scratch import scratch, sqlite_in
from plumbot.apps.benches.telegram import Telegram, telegram
from plumbot.apps.benches.traffic import Json, person, reactions, talk, written

A_SECOND, PEOPLE = 100, 300
TALK, VOTES, COMMANDS = 80, 18, 2  # of each second's
WARMING = 60  # people who ask at once before it begins, so that each connection is open that there may be
SHARE = 5  # the first and the last fifth are compared
WAIT = text("SELECT count(*) FROM inbox WHERE status = 'new'")
IN_ALL = text("SELECT count(*) FROM inbox WHERE source = 'telegram'")


@dataclass
class Course:
    """What was seen each second."""

    waiting: list[float] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)
    descriptors: list[float] = field(default_factory=list)

    def look(self, child: Child, waiting: int) -> None:
        self.waiting.append(waiting)
        self.mib.append(child.resident_mib())
        self.descriptors.append(child.descriptors())


def a_second(number: int) -> list[Json]:
    """Mostly talk; each message is new, each reaction to a message that was there."""
    first = number * A_SECOND + 1
    commands = [written(person((number * COMMANDS + one) % PEOPLE), "/help") for one in range(COMMANDS)]
    return [*talk(TALK, PEOPLE, first), *reactions(VOTES, PEOPLE, first), *commands]


async def figures(minutes: float) -> list[Figure]:
    seconds = max(2 * SHARE, round(60 * minutes))
    with scratch() as folder:
        url = sqlite_in(folder)
        engine = create_engine(url)
        async with telegram() as it, running("run", url, it.url, folder) as child:
            await until(lambda: "getUpdates" in it.asked)
            try:
                course = await _watched(it, child, engine, seconds)
            finally:
                engine.dispose()
    return told_of(course, seconds)


async def _watched(it: Telegram, child: Child, engine: Engine, seconds: int) -> Course:
    """Each second's updates at their time; what comes before, and the first second, warms up and is not looked at."""
    it.hand_over(written(person(number), "/help") for number in range(WARMING))
    await until(lambda: len(it.taken) >= WARMING)
    course, began = Course(), monotonic()
    for number in range(seconds + 1):
        it.hand_over(a_second(number))
        await asyncio.sleep(max(0.0, began + number + 1 - monotonic()))
        if number:
            course.look(child, await asyncio.to_thread(_count, engine, WAIT))
    sent = WARMING + (seconds + 1) * A_SECOND
    await until(lambda: _count(engine, IN_ALL) == sent and _count(engine, WAIT) == 0, 10.0)
    return course


def _count(engine: Engine, question: object) -> int:
    with engine.connect() as connection:
        return int(connection.execute(question).scalar_one())  # type: ignore[call-overload]


def told_of(course: Course, seconds: int) -> list[Figure]:
    part = max(1, len(course.mib) // SHARE)
    during = f"in {seconds / 60:g} min of {A_SECOND} updates/s"
    waits = Spread(p95(course.waiting), min(course.waiting), max(course.waiting))
    return [
        Figure(f"updates that wait {during}, p95", "", waits, "a second's", Spread.of([A_SECOND]), 0.1, "less"),
        *(
            Figure(f"{what}, last fifth {during}", unit, Spread.of(seen[-part:]), "first fifth", Spread.of(seen[:part]),
                   1.1, "less")
            for what, unit, seen in (("memory", "MiB", course.mib), ("descriptors", "", course.descriptors))
        ),
    ]  # fmt: skip
