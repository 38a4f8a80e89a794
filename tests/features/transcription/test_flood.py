"""Workers as processes of their own, for long: a flood holds nobody up, and a job longer than its lease runs once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.features.transcription.queueing import Queue
from plumbot.features.transcription.rules import LEASE
from plumbot.features.transcription.schemas import Clip
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.clock import SystemClock
from plumbot.kit.db import SessionManager
from plumbot.kit.settings_blocks import TranscriptionSettings
from plumbot.sandbox import files
from plumbot.sandbox.server import RunningSandbox
from tests.features.transcription.speech_house import SpeechHouse
from tests.features.transcription.test_speech_jobs import MANY
from tests.features.transcription.test_worker_killed import queue_for, telegram, until, variables
from tests.support.speech import WorkerProcess, recording

__all__ = ["telegram"]

FLOODER, OTHERS = 5_000, range(6_000, 6_020)
FLOOD, FIRST, JOB_TIMES = 500, 20, 2
AT_ONCE = TranscriptionSettings().workers
SECONDS_A_JOB = 0.05
PATIENCE_SECONDS = 600
LONG_SECONDS = 3 * LEASE.total_seconds() + 5


def ask(session: Session, queue: Queue, sandbox: RunningSandbox, people: Sequence[int], sound: bytes) -> int:
    """A recording for each; gives how many of the flood were done or begun at that moment."""
    house = SpeechHouse(SystemClock(), MANY, tickets=queue)
    house.opens(session)
    for person in people:
        stored = files.store(sandbox.world, "voice", sound, "voice.wav", "audio/wav", {}, by_person=True)
        number = (session.scalar(select(func.max(A2TJob.id))) or 0) + 1
        clip = Clip(person, number, None, person, "voice", stored.file_id, f"unique{number}", 1, stored.size)
        house.speech.hear(session, clip, person)
    return begun(session)[FLOODER]


def begun(session: Session) -> Counter[int]:
    """Jobs by person that a worker has done or is at."""
    query = select(A2TJob.user_id, func.count()).where(A2TJob.status.in_(("running", "done"))).group_by(A2TJob.user_id)
    return Counter(dict(iter(session.execute(query))))


def of_the_flood_before_the_last_other(session: Session) -> int | None:
    """How many jobs of the flood were begun before the last of the others ended; None while one of them waits."""
    ended = session.scalars(select(A2TJob.finished_at).where(A2TJob.user_id.in_(OTHERS), A2TJob.status == "done")).all()
    if len(ended) < len(OTHERS):
        return None
    last = max(moment for moment in ended if moment is not None)
    same = (A2TJob.user_id == FLOODER, A2TJob.started_at < last)
    return session.scalar(select(func.count()).select_from(A2TJob).where(*same))


@pytest.mark.soak
@pytest.mark.timeout(PATIENCE_SECONDS + 60)
async def test_five_hundred_files_of_one_hold_nobody_up(
    sessions: SessionManager, telegram: RunningSandbox, head_url: str, tmp_path: Path
) -> None:
    """Twenty others are done after twenty jobs, and at most two of the flood: those two job times are all they lose."""
    queue = queue_for(head_url)
    sound = recording(400)
    await sessions.change(ask, queue, telegram, [FLOODER] * FLOOD, sound)
    worker = WorkerProcess(variables(telegram, head_url, tmp_path), tmp_path, seconds_a_piece=SECONDS_A_JOB)
    await worker.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await sessions.read(begun))[FLOODER] < FIRST:  # noqa: ASYNC110  # another process sets no event of ours
                await asyncio.sleep(SECONDS_A_JOB)
            before = await sessions.change(ask, queue, telegram, OTHERS, sound)
            while (held_up := await sessions.read(of_the_flood_before_the_last_other)) is None:  # noqa: ASYNC110  # as above
                await asyncio.sleep(SECONDS_A_JOB)
    finally:
        await worker.kill()
    assert FIRST <= before < FLOOD / 2, "the flood was under way, and far from its end"
    in_the_way = held_up - (before - AT_ONCE)  # what of the flood was running when they came counts, too
    assert in_the_way / AT_ONCE <= JOB_TIMES


@pytest.mark.soak
@pytest.mark.timeout(PATIENCE_SECONDS + 60)
async def test_a_job_three_times_as_long_as_the_lease_runs_once(
    sessions: SessionManager, telegram: RunningSandbox, head_url: str, tmp_path: Path
) -> None:
    """Two workers: the one that has nothing to do does not take it from the other."""
    queue = queue_for(head_url)
    await sessions.change(ask, queue, telegram, [FLOODER], recording(400))
    workers = []
    for name in ("first", "second"):
        (folder := tmp_path / name).mkdir()
        workers.append(WorkerProcess(variables(telegram, head_url, folder), folder, seconds_a_piece=LONG_SECONDS))
        await workers[-1].start()
    try:
        await until(sessions, 1)
        assert [await worker.stop() for worker in workers] == [0, 0]
    finally:
        for worker in workers:
            await worker.kill()
    assert sorted(job for worker in workers for job in worker.kept()) == [1]
    assert sum(worker.said().count("speech_begun") for worker in workers) == 1
