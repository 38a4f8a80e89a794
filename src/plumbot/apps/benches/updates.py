"""How many updates a second: through intake, inbox, author index and lanes, beside ways that do less."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

from aiogram import Bot, Dispatcher

from plumbot.apps.benches.figures import Figure, Spread
from plumbot.apps.benches.house import house
from plumbot.apps.benches.scratch import TOKEN, scratch, sqlite_in
from plumbot.apps.benches.traffic import Json, person, pressed, reactions, talk, written
from plumbot.apps.dispatcher import SilentSession
from plumbot.features.applications.presses import Join, Step

POLL = 100  # as many as Telegram hands over at once
MESSAGES, ALONE, VOTES, APPLICANTS, COMMITS, PEOPLE = 5_000, 500, 5_000, 200, 1_000, 300

Way = Callable[[Path], Awaitable[float]]


async def figures(rounds: int) -> list[Figure]:
    """The ways take turns, so that a busy minute of the machine meets all of them."""
    ways: dict[str, Way] = {
        "batches": messages_in_batches,
        "aiogram": bare_aiogram,
        "alone": messages_alone,
        "votes": votes,
        "applications": applications,
        "commits": bare_commits,
    }
    runs: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with scratch() as folder:
                runs[name].append(await way(folder))
    found = {name: Spread.of(a_second) for name, a_second in runs.items()}
    messages, commits = found["batches"], found["commits"]
    unit, bare = "updates/s", "commits of one row"
    return [
        Figure("group messages", unit, messages, "aiogram, empty handler", found["aiogram"], 0.5),
        Figure("group messages", unit, messages, "a transaction each", found["alone"], 8.0),
        Figure("votes by reaction", unit, found["votes"], bare, commits, 0.6),
        Figure("applications", unit, found["applications"], bare, commits, 0.6),
    ]


async def messages_in_batches(folder: Path) -> float:
    return await _taken(folder, talk(MESSAGES, PEOPLE), POLL)


async def messages_alone(folder: Path) -> float:
    return await _taken(folder, talk(ALONE, PEOPLE), 1)


async def votes(folder: Path) -> float:
    """On messages whose authors are known."""
    async with house(sqlite_in(folder)) as it:
        await it.inward.intake.take(it.numbered(talk(VOTES, PEOPLE)))
        given = it.numbered(reactions(VOTES, PEOPLE))
        began = perf_counter()
        for part in _parts(given, POLL):
            await it.inward.intake.take(part)
        return VOTES / (perf_counter() - began)


async def applications(folder: Path) -> float:
    """Many people at once, four updates each: start, join, their line, send."""
    people = [person(number) for number in range(APPLICANTS)]
    steps: list[list[Json]] = [
        [written(one, "/start") for one in people],
        [pressed(one, Join().pack()) for one in people],
        [written(one, f"guest-n{one['id']}-Harvard-CSE-77-3-21") for one in people],
        [pressed(one, Step("send").pack()) for one in people],
    ]
    async with house(sqlite_in(folder)) as it:
        began = perf_counter()
        for step in steps:
            for part in _parts(it.numbered(step), POLL):
                await it.inward.intake.take(part)
        await it.settled()
        return len(steps) * APPLICANTS / (perf_counter() - began)


async def bare_aiogram(_folder: Path) -> float:
    """Decoded and routed to a handler that does nothing; nothing is stored."""
    dispatcher, bot = Dispatcher(), Bot(TOKEN, session=SilentSession())

    @dispatcher.message()
    async def ignore(_message: object) -> None:
        """Nothing."""

    updates = [{"update_id": number, **content} for number, content in enumerate(talk(MESSAGES, PEOPLE))]
    began = perf_counter()
    for update in updates:
        await dispatcher.feed_raw_update(bot, update)
    return MESSAGES / (perf_counter() - began)


async def bare_commits(folder: Path) -> float:
    """The same driver and the same durability, a row a commit, without a loop or an ORM."""
    return await asyncio.to_thread(_commits, folder / "bare.db")


def _commits(file: Path) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
        began = perf_counter()
        for number in range(COMMITS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare (text) VALUES (?)", (f"row {number}",))
            connection.execute("COMMIT")
        return COMMITS / (perf_counter() - began)


async def _taken(folder: Path, contents: Sequence[Json], at_once: int) -> float:
    async with house(sqlite_in(folder)) as it:
        updates = it.numbered(contents)
        began = perf_counter()
        for part in _parts(updates, at_once):
            await it.inward.intake.take(part)
        return len(updates) / (perf_counter() - began)


def _parts(updates: Sequence[Json], size: int) -> Iterator[Sequence[Json]]:
    for start in range(0, len(updates), size):
        yield updates[start : start + size]
