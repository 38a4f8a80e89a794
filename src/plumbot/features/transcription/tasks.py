"""The worker's own life: claim a job, fetch its clip, let it be recognised beside the loop, tell how far it is."""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

import structlog

from plumbot.features.transcription import repository
from plumbot.features.transcription.fetching import Fetcher
from plumbot.features.transcription.jobs import JobService
from plumbot.features.transcription.ports import (
    Cancelled,
    EngineFailed,
    EngineMissing,
    IsCancelled,
    OnProgress,
    Progress,
    SpeechFault,
    Transcript,
)
from plumbot.features.transcription.queueing import Hands
from plumbot.features.transcription.schemas import Assignment
from plumbot.kit.db import SessionManager
from plumbot.kit.keeping_on import keeping_on
from plumbot.kit.logging import bind
from plumbot.kit.memory import give_back_memory
from plumbot.kit.metrics import count_recognition

log = structlog.get_logger()

LOOK_SECONDS = 1.0  # how long a cancel may go unnoticed
TELL_SECONDS = 3.0  # between two edits of a status message
BEAT_SECONDS = 8.0
SWEEP_SECONDS = 10.0
NICENESS = 10  # of what recognises
GRACE_SECONDS = 8.0  # for what runs, when the worker is stopped


Count = Callable[[str, str, float | None], None]  # engine, outcome, share of real time


class Recognising(Protocol):
    """Recogniser, as the worker needs it: it blocks, one recording at a time."""

    def recognise(
        self,
        path: Path,
        *,
        language: str | None = None,
        model: str | None = None,
        on_progress: OnProgress,
        cancelled: IsCancelled,
    ) -> Transcript: ...

    def close(self) -> None: ...


@dataclass
class Claim:
    """One job under work. `lost`: cancelled, or not ours any more. `stopping`: the process wants to end."""

    job: Assignment
    began: float = field(default_factory=monotonic)
    over: threading.Event = field(default_factory=threading.Event)
    lost: bool = False
    progress: Progress | None = None

    def lose(self) -> None:
        self.lost = True
        self.over.set()

    def note(self, progress: Progress) -> None:
        """Called in the thread that recognises."""
        self.progress = progress

    @property
    def took_ms(self) -> int:
        return int((monotonic() - self.began) * 1_000)


