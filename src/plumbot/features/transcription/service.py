"""What people ask of speech: to be heard, in another language, by a better model, not at all, and to be forgotten."""

from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.permissions import Permissions
from plumbot.features.transcription import repository, rules
from plumbot.features.transcription.admitting import Admitting
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.queueing import Queue
from plumbot.features.transcription.schemas import Clip
from plumbot.features.transcription.screens import GUESS
from plumbot.features.transcription.tables import A2TJob, SpeechWish
from plumbot.features.transcription.telling import Telling
from plumbot.kit.clock import Clock
from plumbot.kit.refusals import N_
from plumbot.kit.requests import request_of

CANCELLED = N_("Cancelled.")


class TranscriptionService:
    """A job is made, shown and queued in one transaction; workers do the rest."""

    def __init__(
        self, clock: Clock, permissions: Permissions, admitting: Admitting, hearing: Hearing, telling: Telling,
        queue: Queue,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._permissions = permissions
        self._admitting = admitting
        self._hearing = hearing
        self._telling = telling
        self._queue = queue

    def about(self, session: Session, user_id: int) -> dict[str, Any]:
        """The values of the page that says how to use it."""
        options: SpeechLimits = self._admitting.options
        why_not = self._hearing.why_not(session)
        return {
            "language": repository.wish_of(session, user_id) or GUESS,
            "minutes": max(1, options.max_seconds // 60),
            "jobs": options.daily_jobs,
            "mib": options.largest_bytes // rules.MIB,
            "in_chat": options.group != "off",
            "why_not": why_not.text if why_not else None,
        }

    def wish(self, session: Session, user_id: int, language: str) -> dict[str, Any]:
        """From now on in this language."""
        known = language if language in rules.LANGUAGES else None
        session.merge(SpeechWish(user_id=user_id, language=known))
        session.flush()
        return self.about(session, user_id)

    def hear(
        self, session: Session, clip: Clip | None, user_id: int, language: str | None = None, *,
        priority: int = rules.ASKED,
    ) -> None:  # fmt: skip
        """Write down what is said there, unless something speaks against it. Known already: at once."""
        if clip is None:
            raise rules.NothingAttached
        language = language or repository.wish_of(session, user_id)
        self._begin(session, self._job(clip, user_id, language, None, priority))

    def again(self, session: Session, job_id: int, by: int, language: str, *, better: bool) -> None:
        """The same clip in the same message: after a failure as it was, else as it is wished now."""
        old = self._theirs(session, job_id, by)
        if old.file_id is None or old.file_unique_id is None or old.chat_id is None or old.message_id is None:
            raise rules.NotThereAnyMore
        clip = Clip(
            old.chat_id, old.message_id, old.thread_id, old.speaker_id or 0, old.kind or "", old.file_id,
            old.file_unique_id, round(old.audio_seconds) if old.audio_seconds else None, old.file_size,
        )  # fmt: skip
        wanted = {"": old.language, GUESS: None}.get(language, language)
        if wanted is not None and wanted not in rules.LANGUAGES:
            raise rules.NotThereAnyMore
        model = self._hearing.better_than(session, old) if better else old.wanted_model
        self._begin(session, self._job(clip, by, wanted, model, rules.ASKED, root=old.root))

    def cancel(self, session: Session, job_id: int, by: int) -> None:
        """Whoever works at it sees that the claim is gone, and stops. What was there before is shown again."""
        job = self._theirs(session, job_id, by)
        if not repository.stop(session, job.id, self._clock.now()):
            return
        before = next((one for one in repository.family(session, job.root) if one.text), None)
        if before is not None:
            self._telling.result(session, before)
        else:
            self._telling.failed(session, job, CANCELLED, retry=True)

    def delete(self, session: Session, job_id: int, by: int) -> None:
        """The message goes, and so does what was said."""
        job = self._theirs(session, job_id, by)
        self._telling.clear(session, job, all_of_it=True)
        for one in repository.family(session, job.root):
            repository.stop(session, one.id, self._clock.now())
            one.text, one.segments = None, None
        session.flush()

    def forget_old(self, session: Session, now: Any) -> None:
        """A timer: clips and words are not kept for ever."""
        repository.forget(session, now - rules.CLIPS_KEPT, now - rules.TEXTS_KEPT)

    def _begin(self, session: Session, job: A2TJob) -> None:
        self._admitting.check_clip(session, job)
        known = repository.recognised_before(session, job.file_unique_id or "", job.language, job.wanted_model)
        if known is None:
            self._admitting.check_person(session, job)
        job.request = request_of(session)
        session.add(job)
        session.flush()
        self._telling.clear(session, job)
        if known is None:
            self._telling.waits(session, job, None)
            self._queue.put(session)
            return
        now = self._clock.now()
        for same in ("engine", "model", "found_language", "audio_seconds", "text", "segments", "text_length"):
            setattr(job, same, getattr(known, same))
        job.status, job.finished_at, job.duration_ms = rules.DONE, now, 0
        session.flush()
        self._telling.result(session, job)

    def _job(
        self, clip: Clip, user_id: int, language: str | None, model: str | None, priority: int, root: int | None = None
    ) -> A2TJob:
        return A2TJob(
            user_id=user_id, speaker_id=clip.speaker_id or None, chat_id=clip.chat_id, thread_id=clip.thread_id,
            message_id=clip.message_id, root_id=root, kind=clip.kind, file_id=clip.file_id,
            file_unique_id=clip.file_unique_id, file_size=clip.size, language=language, wanted_model=model,
            status=rules.QUEUED, priority=priority, audio_seconds=clip.seconds, created_at=self._clock.now(),
        )  # fmt: skip

    def _theirs(self, session: Session, job_id: int, by: int) -> A2TJob:
        """The job, for those who may say what becomes of it."""
        job = session.get(A2TJob, job_id)
        if job is None or job.chat_id is None:
            raise rules.NotThereAnyMore
        if by not in (job.user_id, job.speaker_id) and not self._permissions.is_admin(session, by):
            raise rules.NotYours
        return job
