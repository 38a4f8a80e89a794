"""How long people and admins wait in a club of a thousand and in one of a million."""

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from random import Random
from time import perf_counter

from pydantic import SecretStr
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps.benches import crowd
from plumbot.apps.benches.figures import Figure, Spread, p95
from plumbot.apps.benches.house import House, house
from plumbot.apps.benches.traffic import FIRST_PERSON, OWNER, Json, person, pressed, written
from plumbot.club.tables import Profile
from plumbot.features.karma.ledger import COUNTED_IN
from plumbot.features.roster.screens import About
from plumbot.kit.settings_values import database_url
from plumbot.kit.switches import Switch

SEED = 5
WARMING = 5
GOAL = 3.0

Ask = Callable[[int], list[list[Json]]]  # a member's number to steps; the last one is timed

QUESTIONS: dict[str, Ask] = {
    "/stats": lambda who: [[written(person(who), "/stats")]],
    "/top": lambda who: [[written(person(who), "/top")]],
    "/profile": lambda who: [[written(person(who), "/profile")]],
    "/admin search": lambda who: [
        [pressed(owner(), About("find", 0).pack())],
        [written(owner(), f"{crowd.LAST[who % len(crowd.LAST)]}{who} {crowd.FIRST[who % len(crowd.FIRST)][:2]}")],
    ],
}


def owner() -> Json:
    return {"id": OWNER, "is_bot": False, "first_name": "Owner", "language_code": "en"}


class NotThisCrowd(Exception):
    """The database holds something else; the text says what to do."""


def prepare(url: str, members: int, progress: crowd.Progress) -> None:
    """Fills a database, unless it holds this crowd already."""
    migrations.upgrade(url)
    engine = create_engine(url)
    try:
        with Session(engine) as session:
            there = session.scalar(select(func.count()).where(Profile.user_id >= FIRST_PERSON)) or 0
            whole = session.get(Switch, COUNTED_IN) is not None
    finally:
        engine.dispose()
    if there == 0:
        crowd.fill(url, members, progress)
    elif there != members or not whole:
        raise NotThisCrowd(f"The database holds {there:,} members and should hold {members:,}: empty it first.")


def postgres_for(server: str, members: int) -> str:
    """A database of its own beside the named one, made where it is missing."""
    beside = make_url(database_url(SecretStr(server)).get_secret_value())
    ours = beside.set(database=f"{beside.database}_{members}")
    engine = create_engine(beside.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            there = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.scalar(there, {"name": ours.database}) is None:
                name = engine.dialect.identifier_preparer.quote(str(ours.database))
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
    finally:
        engine.dispose()
    return ours.render_as_string(hide_password=False)


def sqlite_for(folder: Path, members: int) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / f'members-{members}.db'}"


async def figures(large_url: str, large: int, small_url: str, small: int, times: int) -> list[Figure]:
    """p95 of each question. Both clubs are asked in turn, so that a busy minute of the machine meets both."""
    random = Random(SEED)  # noqa: S311  # the same people in each run
    clubs = ((large_url, large), (small_url, small))
    waits: dict[tuple[str, int], list[float]] = {(name, size): [] for name in QUESTIONS for _, size in clubs}
    async with house(large_url) as many, house(small_url) as few:
        for _ in range(WARMING + times):
            for (name, ask), (it, size) in product(QUESTIONS.items(), ((many, large), (few, small))):
                waits[name, size].append(await _wait(it, ask(random.randrange(size))))
    kind = make_url(large_url).get_backend_name()
    found = {key: _spread(seconds[WARMING:]) for key, seconds in waits.items()}
    return [
        Figure(
            f"{name} among {large:,} ({kind}), p95", "ms", found[name, large], f"among {small:,}", found[name, small],
            GOAL, "less",
        )
        for name in QUESTIONS
    ]  # fmt: skip


async def _wait(it: House, steps: Sequence[list[Json]]) -> float:
    """Milliseconds from Telegram's handing over to the commit of the answer."""
    for step in steps[:-1]:
        await it.handle(step)
    began = perf_counter()
    await it.handle(steps[-1])
    return 1_000 * (perf_counter() - began)


def _spread(waits: Sequence[float]) -> Spread:
    """The p95 with the least and the most of all."""
    return Spread(p95(waits), min(waits), max(waits))
