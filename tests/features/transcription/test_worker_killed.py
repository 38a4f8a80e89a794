"""Workers are killed in the middle of their jobs, on both databases: each job has one result, and none is lost."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.apps import speech_queues
from plumbot.features.transcription.queueing import Queue
from plumbot.features.transcription.schemas import Clip, Model
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.clock import SystemClock
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.settings import Settings
from plumbot.sandbox import files
from plumbot.sandbox.options import TOKEN, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve
from tests.features.transcription.speech_house import SpeechHouse
from tests.features.transcription.test_speech_jobs import MANY
from tests.support.speech import WorkerProcess, recording

SOAK = os.environ.get("PLUM_SOAK") == "on"
JOBS, KILLS = (100, 10) if SOAK else (40, 4)
PATIENCE_SECONDS = 3_000 if SOAK else 240


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[RunningSandbox]:
    """Only its files are needed."""
    sandbox = await serve(SandboxOptions(state=tmp_path / "sandbox", web_port=0, strict_rates=False))
    yield sandbox
    await sandbox.close()


def variables(sandbox: RunningSandbox, head_url: str, folder: Path) -> dict[str, str]:
    return {
        "PLUM_TELEGRAM__TOKEN": TOKEN,
        "PLUM_TELEGRAM__API_URL": sandbox.api_url,
        "PLUM_DATABASE__URL": head_url,
        "PLUM_STORAGE__MEDIA_DIR": str(folder / "media"),
        "PLUM_CLUB__OWNER_ID": "1004",
    }


def ask(session: Session, queue: Queue, sandbox: RunningSandbox, lengths: range) -> None:
    """One recording of its own for each of so many people."""
    house = SpeechHouse(SystemClock(), MANY, tickets=queue)
    house.hearing.announce(session, "elsewhere:1", [Model("ruler", (), 1)], None)
    for number, length in enumerate(lengths, 1):
        stored = files.store(sandbox.world, "voice", recording(length), "voice.wav", "audio/wav", {}, by_person=True)
        person = 5_000 + number
        clip = Clip(person, number, None, person, "voice", stored.file_id, stored.unique_id, 1, stored.size)
        house.speech.hear(session, clip, person)


def statuses(session: Session) -> Counter[str]:
    return Counter(session.scalars(select(A2TJob.status)))


async def until(sessions: SessionManager, done: int) -> None:
    """Waits until so many are done."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await sessions.read(statuses))["done"] < done:  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(0.05)


def results(session: Session) -> list[float]:
    """How long each recording was found to be."""
    texts = session.scalars(select(A2TJob.text).order_by(A2TJob.id))
    return [float((text or "0").partition(" ")[0]) for text in texts]


def shown(session: Session) -> list[str]:
    return sorted(session.scalars(select(ShownMessage.screen)))


def queue_for(url: str) -> Queue:
    return speech_queues.queue(Settings({"PLUM_DATABASE__URL": url}))


@pytest.mark.kill
@pytest.mark.timeout(PATIENCE_SECONDS + 30)
async def test_killed_again_and_again_each_job_has_one_result(
    sessions: SessionManager, telegram: RunningSandbox, head_url: str, tmp_path: Path
) -> None:
    queue = queue_for(head_url)
    lengths = range(400, 400 + 10 * JOBS, 10)
    await sessions.change(ask, queue, telegram, lengths)
    worker = WorkerProcess(variables(telegram, head_url, tmp_path), tmp_path, seconds_a_piece=0.02)
    try:
        for kill in range(KILLS):
            await worker.start()
            await until(sessions, (kill + 1) * JOBS // (KILLS + 2))
            await asyncio.sleep(0.01 * kill)
            await worker.kill()
        await worker.start()
        await until(sessions, JOBS)
        assert await worker.stop() == 0
    finally:
        await worker.kill()
    assert await sessions.read(statuses) == {"done": JOBS}
    assert sorted(worker.kept()) == sorted(set(worker.kept()))
    found = await sessions.read(results)
    assert len(found) == JOBS
    assert found == sorted(found), "each job has the words of its own recording: every one is longer than the last"
    assert await sessions.read(shown) == ["speech.result"] * JOBS
    assert list((tmp_path / "media").rglob("*")) == [], "no file is left behind"
