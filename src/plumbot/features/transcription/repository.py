"""What is asked of jobs, clips, wishes and workers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from plumbot.features.transcription.rules import CANCELLED, DONE, FAILED, OPEN, QUEUED, RUNNING, WORKER_IS_THERE
from plumbot.features.transcription.tables import A2TJob, Heard, SpeechWish, SpeechWorker
from plumbot.kit.leases import server_time

UNKNOWN_LENGTH = 1_000_000  # seconds: goes last among one's own


def present(session: Session, ours: datetime) -> datetime:
    """The moment by which claims are judged."""
    return server_time(session, ours)


# One's own


def open_of(session: Session, user_id: int) -> int:
    """How many jobs of the person wait or run."""
    own = (A2TJob.user_id == user_id, A2TJob.status.in_(OPEN))
    return session.scalar(select(func.count()).select_from(A2TJob).where(*own)) or 0


def used_since(session: Session, user_id: int, begin: datetime) -> tuple[int, float]:
    """Jobs and seconds of the person's day: what waits, and what somebody has worked at."""
    counted = or_(A2TJob.status.in_(OPEN), and_(A2TJob.attempts > 0, A2TJob.status.in_((DONE, FAILED, CANCELLED))))
    own = (A2TJob.user_id == user_id, A2TJob.created_at >= begin, counted)
    found = session.execute(select(func.count(), func.sum(A2TJob.audio_seconds)).where(*own)).one()
    return int(found[0]), float(found[1] or 0)


def wish_of(session: Session, user_id: int) -> str | None:
    return session.scalar(select(SpeechWish.language).where(SpeechWish.user_id == user_id))


def recognised_before(session: Session, file_unique_id: str, language: str | None, model: str | None) -> A2TJob | None:
    """The newest answer to the same question."""
    same = (
        A2TJob.file_unique_id == file_unique_id,
        A2TJob.language.is_not_distinct_from(language),
        A2TJob.wanted_model.is_not_distinct_from(model),
        A2TJob.status == DONE,
        A2TJob.text.is_not(None),
    )
    return session.scalar(select(A2TJob).where(*same).order_by(A2TJob.id.desc()).limit(1))


def open_about(session: Session, chat_id: int, message_id: int) -> bool:
    """Whether somebody is at this message already."""
    same = (A2TJob.chat_id == chat_id, A2TJob.message_id == message_id, A2TJob.status.in_(OPEN))
    return session.scalar(select(A2TJob.id).where(*same).limit(1)) is not None


def family(session: Session, root: int) -> Sequence[A2TJob]:
    """All jobs that show themselves in the same message, the newest first."""
    same = or_(A2TJob.id == root, A2TJob.root_id == root)
    return session.scalars(select(A2TJob).where(same).order_by(A2TJob.id.desc())).all()


# The queue


def in_order(now: datetime) -> Select[Any]:
    """Whose turn it is: people take turns, each with the shortest clip first; what nobody asked for waits.

    In a round everybody has one job. Who is served already, or has been served lately, comes later in it.
    """
    running = (
        select(A2TJob.user_id, func.count().label("n")).where(A2TJob.status == RUNNING).group_by(A2TJob.user_id)
    ).subquery()
    served = (
        select(func.max(A2TJob.turn)).where(A2TJob.user_id == _waiting.c.user_id).correlate(_waiting).scalar_subquery()
    )
    due = or_(_waiting.c.not_before.is_(None), _waiting.c.not_before <= now)
    own = (_waiting.c.user_id, _waiting.c.priority)
    length = func.coalesce(_waiting.c.audio_seconds, UNKNOWN_LENGTH)
    place = func.row_number().over(partition_by=own, order_by=(length, _waiting.c.id))
    lined_up = (
        select(
            _waiting.c.id, _waiting.c.attempts, _waiting.c.priority, _waiting.c.user_id,
            (place + func.coalesce(running.c.n, 0)).label("round"),
            func.coalesce(served, 0).label("served"),
            func.min(_waiting.c.id).over(partition_by=own).label("came"),
        )
        .outerjoin(running, running.c.user_id == _waiting.c.user_id)
        .where(_waiting.c.status == QUEUED, due)
        .subquery()
    )  # fmt: skip
    order = (lined_up.c.priority, lined_up.c.round, lined_up.c.served, lined_up.c.came, lined_up.c.id)
    return select(lined_up.c.id, lined_up.c.attempts).order_by(*order)


