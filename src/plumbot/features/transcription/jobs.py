"""What workers do with jobs: claim, go on, end. Each step changes the row only while the claim is still theirs."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from plumbot.features.transcription import repository
from plumbot.features.transcription.ports import EngineFailed, Progress, SpeechFault, Transcript
from plumbot.features.transcription.queueing import Queue
from plumbot.features.transcription.rules import BETWEEN_ATTEMPTS, DEAD, DONE, FAILED, LEASE, MOST_FAILURES, QUEUED
from plumbot.features.transcription.schemas import Assignment
from plumbot.features.transcription.tables import A2TJob
from plumbot.features.transcription.telling import Telling
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.leases import is_gone
from plumbot.kit.refusals import N_

WORKER_DIED, STOPPED = "worker_died", "stopped"
SORRY = N_("I am sorry: I have tried three times and broke down each time. You can let me try again later.")
GIVEN_UP = N_(
    "A recording could not be recognised: {n} attempts ended badly, the last with {code} (job {id}). "
    "Look into the worker's log."
)
CANDIDATES = 3


class JobService:
    """Attempts are numbered: who holds an older number than the row changes nothing any more."""

    def __init__(self, clock: Clock, telling: Telling, queue: Queue, alerts: Alerts) -> None:
        self._clock = clock
        self._telling = telling
        self._queue = queue
        self._alerts = alerts

    def claim(self, session: Session, holder: str, at_work: Collection[int] = ()) -> Assignment | None:
        """The next job in turn; None when nothing waits."""
        now = repository.present(session, self._clock.now())
        self._take_back(session, now, holder, at_work)
        for _ in range(CANDIDATES):
            for job_id, attempts in repository.next_up(session, now, CANDIDATES):
                if repository.take(session, job_id, attempts, holder, now):
                    return self._assigned(session, job_id)
        return None

    def go_on(self, session: Session, job_id: int, attempt: int, progress: Progress | None = None) -> bool:
        """The heartbeat, perhaps with news; False when the job was cancelled, or is somebody else's."""
        if not repository.beat(session, job_id, attempt, repository.present(session, self._clock.now())):
            return False
        job = session.get(A2TJob, job_id)
        if progress is not None and job is not None:
            self._telling.runs(session, job, progress.percent, progress.text)
        return True

    def finish(self, session: Session, job_id: int, attempt: int, said: Transcript, took_ms: int) -> bool:
        """The result, once."""
        told = {
            "status": DONE, "finished_at": self._clock.now(), "holder": None, "duration_ms": took_ms,
            "engine": said.engine, "model": said.model, "found_language": said.language,
            "audio_seconds": said.seconds, "text": said.text, "text_length": len(said.text),
            "segments": [[round(one.start, 2), round(one.end, 2), one.text.strip()] for one in said.segments],
            "error_code": None,
        }  # fmt: skip
        if not repository.end(session, job_id, attempt, **told):
            return False
        job = session.get(A2TJob, job_id)
        if job is not None:
            self._telling.result(session, job)
        return True

    def fail(self, session: Session, job_id: int, attempt: int, fault: SpeechFault, took_ms: int) -> bool:
        """There is no transcript. What is not final is tried again."""
        if not fault.final:
            return self._once_more(session, job_id, attempt, fault.code)
        told = {
            "status": FAILED, "finished_at": self._clock.now(), "holder": None, "duration_ms": took_ms,
            "error_code": fault.code,
        }  # fmt: skip
        if not repository.end(session, job_id, attempt, **told):
            return False
        job = session.get(A2TJob, job_id)
        if job is not None:
            self._telling.failed(session, job, fault.text, retry=False, **fault.values)
        return True

    def give_back(self, session: Session, job_id: int, attempt: int) -> bool:
        """The worker stops: that is no failure, and somebody else begins anew at once."""
        if not repository.end(session, job_id, attempt, status=QUEUED, holder=None, error_code=STOPPED):
            return False
        self._queue.put(session)
        return True

    def sweep(self, session: Session, holder: str, at_work: Collection[int] = ()) -> None:
        """Jobs whose worker has died wait again, and what the queue has forgotten is put in once more."""
        self._take_back(session, repository.present(session, self._clock.now()), holder, at_work)
        self._queue.top_up(session, repository.waiting_count(session))

    def _assigned(self, session: Session, job_id: int) -> Assignment:
        job = session.get_one(A2TJob, job_id)
        self._telling.runs(session, job, 0, "")
        self._telling.places(session)
        wanted = job.language, job.wanted_model
        shown_in = job.chat_id or job.user_id
        return Assignment(job.id, job.attempts, job.file_id or "", *wanted, job.user_id, shown_in, job.request)

    def _take_back(self, session: Session, now: datetime, holder: str, at_work: Collection[int]) -> None:
        """`at_work` is what the asking process itself is doing: anything else under its name is a dead one's."""
        for job in repository.running(session):
            over = job.heartbeat is None or job.heartbeat < now - LEASE or is_gone(job.holder or "")
            if over or (job.holder == holder and job.id not in at_work):
                self._once_more(session, job.id, job.attempts, WORKER_DIED)

    def _once_more(self, session: Session, job_id: int, attempt: int, code: str) -> bool:
        """The third failure is the last: the person gets an apology, somebody else an alert."""
        job = session.get(A2TJob, job_id)
        failures = (job.failures if job else 0) + 1
        now = self._clock.now()
        if failures >= MOST_FAILURES:
            values = {"status": DEAD, "finished_at": now}
        else:
            pause = BETWEEN_ATTEMPTS * failures if code == EngineFailed.code else BETWEEN_ATTEMPTS * 0
            values = {"status": QUEUED, "not_before": repository.present(session, now) + pause}
        if not repository.end(session, job_id, attempt, failures=failures, holder=None, error_code=code, **values):
            return False
        job = session.get_one(A2TJob, job_id)
        if job.status == DEAD:
            self._telling.failed(session, job, SORRY, retry=True)
            self._alerts.tell(session, f"speech:{job.id}", GIVEN_UP, n=failures, code=code, id=job.id)
        else:
            self._telling.waits(session, job, None, again=True)
            self._queue.put(session, job.not_before)
        return True
