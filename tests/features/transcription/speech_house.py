"""The parts of speech as they are wired, with a clock that stands still and a queue that counts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.features.transcription.admitting import Admitting
from plumbot.features.transcription.group import GroupSpeech
from plumbot.features.transcription.hearing import Hearing
from plumbot.features.transcription.jobs import JobService
from plumbot.features.transcription.limits import SpeechLimits
from plumbot.features.transcription.ports import Segment, Transcript
from plumbot.features.transcription.queueing import Queue
from plumbot.features.transcription.rules import LARGEST_BYTES
from plumbot.features.transcription.schemas import Assignment, Clip, Model
from plumbot.features.transcription.service import TranscriptionService
from plumbot.features.transcription.tables import A2TJob, SpeechWorker
from plumbot.features.transcription.telling import Telling
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from tests.features.conftest import FixedClock

MIRA, ADA, OLEG, BORIS = 1002, 1003, 1004, 1005
CLUB = -1_001_234
ZONE = ZoneInfo("Europe/Moscow")
TINY, BASE = Model("tiny.en", ("en",), 1), Model("base", (), 2)
WORKER = "elsewhere:1"  # no process of this machine: nobody knows whether it lives


@dataclass
class CountedQueue:
    """Remembers what was put into it."""

    tickets: list[datetime | None] = field(default_factory=list)

    def put(self, session: Session, not_before: datetime | None = None) -> None:
        self.tickets.append(not_before)

    def top_up(self, session: Session, waiting: int) -> None:
        self.tickets += [None] * (waiting - len(self.tickets))


@dataclass
class SpeechHouse:
    """One club's speech."""

    clock: Clock
    options: SpeechLimits = field(default_factory=lambda: SpeechLimits(ZONE, LARGEST_BYTES))
    mode: str = "reply"
    tickets: Queue | None = None  # instead of the queue that counts

    def __post_init__(self) -> None:
        self.queue = CountedQueue()
        tickets = self.tickets or self.queue
        self.profiles, self.permissions = Profiles(self.clock, 10), Permissions(OLEG)
        self.hearing, self.outbox = Hearing(self.clock), Outbox(self.clock)
        self.telling = Telling(self.clock, self.outbox, self.hearing)
        admitting = Admitting(self.clock, self.profiles, self.hearing, self.options)
        self.speech = TranscriptionService(self.clock, self.permissions, admitting, self.hearing, self.telling, tickets)
        self.jobs = JobService(self.clock, self.telling, tickets, Alerts(self.outbox, OLEG))
        self.group = GroupSpeech(
            self.clock, ClubChat(CLUB), self.permissions, self.speech, Audit(self.clock), self.mode
        )

    def opens(self, session: Session, *models: Model) -> None:
        """Members, and a worker who listens."""
        for number in (MIRA, ADA, OLEG, BORIS):
            self.profiles.meet(session, Person(number, f"Person {number}"))
        for number in (MIRA, ADA, OLEG):
            self.profiles.arrive(session, number)
        self.hearing.announce(session, WORKER, models or (TINY, BASE), None)
        session.flush()

    def forward(self, session: Session, clock: FixedClock, **of_timedelta: float) -> None:
        """Time goes by. On PostgreSQL leases go by the server's clock, so there what happened becomes older instead."""
        clock.forward(**of_timedelta)
        if session.get_bind().dialect.name == "postgresql":
            ago = func.make_interval(0, 0, 0, 0, 0, 0, timedelta(**of_timedelta).total_seconds())
            session.execute(update(SpeechWorker).values(seen_at=SpeechWorker.seen_at - ago))
            moved = {"heartbeat": A2TJob.heartbeat - ago, "not_before": A2TJob.not_before - ago}
            session.execute(update(A2TJob).values(**moved))
        session.flush()
        session.expire_all()

    def claims(self, session: Session, holder: str = WORKER) -> Assignment:
        """The next job, of a worker that never does two at once."""
        at_work = session.scalars(select(A2TJob.id).where(A2TJob.holder == holder)).all()
        assignment = self.jobs.claim(session, holder, at_work)
        assert assignment is not None
        return assignment


def clip(number: int = 1, of: int = MIRA, seconds: int | None = 5, chat: int | None = None, **more: Any) -> Clip:
    told: dict[str, Any] = {
        "kind": "voice",
        "size": 10_000,
        "thread_id": None,
        "file_unique_id": f"unique{number}",
    } | more
    return Clip(chat or of, number, speaker_id=of, file_id=f"file{number}", seconds=seconds, **told)


def said(*words: str, language: str = "en", model: str = "base", seconds: float = 5.0) -> Transcript:
    segments = tuple(Segment(one, float(number), number + 0.9) for number, one in enumerate(words))
    return Transcript(segments, seconds, "faster-whisper", model, language)


def shown(session: Session, chat: int = MIRA) -> list[tuple[str, str, dict[str, Any]]]:
    """Key, screen and values of what is to be seen in a chat."""
    seen = (ShownMessage.chat_id == chat, ShownMessage.retired.is_(False))
    rows = session.scalars(select(ShownMessage).where(*seen).order_by(ShownMessage.id))
    return [(row.key, row.screen, row.values) for row in rows]


def screens(session: Session, chat: int = MIRA) -> list[str]:
    return [screen for _, screen, _ in shown(session, chat)]


def states(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(A2TJob.status).order_by(A2TJob.id)))