@dataclass
class SpeechWorker:
    """Serves the queue with one recogniser a slot."""

    sessions: SessionManager
    jobs: JobService
    hands: Hands
    fetcher: Fetcher
    recognisers: Sequence[Recognising]
    holder: str
    look_seconds: float = LOOK_SECONDS
    grace_seconds: float = GRACE_SECONDS
    count: Count = count_recognition
    claims: dict[int, Claim] = field(default_factory=dict)
    _free: list[Recognising] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(len(self.recognisers), "speech", initializer=step_back)
        self._counting = asyncio.Lock()  # what is claimed and not in `claims` yet would be taken for a dead one's

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then what runs has some seconds to end, and goes back into the queue if it does not."""
        self._free = list(self.recognisers)
        async with asyncio.TaskGroup() as nursery:
            beside = [nursery.create_task(self._sweep(), name="speech sweep")]
            beside.append(nursery.create_task(self._let_go(stop), name="speech grace"))
            try:
                await self.hands.serve(self.work_one, len(self.recognisers), stop)
            finally:
                for task in beside:
                    task.cancel()
        for recogniser in self.recognisers:
            await asyncio.to_thread(recogniser.close)
        self._threads.shutdown()
        self.fetcher.close()

    async def work_one(self) -> bool:
        """False when nothing waits."""
        claim = await self._claim()
        if claim is None:
            return False
        job = claim.job
        recogniser = self._free.pop()
        watch = asyncio.create_task(self._watch(claim), name=f"watch {job.job_id}")
        try:
            with bind(request=job.request, job=job.job_id, user=job.user_id, chat=job.chat_id):
                log.info("speech_begun", attempt=job.attempt)
                await self._do(claim, recogniser)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            self._free.append(recogniser)
            del self.claims[job.job_id]
        return True

    async def _claim(self) -> Claim | None:
        async with self._counting:
            job = await self.sessions.change(self.jobs.claim, self.holder, list(self.claims))
            if job is None:
                return None
            claim = self.claims[job.job_id] = Claim(job)
            return claim

    async def _do(self, claim: Claim, recogniser: Recognising) -> None:
        """Ends with one change of the row, which the database takes sooner or later."""
        job = claim.job
        ours = (job.job_id, job.attempt)
        try:
            said = await self._recognised(claim, recogniser)
        except Cancelled:
            if not claim.lost:  # it is the worker that stops
                await self.sessions.insist(self.jobs.give_back, *ours)
            log.info("speech_stopped", job=job.job_id)
        except SpeechFault as fault:
            self.count("", outcome_of(fault), None)
            log.info("speech_failed", job=job.job_id, code=fault.code, detail=fault.detail)
            await self.sessions.insist(self.jobs.fail, *ours, fault, claim.took_ms)
        else:
            kept = await self.sessions.insist(self.jobs.finish, *ours, said, claim.took_ms)
            self.count(said.engine, "done", claim.took_ms / 1_000 / max(0.1, said.seconds))
            told = {"seconds": round(said.seconds, 1), "ms": claim.took_ms, "engine": said.engine, "kept": kept}
            log.info("speech_done", job=job.job_id, **told)

    async def _recognised(self, claim: Claim, recogniser: Recognising) -> Transcript:
        job = claim.job
        try:
            async with self.fetcher.fetched(job.job_id, job.file_id, claim.over.is_set) as path:
                listen = partial(
                    recogniser.recognise, path, language=job.language, model=job.model,
                    on_progress=claim.note, cancelled=claim.over.is_set,
                )  # fmt: skip
                return await asyncio.get_running_loop().run_in_executor(self._threads, _heard, listen)
        except (SpeechFault, asyncio.CancelledError):
            raise
        except OSError as fault:
            raise EngineFailed(f"{type(fault).__name__}: {fault.strerror}") from None

    async def _watch(self, claim: Claim) -> None:
        """The heartbeat, what is known so far, and whether the claim is still ours."""
        told, beaten, last = monotonic(), monotonic(), None
        while not claim.over.is_set():
            await asyncio.sleep(self.look_seconds)
            now, job = monotonic(), claim.job
            news = claim.progress if claim.progress is not last and now - told >= TELL_SECONDS else None
            async with keeping_on("speech"):
                if news is None and now - beaten < BEAT_SECONDS:
                    held = await self.sessions.read(repository.is_held, job.job_id, job.attempt)
                else:
                    held = await self.sessions.change(self.jobs.go_on, job.job_id, job.attempt, news)
                    beaten, told, last = now, now if news else told, news or last
                if not held:
                    claim.lose()

    async def _sweep(self) -> None:
        while True:
            async with keeping_on("speech"), self._counting:
                await self.sessions.change(self.jobs.sweep, self.holder, list(self.claims))
            await asyncio.sleep(SWEEP_SECONDS)

    async def _let_go(self, stop: asyncio.Event) -> None:
        await stop.wait()
        await asyncio.sleep(self.grace_seconds)
        for claim in self.claims.values():
            claim.over.set()


def _heard(listen: Callable[[], Transcript]) -> Transcript:
    try:
        return listen()
    finally:
        give_back_memory()


def outcome_of(fault: SpeechFault) -> str:
    """Whether the house failed, or there was nothing to recognise in what came."""
    return "failed" if isinstance(fault, EngineMissing) or not fault.final else "unusable"


def step_back() -> None:
    """This thread, and what it starts, takes what others leave.

    The rest of the process does not step back: it holds locks of the database that the bot waits for.
    """
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
