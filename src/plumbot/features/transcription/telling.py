"""What a job shows of itself: all in the message under `speech:ROOT`, and further ones behind it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from plumbot.features.transcription import repository
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.layout import LONG, SHORT, pieces
from plumbot.features.transcription.rules import LANGUAGES
from plumbot.features.transcription.screens import SRT, TXT
from plumbot.features.transcription.sentences import parts
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import DECISION
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.requests import about

PLACES_TOLD = 30
BEGINNING = 600


class Telling:
    """Edits one message of each job; the outbox sees to Telegram's limits."""

    def __init__(self, clock: Clock, outbox: Outbox, hearing: Hearing) -> None:
        self._clock = clock
        self._outbox = outbox
        self._hearing = hearing

    def waits(self, session: Session, job: A2TJob, before: int | None, *, again: bool = False) -> None:
        self._show(session, job, "speech.waiting", job_id=job.id, before=before, again=again)

    def places(self, session: Session) -> None:
        """Those at the head of the queue learn how many go before them."""
        in_line = repository.in_order(repository.present(session, self._clock.now())).limit(PLACES_TOLD)
        for before, row in enumerate(session.execute(in_line).all()):
            job = session.get(A2TJob, row.id)
            if job is not None and not job.failures:
                self.waits(session, job, before)

    def runs(self, session: Session, job: A2TJob, percent: int, text: str) -> None:
        values = {"job_id": job.id, "percent": percent, "text": text, "again": bool(job.failures)}
        self._show(session, job, "speech.running", **values)

    def failed(self, session: Session, job: A2TJob, text: str, *, retry: bool, **values: Any) -> None:
        self._show(session, job, "speech.failed", job_id=job.id, text=text, values=values, retry=retry)

    def result(self, session: Session, job: A2TJob) -> None:
        """Short as it is; longer in quotes that open; long in files."""
        text = job.text or ""
        of_it = {"job_id": job.id, "language": job.found_language, "seconds": job.audio_seconds or 0.0}
        ends = {"others": self._others(session, job), "better": self._hearing.better_than(session, job) is not None}
        if len(text) > LONG:
            beginning = parts(text, BEGINNING)[0]
            self._show(session, job, "speech.long", text=beginning, **of_it, **ends)
            for kind in (TXT, SRT):
                self._show(session, job, "speech.file", kind[-3:], job_id=job.id, kind=kind)
            return
        found = pieces(text)
        for number, piece in enumerate(found, 1):
            told = {"text": piece, "quoted": len(text) > SHORT, "part": number, "of": len(found)}
            behind = "" if number == 1 else str(number)
            self._show(session, job, "speech.result", behind, **of_it, **told, **ends)

    def clear(self, session: Session, job: A2TJob, *, all_of_it: bool = False) -> None:
        """The further messages go; the first one only if all is to go."""
        for key in self._outbox.keys(session, f"{key_of(job)}:"):
            self._outbox.retire(session, key)
        if all_of_it:
            self._outbox.retire(session, key_of(job))

    def _others(self, session: Session, job: A2TJob) -> Sequence[str]:
        """Languages in which it could have been spoken instead, and which somebody who listens knows."""
        models, heard = self._hearing.models(session), job.found_language or job.language
        return [each for each in LANGUAGES if each != heard and any(model.speaks(each) for model in models)]

    def _show(self, session: Session, job: A2TJob, screen: str, behind: str = "", /, **values: Any) -> None:
        key = key_of(job) + (f":{behind}" if behind else "")
        with about(session, job.request):
            self._outbox.show(
                session, key, job.chat_id or job.user_id, screen, thread=job.thread_id, reply_to=job.message_id,
                urgency=DECISION, **values,
            )  # fmt: skip


def key_of(job: A2TJob) -> str:
    return f"speech:{job.root}"
