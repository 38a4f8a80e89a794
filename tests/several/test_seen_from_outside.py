"""Bot and worker as two processes on PostgreSQL, looked at as operators do: logs, metrics, health."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from plumbot.migrations import upgrade
from tests.apps.test_observing import samples
from tests.support.club import Club, club
from tests.support.databases import place
from tests.support.postgres import PostgresServer, free_port, temporary_server
from tests.support.secrecy import SECRET, check_that_no_secret_leaked
from tests.support.speech import WorkerProcess, recording

RED_WITHIN_SECONDS = 10.0
GREEN_WITHIN_SECONDS = 60.0
START_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.1

pytestmark = pytest.mark.timeout(240)


@dataclass
class Watched:
    """A process, and where it tells how it does."""

    process: WorkerProcess
    port: int
    http: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 when nobody answers."""
        try:
            async with self.http.get(f"http://127.0.0.1:{self.port}{path}") as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientConnectionError:
            return 0, ""

    async def comes_to(self, status: int, within: float) -> None:
        """Its readiness; all that while it lives."""
        async with asyncio.timeout(within):
            while (await self.get("/health/ready"))[0] != status:  # noqa: ASYNC110  # another process sets no event
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def figures(self) -> dict[tuple[str, ...], float]:
        return samples((await self.get("/metrics"))[1])

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.process.said().splitlines() if line.startswith("{")]


@dataclass
class Outside:
    club: Club
    server: PostgresServer
    bot: Watched
    worker: Watched

    async def both(self, do: Callable[[Watched], Awaitable[Any]]) -> list[Any]:
        return [*await asyncio.gather(do(self.bot), do(self.worker))]


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Outside]:
    with temporary_server(durable=True) as server, server.fresh(server.template("head", upgrade)) as url:
        place(folder, url)
        media = {"PLUM_STORAGE__MEDIA_DIR": str(folder / "media")}
        timeout = aiohttp.ClientTimeout(total=15)
        async with club(folder, started=False, **media) as it, aiohttp.ClientSession(timeout=timeout) as http:
            bot = _watched(it, folder / "bot", ("plumbot.apps.cli", "bot"), http)
            worker = _watched(it, folder / "worker", ("tests.support.speech",), http)
            try:
                await asyncio.gather(bot.process.start(), worker.process.start())
                yield Outside(it, server, bot, worker)
            finally:
                await asyncio.gather(bot.process.stop(), worker.process.stop())
        server.stop()
        for traces in (folder / "bot", folder / "worker", *_folders(server.folder / "data")):
            check_that_no_secret_leaked(traces)
        server.start()  # for whoever drops the database


def _folders(root: Path) -> list[Path]:
    return [root, *(path for path in root.rglob("*") if path.is_dir())]


def _watched(it: Club, folder: Path, command: tuple[str, ...], http: aiohttp.ClientSession) -> Watched:
    folder.mkdir()
    port = free_port()
    variables = it.variables() | {"PLUM_HTTP__PORT": str(port)}
    return Watched(WorkerProcess(variables, folder, command=command), port, http)


async def test_one_number_in_both_logs_and_health_says_when_the_database_is_away(tmp_path: Path) -> None:
    async with outside(tmp_path) as it:
        await it.both(lambda one: one.comes_to(200, START_SECONDS))
        mira = it.club.people.mira
        await mira.start()
        sent = await mira.says(recording(1_000))
        await mira.sees("seconds.", after=sent)
        await it.club.settles()
        _is_one_number_in_both_logs(it)
        await _have_moved(it)

        await asyncio.to_thread(it.server.stop)
        await it.both(lambda one: one.comes_to(503, RED_WITHIN_SECONDS))
        assert await it.both(lambda one: one.get("/health/live")) == [(200, '{"live": true}')] * 2
        metrics, ready = await it.bot.get("/metrics"), await it.bot.get("/health/ready")
        assert (metrics[0], samples(metrics[1])["plum_ready", "database"]) == (200, 0)
        assert not [secret for secret in ("postgresql", SECRET.decode()) if secret in metrics[1] + ready[1]]
        for length in (1_200, 1_400):
            await mira.says(recording(length))

        await asyncio.to_thread(it.server.start)
        await it.both(lambda one: one.comes_to(200, GREEN_WITHIN_SECONDS))
        for text in ("1.20 seconds.", "1.40 seconds."):
            await mira.sees(text, within=GREEN_WITHIN_SECONDS)
        await it.club.settles()
        assert it.club.asks("SELECT status, count(*) FROM a2t_jobs GROUP BY status") == [("done", 3)]
        assert it.club.asks("SELECT count(*) FROM inbox WHERE status <> 'done'") == [(0,)]
        assert it.bot.process.is_up
        assert it.worker.process.is_up


def _is_one_number_in_both_logs(it: Outside) -> None:
    """Of the voice message: the bot logs it by its handling, the worker by its job."""
    ((request,),) = it.club.asks("SELECT request FROM a2t_jobs")
    ((seq,),) = it.club.asks("SELECT seq FROM inbox WHERE kind = 'message' ORDER BY seq DESC LIMIT 1")
    assert request == f"u{seq}"
    for one in (it.bot, it.worker):
        assert [line["event"] for line in one.lines() if line.get("request") == request] != [], one.process.log
    mira = it.club.people.mira.user_id
    (done,) = [line for line in it.worker.lines() if line["event"] == "speech_done"]
    known = {name: done[name] for name in ("request", "job", "user", "chat")}
    assert known == {"request": request, "job": 1, "user": mira, "chat": mira}
    told = [line for line in it.bot.lines() if line["event"] == "sent" and line["screen"].startswith("speech.")]
    assert told[-1]["screen"] == "speech.result"
    assert {(line["request"], line["chat"]) for line in told} == {(request, mira)}


async def _have_moved(it: Outside) -> None:
    bot, worker = await it.both(lambda one: one.figures())
    assert bot["plum_updates_total", "message", "done"] >= 2
    assert bot["plum_api_calls_total", "sendMessage", "ok"] >= 1
    assert bot["plum_transactions_total", "kept"] >= 2
    assert worker["plum_recognitions_total", "measuring", "done"] == 1
    for figures, checks in ((bot, {"process", "database", "intake", "inbox"}), (worker, {"database", "speech"})):
        ready = {names[1]: value for names, value in figures.items() if names[0] == "plum_ready"}
        assert ready == dict.fromkeys(checks, 1)
