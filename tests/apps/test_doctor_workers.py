"""Doctor says who listens, when they last said so, and what waits for them."""

import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from plumbot.apps.doctor_workers import look_at_workers
from plumbot.apps.findings import Finding
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.rules import QUEUED, RUNNING
from plumbot.features.transcription.schemas import Model
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.clock import SystemClock
from plumbot.kit.leases import this_process
from plumbot.kit.settings import Settings
from tests.support.telegram import TurnableClock, database

MODELS = (Model("faster-whisper/base", (), 1), Model("sphinx/en-us", ("en",), 2))


def announce(session: Session, holder: str, ago: timedelta, why_not: str | None = None) -> None:
    Hearing(TurnableClock(-ago)).announce(session, holder, () if why_not else MODELS, why_not)


def queue(session: Session, *states: str) -> None:
    now = SystemClock().now()
    session.add_all([A2TJob(user_id=1, status=state, created_at=now) for state in states])


def dead_process() -> int:
    """The number of one that has lived."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


async def looked(
    folder: Path, *workers: tuple[str, timedelta] | tuple[str, timedelta, str], jobs: tuple[str, ...] = (), **more: str
) -> list[Finding]:
    settings = Settings({"PLUM_DATABASE__URL": f"sqlite:///{folder / 'plum.db'}"} | more)
    async with database(folder) as sessions:
        for worker in workers:
            await sessions.change(
                partial(announce, holder=worker[0], ago=worker[1], why_not="".join(worker[2:]) or None)
            )
        await sessions.change(queue, *jobs)
        return await sessions.read(look_at_workers, settings)


async def test_a_worker_that_listens_is_named_with_its_last_beat(tmp_path: Path) -> None:
    found = await looked(tmp_path, ("elsewhere:1", timedelta(seconds=40)), jobs=(QUEUED, QUEUED, RUNNING))
    assert [finding.verdict for finding in found] == ["ok", "ok"]
    assert found[0].says.startswith("A worker listens (last heard of 4")
    assert found[0].says.endswith("s ago) with faster-whisper/base, sphinx/en-us.")
    assert found[1].says == "Recordings that wait: 2; being recognised: 1."


async def test_a_worker_that_cannot_listen_says_why(tmp_path: Path) -> None:
    found = await looked(tmp_path, (this_process(), timedelta(0), "There is no model."))
    assert found[0].says.endswith("but cannot listen: There is no model.")


async def test_recordings_that_nobody_listens_to_are_a_warning(tmp_path: Path) -> None:
    found = await looked(tmp_path, ("elsewhere:1", timedelta(minutes=7)), jobs=(QUEUED,))
    assert found[0].says == "No worker is there (the last one was heard of 7 min ago)."
    assert (found[1].verdict, found[1].todo) == ("warn", "Start the bot: its worker comes with it.")


async def test_a_worker_killed_on_this_machine_is_not_there(tmp_path: Path) -> None:
    host = this_process().rpartition(":")[0]
    found = await looked(tmp_path, (f"{host}:{dead_process()}", timedelta(0)), PLUM_WORKER__EMBEDDED="off")
    assert found[0].says.startswith("No worker is there")
    assert found[0].todo == "Start `plumbot worker`."


async def test_nothing_is_said_of_speech_that_is_switched_off(tmp_path: Path) -> None:
    assert await looked(tmp_path, jobs=(QUEUED,), PLUM_FEATURES__TRANSCRIPTION="off") == []
