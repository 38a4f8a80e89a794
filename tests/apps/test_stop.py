"""SIGTERM at any moment: the bot ends within its time and with code 0, and the next start finds everything."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from plumbot.apps.assembly import PartEnded
from plumbot.apps.bot import serve
from plumbot.kit.settings import Settings
from tests.apps.test_webhook import SECRET, as_process, behind_webhook, free_port, newcomers
from tests.support.club import Club, club
from tests.support.phones import Phone
from tests.support.processes import BotProcess
from tests.support.telegram import until

LIMIT_SECONDS = 20.0  # what is promised; the sandbox's page gives 15
AT_ONCE = 4.0  # nothing is left to wait for; the machine may be busy


async def must_stop(process: BotProcess, within: float = LIMIT_SECONDS) -> float:
    """Ask once, as systemd does; gives the seconds it took. The last line says that it has ended."""
    began = time.monotonic()
    await process.stop()
    took = time.monotonic() - began
    assert process.exit_code == 0
    last = json.loads(process.log.read_text().splitlines()[-1])
    assert last["event"] == "stopped"
    assert took < within
    return took


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Another program holds the database's write lock."""
    with closing(sqlite3.connect(folder / "plum.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def running(process: BotProcess) -> None:
    await process.start()
    await until(lambda: process.has_said('"started"'), within=20)


async def menus_of(person: Phone) -> int:
    return len([message for message in await person.messages() if "[Join the club]" in labels(message)])


def labels(message: dict[str, list[list[dict[str, str]]]]) -> list[str]:
    return [f"[{button['text']}]" for row in message["buttons"] for button in row]


async def each_has_one_menu(it: Club, *people: Phone) -> None:
    """Everything that was sent before is answered, once."""
    for person in people:
        await person.sees("[Join the club]")
    await it.settles()
    assert it.asks("SELECT count(*) FROM inbox WHERE status <> 'done'") == [(0,)]
    assert [await menus_of(person) for person in people] == [1] * len(people)


async def test_while_a_long_poll_hangs(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        await running(process)
        await it.people.nina.start()
        await each_has_one_menu(it, it.people.nina)
        await must_stop(process, AT_ONCE)


async def test_while_a_chat_has_to_pause_after_429(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        it.sandbox.world.faults.plan("429", "sendPhoto", 1)
        it.sandbox.world.faults.plan("429", "sendMessage", 1)
        await running(process)
        await it.people.nina.start()
        await until(lambda: process.has_said("telegram_asks_to_wait"))
        await must_stop(process, AT_ONCE)
        await process.start()
        await each_has_one_menu(it, it.people.nina)


async def test_while_answers_wait_for_telegrams_limits(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        await running(process)
        for _ in range(15):
            await it.people.nina.send("/help")
        await until(lambda: it.asks("SELECT count(*) >= 15 FROM inbox WHERE status = 'done'") == [(1,)], within=20)
        assert it.asks("SELECT count(*) > 0 FROM outbox WHERE dirty") == [(1,)]
        await must_stop(process, AT_ONCE)
        await process.start()
        await until(lambda: it.asks("SELECT count(*) FROM outbox WHERE dirty") == [(0,)], within=60)
        await it.settles()
        await same_on_the_phone_as_in_the_outbox(it, it.people.nina)


async def same_on_the_phone_as_in_the_outbox(it: Club, person: Phone) -> None:
    seen = {m["message_id"] for m in await person.messages() if m["from"]["is_bot"]}
    noted = it.asks("SELECT message_id FROM outbox WHERE chat_id = ? AND NOT closed", person.user_id)
    assert seen == {message_id for (message_id,) in noted}


@pytest.mark.parametrize(("hang_seconds", "most"), [(3.0, 1), (60.0, 2)])
async def test_while_an_answer_of_telegram_hangs(tmp_path: Path, hang_seconds: float, most: int) -> None:
    """It is waited for a while. Who hangs longer leaves one duplicate, as after a kill, and not a lost message."""
    async with as_process(tmp_path) as (it, process):
        world = it.sandbox.world
        world.options.hang_seconds = world.options.slow_seconds[0] if hang_seconds < 10 else hang_seconds
        world.options.slow_seconds = (hang_seconds, hang_seconds)
        for method in ("sendPhoto", "sendMessage"):
            world.faults.plan("slow" if most == 1 else "timeout_after", method, 1)
        await running(process)
        await it.people.nina.start()
        await until(lambda: it.asks("SELECT count(*) FROM outbox WHERE dirty") == [(1,)])
        await asyncio.sleep(0.3)
        took = await must_stop(process)
        assert took > 1
        await process.start()
        await it.people.nina.sees("[Join the club]")
        await it.settles()
        assert 1 <= await menus_of(it.people.nina) <= most


async def test_while_a_lane_waits_to_try_again(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        poison = (
            "INSERT INTO inbox (bot_id, source, update_id, kind, lane, body, status, attempts, received_at)"
            " VALUES (1, 'call', 999999, 'call', 1001, '{\"then\": \"nobody.knows\"}', 'new', 3, '2026-01-01 00:00:00')"
        )
        with closing(sqlite3.connect(tmp_path / "plum.db")) as other, other:
            other.execute(poison)
        await running(process)
        await it.people.nina.start()
        await until(lambda: process.has_said("update_failed"))
        await must_stop(process, AT_ONCE)
        await process.start()
        await it.people.nina.sees("[Join the club]")
        assert await menus_of(it.people.nina) == 1
        assert it.asks("SELECT status FROM inbox WHERE source = 'call' AND update_id = 999999") == [("new",)]


async def test_while_another_process_locks_the_database(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        await running(process)
        async with locked(tmp_path):
            await it.people.nina.start()
            await asyncio.sleep(1)
            await must_stop(process)
        await process.start()
        await each_has_one_menu(it, it.people.nina)


async def test_during_the_start_while_telegram_is_away(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        await process.start(PLUM_TELEGRAM__API_URL=f"http://127.0.0.1:{free_port()}")
        await until(lambda: process.has_said("telegram_away"), within=20)
        await must_stop(process, AT_ONCE)
        await it.people.nina.start()
        await process.start()
        await each_has_one_menu(it, it.people.nina)


async def test_during_the_start_while_the_webhook_cannot_be_set(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        it.sandbox.world.faults.plan("502", "setWebhook", 50)
        await process.start(**behind_webhook(free_port()))
        await until(lambda: process.has_said("telegram_away"), within=20)
        await must_stop(process, AT_ONCE)


async def test_during_the_start_while_the_database_is_locked(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        async with locked(tmp_path):
            await process.start()
            await asyncio.sleep(1)
            await must_stop(process)
        await it.people.nina.start()
        await process.start()
        await each_has_one_menu(it, it.people.nina)


async def test_while_somebody_sends_to_the_webhook_without_end(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (_, process):
        port = free_port()
        await process.start(**behind_webhook(port))
        await until(lambda: process.has_said("webhook_set"), within=20)
        head = (
            f"POST /plum HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        )
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        await asyncio.sleep(0.3)
        await must_stop(process)
        writer.close()


async def test_at_random_moments_under_traffic_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        people = await newcomers(it, 60)
        chance = random.Random(7)  # the same moments in each run, as far as machines allow

        async def come_in() -> None:
            for person in people:
                await person.start()
                await asyncio.sleep(0.1)

        coming = asyncio.create_task(come_in())
        for _ in range(10):
            await process.start()
            await asyncio.sleep(chance.uniform(0.1, 1.2))
            await process.stop()
            assert process.exit_code in (0, -signal.SIGTERM)  # the latter before anything was begun
        await coming
        await process.start()
        await each_has_one_menu(it, *people)


async def test_asked_twice_it_ends_at_once(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, process):
        await running(process)
        async with locked(tmp_path):
            await it.people.nina.start()
            await asyncio.sleep(0.5)
            assert process.pid is not None
            os.kill(process.pid, signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert process.runs
            os.kill(process.pid, signal.SIGTERM)
            await process.ended(within=1)
            assert process.exit_code == 128 + signal.SIGTERM
            assert process.has_said("stopped_at_once")
        await process.start()
        await each_has_one_menu(it, it.people.nina)


async def test_ctrl_c_in_a_terminal_prints_no_traceback(tmp_path: Path) -> None:
    async with as_process(tmp_path) as (it, _):
        command = (sys.executable, "-m", "plumbot", "run")
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **it.variables()}, cwd=tmp_path, stderr=pipe, stdout=pipe
        )
        assert child.stderr is not None
        said = b""
        async with asyncio.timeout(60):
            while b'"started"' not in said:
                said += await child.stderr.readline()
            child.send_signal(signal.SIGINT)
            out, more = await child.communicate()
        assert child.returncode == 0
        assert b"Traceback" not in said + more
        assert b'"stopped"' in more.splitlines()[-1]
        assert out == b""


async def test_a_part_that_ends_by_itself_is_a_failure_so_that_somebody_starts_the_bot_again(tmp_path: Path) -> None:
    """It used to end the bot as if it had been asked to: with code 0, after which systemd would have left it."""
    async with club(tmp_path, started=False) as it:
        serving = asyncio.create_task(serve(Settings(it.variables()), asyncio.Event()))
        await until(lambda: "Poller" in {task.get_name() for task in asyncio.all_tasks()}, within=20)
        for task in asyncio.all_tasks():
            if task.get_name() == "Poller":
                task.cancel()
        with pytest.raises(PartEnded, match="Poller"):
            await serving
