"""On SQLite the worker is a child of the bot: what it counts is on the bot's `/metrics`."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from plumbot.apps.embedded_counts import hear_the_child
from plumbot.kit.metrics import REGISTRY
from tests.apps.test_observing import samples, scraped
from tests.features.transcription.conftest import recording
from tests.support.club import club
from tests.support.postgres import free_port

PATIENCE_SECONDS = 90.0
TELLS = """
from plumbot.apps.embedded_counts import tell_the_bot
tell_the_bot("told", "done", 0.25)
tell_the_bot("", "unusable")
"""


def counted(engine: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("plum_recognitions_total", {"engine": engine, "outcome": outcome}) or 0.0


async def test_what_a_child_counts_is_counted_here_and_half_a_line_is_not() -> None:
    before = counted("", "unusable")
    ours, theirs = socket.socketpair()
    with theirs:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", TELLS, stdin=theirs.fileno())
        assert await child.wait() == 0
        theirs.sendall(b'["cut", "do')
    await hear_the_child(ours)
    assert (counted("told", "done"), counted("cut", "do"), counted("", "unusable") - before) == (1, 0, 1)
    assert REGISTRY.get_sample_value("plum_real_time_factor_sum", {"engine": "told"}) == 0.25


def test_a_child_that_nobody_hears_goes_on() -> None:
    assert subprocess.run([sys.executable, "-c", TELLS], stdin=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.timeout(PATIENCE_SECONDS + 30)
async def test_recognitions_of_an_embedded_worker_are_on_the_bots_metrics(tmp_path: Path) -> None:
    port = free_port()
    changed = {
        "PLUM_HTTP__PORT": str(port),
        "PLUM_WORKER__EMBEDDED": "on",
        "PLUM_TRANSCRIPTION__ENGINE": "sphinx",
        "PLUM_STORAGE__MEDIA_DIR": str(tmp_path / "media"),
    }
    async with club(tmp_path, started=True, **changed) as it:

        async def listens() -> bool:
            return it.asks("SELECT count(*) FROM a2t_workers WHERE why_not IS NULL") == [(1,)]

        async def is_counted() -> bool:
            found = samples(await scraped(port))
            done = found.get(("plum_recognitions_total", "sphinx", "done"))
            return (done, found.get(("plum_real_time_factor_count", "sphinx"))) == (1, 1)

        await it.people.until(listens, "The embedded worker does not listen", None, None, PATIENCE_SECONDS)
        ada = it.people.ada
        sent = await ada.says(recording("beckett.wav").read_bytes())
        await ada.sees("try again fail again", after=sent, within=PATIENCE_SECONDS)
        await it.people.until(is_counted, "The bot's metrics do not know of it", ada, None)
