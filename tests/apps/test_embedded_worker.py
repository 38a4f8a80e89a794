"""The worker that lives with the bot: a child of it, which ends when the bot ends, however that ends."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from plumbot.apps.embedded_worker import EmbeddedWorker
from plumbot.features.transcription.hearing import Hearing
from plumbot.kit.clock import SystemClock
from plumbot.kit.settings import Settings
from tests.house.test_purity import loaded_by
from tests.support.telegram import database

PATIENCE_SECONDS = 60.0


def variables(folder: Path) -> dict[str, str]:
    return {
        "PLUM_TELEGRAM__TOKEN": "1234567:not-a-real-token-not-a-real-token-00",
        "PLUM_TELEGRAM__API_URL": "http://127.0.0.1:9",
        "PLUM_DATABASE__URL": f"sqlite:///{folder / 'plum.db'}",
        "PLUM_STORAGE__MEDIA_DIR": str(folder / "media"),
        "PLUM_TRANSCRIPTION__ENGINE": "sphinx",
    }


def test_a_worker_loads_neither_aiogram_nor_an_engine() -> None:
    """Quick to start, and small until somebody speaks."""
    heavy = {"aiogram", "faster_whisper", "ctranslate2", "onnxruntime", "numpy", "av", "matplotlib", "PIL"}
    assert heavy & loaded_by("plumbot.apps.worker") == set()


def children_of(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(number) for file in found for number in file.read_text(encoding="ascii").split()]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until_it_listens(sessions: object, hearing: Hearing) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await sessions.read(hearing.why_not) is not None:  # type: ignore[attr-defined]  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_it_starts_again_when_it_dies_and_ends_with_the_bots_part(tmp_path: Path) -> None:
    pytest.importorskip("pocketsphinx")
    hearing = Hearing(SystemClock())
    async with database(tmp_path) as sessions:
        part = EmbeddedWorker(Settings(variables(tmp_path)), sessions, hearing)
        running = asyncio.create_task(part.run())
        try:
            await until_it_listens(sessions, hearing)
            [first] = [pid for pid in children_of(os.getpid()) if b"--embedded" in _command(pid)]
            os.kill(first, signal.SIGKILL)
            others = [first]
            async with asyncio.timeout(PATIENCE_SECONDS):
                while others in ([], [first]):
                    await asyncio.sleep(0.05)
                    others = [pid for pid in children_of(os.getpid()) if b"--embedded" in _command(pid)]
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        assert not any(lives(pid) for pid in others)


async def test_it_ends_when_the_bot_is_killed(tmp_path: Path) -> None:
    """Its standard input ends then: no signal is needed."""
    hearing = Hearing(SystemClock())
    async with database(tmp_path) as sessions:
        others = {name: value for name, value in os.environ.items() if not name.startswith("PLUM_")}
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "plumbot", "worker", "--embedded", env=others | variables(tmp_path),
            stdin=asyncio.subprocess.PIPE, cwd=tmp_path,
        )  # fmt: skip
        await until_it_listens(sessions, hearing)
        assert child.stdin is not None
        child.stdin.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await child.wait() == 0
        assert await sessions.read(hearing.why_not) is not None, "it has said that it leaves"


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
