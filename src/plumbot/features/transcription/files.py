"""Long transcripts as files, made when they are sent."""

from sqlalchemy.orm import Session

from plumbot.features.transcription.ports import Segment
from plumbot.features.transcription.subtitles import srt
from plumbot.features.transcription.tables import A2TJob

GONE = "This text is no longer kept.\n"


def txt(session: Session, job_id: int) -> bytes:
    job = session.get(A2TJob, job_id)
    return (f"{job.text}\n" if job is not None and job.text else GONE).encode()


def subtitles(session: Session, job_id: int) -> bytes:
    job = session.get(A2TJob, job_id)
    kept = job.segments if job is not None else None
    return (srt(Segment(words, start, end) for start, end, words in kept) if kept else GONE).encode()
