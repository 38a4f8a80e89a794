"""The sandbox as `make demo` starts it, for the tests of this folder."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

READY = re.compile(r"open (http://127\.0\.0\.1:\d+)")
START_SECONDS = 60


async def started(state: Path, *options: str) -> tuple[asyncio.subprocess.Process, str]:
    """`plumbot sandbox` as a process, and the address it says to open."""
    # A setting of a real bot, which the sandbox must not see.
    environment = os.environ | {"PLUM_TELEGRAM__TOKEN": "1234567:a-real-token-that-must-not-be-used-here"}
    command = [sys.executable, "-m", "plumbot", "sandbox", "--port", "0", "--state", str(state), *options]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=state.parent, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(START_SECONDS):
        said = ""
        while process.stdout is not None and (line := (await process.stdout.readline()).decode()):
            said += line
            if address := READY.search(line):
                return process, address.group(1)
    raise AssertionError(f"The sandbox did not start:\n{said}")


async def ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    async with asyncio.timeout(30):
        await process.wait()


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[str]:
    """The address of its page."""
    process, address = await started(tmp_path / "sandbox")
    yield address
    await ended(process)
