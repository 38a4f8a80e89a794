"""What doctor finds about those who listen: which workers there are, when they last said so, what waits for them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.apps.findings import Finding, ok, warn
from plumbot.features.transcription import repository
from plumbot.features.transcription.rules import WORKER_IS_THERE
from plumbot.features.transcription.tables import SpeechWorker
from plumbot.kit.clock import SystemClock
from plumbot.kit.leases import is_gone
from plumbot.kit.settings import Settings

ABOUT = "speech"
MOST = 5  # workers that are named


def look_at_workers(session: Session, settings: Settings) -> list[Finding]:
    """Nothing where the feature is off."""
    if not settings.features.enabled("transcription"):
        return []
    now = repository.present(session, SystemClock().now())
    said = session.scalars(select(SpeechWorker).order_by(SpeechWorker.seen_at.desc()).limit(MOST)).all()
    there = [worker for worker in said if is_there(worker, now)]
    workers = [worker_finding(worker, now) for worker in there] or [nobody(said, now, settings)]
    return [*workers, *queue_finding(session, bool(there), settings)]


def is_there(worker: SpeechWorker, now: datetime) -> bool:
    """A process killed on this very machine is known to be gone; of others only silence tells."""
    return now - worker.seen_at < WORKER_IS_THERE and not is_gone(worker.holder)


def worker_finding(worker: SpeechWorker, now: datetime) -> Finding:
    heard = f"last heard of {ago(worker.seen_at, now)}"
    if worker.why_not:
        return ok(ABOUT, f"A worker is there ({heard}), but cannot listen: {worker.why_not}")
    return ok(ABOUT, f"A worker listens ({heard}) with {', '.join(name for name, *_ in worker.models)}.")


def nobody(said: Sequence[SpeechWorker], now: datetime, settings: Settings) -> Finding:
    """With the bot at rest there is none, and nothing is wrong for it."""
    last = f" (the last one was heard of {ago(said[0].seen_at, now)})" if said else ""
    return Finding("ok", ABOUT, f"No worker is there{last}.", remedy(settings))


def queue_finding(session: Session, somebody: bool, settings: Settings) -> Iterator[Finding]:
    waiting, running = repository.waiting_count(session), len(repository.running(session))
    says = f"Recordings that wait: {waiting}; being recognised: {running}."
    yield ok(ABOUT, says) if somebody or not waiting else warn(ABOUT, says, remedy(settings))


def remedy(settings: Settings) -> str:
    """Who is to be started."""
    return "Start the bot: its worker comes with it." if settings.worker_embedded else "Start `plumbot worker`."


def ago(then: datetime, now: datetime) -> str:
    seconds = max(0, round((now - then).total_seconds()))
    if seconds < 120:
        return f"{seconds} s ago"
    minutes = seconds // 60
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"