_waiting = A2TJob.__table__.alias("waiting")


def next_up(session: Session, now: datetime, limit: int) -> list[tuple[int, int]]:
    """The first in the queue: their ids, and how often they were claimed before."""
    return [(row.id, row.attempts) for row in session.execute(in_order(now).limit(limit))]


def waits(session: Session, now: datetime) -> bool:
    """Whether anything could be claimed now."""
    due = or_(A2TJob.not_before.is_(None), A2TJob.not_before <= now)
    return session.scalar(select(A2TJob.id).where(A2TJob.status == QUEUED, due).limit(1)) is not None


def waiting_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(A2TJob).where(A2TJob.status == QUEUED)) or 0


def take(session: Session, job_id: int, attempts: int, holder: str, now: datetime) -> bool:
    """Claim it, unless somebody was quicker. The claim gets the next turn of all."""
    turn = select(func.coalesce(func.max(_waiting.c.turn), 0) + 1).scalar_subquery()
    values = {
        "status": RUNNING, "attempts": attempts + 1, "holder": holder, "heartbeat": now, "started_at": now,
        "turn": turn, "not_before": None,
    }  # fmt: skip
    same = (A2TJob.id == job_id, A2TJob.status == QUEUED, A2TJob.attempts == attempts)
    return _changed(session, *same, **values)


def beat(session: Session, job_id: int, attempt: int, now: datetime) -> bool:
    """The claim goes on; False when it is not ours any more."""
    return _changed(session, *held(job_id, attempt), heartbeat=now)


def end(session: Session, job_id: int, attempt: int, **values: Any) -> bool:
    """What came of the claim; False when it is not ours any more, and then nothing is changed."""
    return _changed(session, *held(job_id, attempt), **values)


def held(job_id: int, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return A2TJob.id == job_id, A2TJob.status == RUNNING, A2TJob.attempts == attempt


def stop(session: Session, job_id: int, now: datetime) -> bool:
    """Whether it was still open."""
    return _changed(
        session, A2TJob.id == job_id, A2TJob.status.in_(OPEN), status=CANCELLED, finished_at=now, holder=None
    )


def running(session: Session) -> Sequence[A2TJob]:
    return session.scalars(select(A2TJob).where(A2TJob.status == RUNNING).order_by(A2TJob.id)).all()


def is_held(session: Session, job_id: int, attempt: int) -> bool:
    return session.scalar(select(A2TJob.id).where(*held(job_id, attempt))) is not None


def _changed(session: Session, *where: ColumnElement[bool], **values: Any) -> bool:
    statement = update(A2TJob).where(*where).values(**values)
    done = session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has a row count


# Clips, workers, and forgetting


def clip_at(session: Session, chat_id: int, message_id: int) -> Heard | None:
    return session.get(Heard, (chat_id, message_id))


def workers(session: Session, now: datetime) -> Sequence[SpeechWorker]:
    """Those who have said lately that they are there."""
    there = SpeechWorker.seen_at > now - WORKER_IS_THERE
    return session.scalars(select(SpeechWorker).where(there).order_by(SpeechWorker.seen_at.desc())).all()


def forget(session: Session, clips_before: datetime, texts_before: datetime) -> None:
    session.execute(delete(Heard).where(Heard.sent_at < clips_before))
    session.execute(delete(SpeechWorker).where(SpeechWorker.seen_at < clips_before))
    old = (A2TJob.finished_at < texts_before, A2TJob.file_id.is_not(None))
    session.execute(update(A2TJob).where(*old).values(text=None, segments=None, file_id=None, file_unique_id=None))
