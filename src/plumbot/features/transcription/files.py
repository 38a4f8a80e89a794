"""Long transcripts as files, made when they are sent."""

from sqlalchemy.orm import Session

from plumbot.features.transcription.layout import srt
from plumbot.features.transcription.tables import A2TJob

GONE = "This text is no longer kept.\n"


def txt(session: Session, job_id: int) -> bytes:
    job = session.get(A2TJob, job_id)
    return (f"{job.text}\n" if job is not None and job.text else GONE).encode()


def subtitles(session: Session, job_id: int) -> bytes:
    job = session.get(A2TJob, job_id)
    return (srt(job.segments) if job is not None and job.segments else GONE).encode()
