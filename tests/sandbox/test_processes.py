"""Child processes: started, stopped and killed by the page."""

import asyncio
import sys
from pathlib import Path

import pytest

from plumbot.sandbox.errors import Refused
from plumbot.sandbox.processes import Supervisor, clean_environment
from plumbot.sandbox.server import serve
from tests.sandbox.desk import Clock, options

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
OBEDIENT = "import time; print('up', flush=True); time.sleep(60)"
TELLING = "import os; print(sorted(k for k in os.environ if k.startswith('PLUM')), os.environ['PLUM_X'], flush=True)"


async def logged(supervisor: Supervisor, name: str) -> str:
    """What the child has written, once it has written something."""
    async with asyncio.timeout(5):
        while not (  # noqa: ASYNC110 - a file rings no bell
            supervisor.log_file(name).exists() and (text := supervisor.log_file(name).read_text())
        ):
            await asyncio.sleep(0.01)
    return text


def status(supervisor: Supervisor) -> str:
    return str(supervisor.view()[0]["status"])


async def test_a_child_sees_only_what_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUM_TELEGRAM__TOKEN", "a real one")
    supervisor = Supervisor(tmp_path)
    supervisor.add("bot", [sys.executable, "-c", TELLING], clean_environment({"PLUM_X": "given"}))
    await supervisor.start("bot")
    assert await logged(supervisor, "bot") == "['PLUM_X'] given\n"
    await supervisor.close()


async def test_kill_is_sigkill_and_start_brings_it_back(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    seen: list[str] = []
    supervisor.changed = lambda: seen.append(status(supervisor))
    supervisor.on_kill = lambda name: seen.append(f"killed {name}")
    supervisor.add("bot", [sys.executable, "-c", STUBBORN], clean_environment({}))
    await supervisor.start("bot")
    await supervisor.start("bot")
    first = supervisor.view()[0]
    await logged(supervisor, "bot")
    await supervisor.kill("bot")
    assert supervisor.view()[0]["exit_code"] == -9
    await supervisor.start("bot")
    second = supervisor.view()[0]
    assert (second["status"], second["pid"] != first["pid"]) == ("running", True)
    await supervisor.kill("bot")
    assert seen == ["stopped", *["starting", "running", "stopped", "killed bot"] * 2]


async def test_stop_is_sigterm(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.add("bot", [sys.executable, "-c", OBEDIENT], clean_environment({}))
    await supervisor.start("bot")
    await logged(supervisor, "bot")
    await supervisor.stop("bot")
    assert (status(supervisor), supervisor.view()[0]["exit_code"]) == ("stopped", -15)


async def test_a_program_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.add("bot", ["/nowhere/program"], {})
    with pytest.raises(Refused, match="bot cannot be started"):
        await supervisor.start("bot")
    assert status(supervisor) == "stopped"
    with pytest.raises(Refused, match="no process named"):
        await supervisor.start("cat")


async def test_a_busy_port_makes_it_take_the_next_and_say_so(tmp_path: Path, clock: Clock) -> None:
    said: list[str] = []
    first = await serve(options(tmp_path / "one", clock))
    port = int(first.web_url.rpartition(":")[2])
    given = options(tmp_path / "two", clock, say=said.append)
    given.web_port, given.api_port = port, 0
    second = await serve(given)
    assert second.web_url != first.web_url
    assert said[0].startswith(f"The page: port {port} is busy, taking ")
    await second.close()
    await first.close()


async def test_a_second_sandbox_in_the_same_folder_is_refused(tmp_path: Path, clock: Clock) -> None:
    first = await serve(options(tmp_path, clock))
    with pytest.raises(Refused, match="Another sandbox is running"):
        await serve(options(tmp_path, clock))
    await first.close()
    again = await serve(options(tmp_path, clock))
    await again.close()
