"""What is counted and timed, for Prometheus. No label ever holds a person, a chat, or a text."""

import asyncio
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from plumbot import __version__

QUICK_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
SLOW_SECONDS = (0.03, 0.1, 0.3, 1, 3, 10, 30)
SHARES_OF_REAL_TIME = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

BUILD = Gauge("plum_build_info", "The version that runs.", ("version", "python"), registry=REGISTRY)
BUILD.labels(__version__, platform.python_version()).set(1)

UPDATES = Counter(
    "plum_updates", "Updates by kind, and what became of them: done, refused, chatter, failed, dead.",
    ("kind", "outcome"), registry=REGISTRY,
)  # fmt: skip
HANDLER_SECONDS = Histogram(
    "plum_handler_seconds", "From the first attempt's begin to its commit.",
    ("kind",), registry=REGISTRY, buckets=QUICK_SECONDS,
)  # fmt: skip
LANE_WAIT_SECONDS = Histogram(
    "plum_lane_wait_seconds", "From coming in to being begun.", registry=REGISTRY, buckets=QUICK_SECONDS
)
API_CALLS = Counter(
    "plum_api_calls", "Calls of the Bot API: ok, refused, too_many, network.", ("method", "outcome"), registry=REGISTRY
)
API_SECONDS = Histogram(
    "plum_api_call_seconds", "How long Telegram takes to answer.", ("method",), registry=REGISTRY, buckets=SLOW_SECONDS
)
OUTBOX_FAILED = Counter(
    "plum_outbox_failed", "Messages and calls that were given up: refused, unreachable, call.",
    ("reason",), registry=REGISTRY,
)  # fmt: skip
DATABASE_SECONDS = Histogram(
    "plum_database_seconds", "Reads, and units from their begin to their commit.",
    ("kind",), registry=REGISTRY, buckets=QUICK_SECONDS,
)  # fmt: skip
TRANSACTIONS = Counter(
    "plum_transactions", "Units: kept, dropped, lost with the commit.", ("outcome",), registry=REGISTRY
)
RETRIES = Counter("plum_transaction_retries", "Units that ran again.", registry=REGISTRY)
ERRORS = Counter("plum_errors", "Faults that nobody expected, by place.", ("place",), registry=REGISTRY)
FAULTS = Counter("plum_faults", "Faults that nobody expected, in all places.", registry=REGISTRY)
RECOGNITIONS = Counter(
    "plum_recognitions", "Recordings by engine and outcome.", ("engine", "outcome"), registry=REGISTRY
)
REAL_TIME_FACTOR = Histogram(
    "plum_real_time_factor", "Seconds of work for a second of speech.",
    ("engine",), registry=REGISTRY, buckets=SHARES_OF_REAL_TIME,
)  # fmt: skip
KARMA_CHANGES = Counter("plum_karma_changes", "Rows of the ledger, by kind.", ("kind",), registry=REGISTRY)

# A series that is born with its first event is born as 1, and `increase()` does not see that one: these begin with 0.
for _reason in ("refused", "unreachable", "call"):
    OUTBOX_FAILED.labels(_reason)
for _outcome in ("failed", "unusable"):
    RECOGNITIONS.labels("", _outcome)
for _kind in ("up", "down"):
    KARMA_CHANGES.labels(_kind)

KINDS = frozenset(
    "message edited_message callback_query chat_member my_chat_member chat_join_request message_reaction call".split()
)


def count_recognition(engine: str, outcome: str, share: float | None = None) -> None:
    """One recording; `share` is of real time, where it became words."""
    RECOGNITIONS.labels(engine, outcome).inc()
    if share is not None:
        REAL_TIME_FACTOR.labels(engine).observe(share)


def kind_label(kind: str) -> str:
    """An update's kind as a label; what the bot never asked for is one series, whatever it is called."""
    return kind if kind in KINDS else "other"


@contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Observe how long the block takes, whatever comes of it."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        histogram.observe(time.perf_counter() - begun)


def outcome_of(fault: BaseException | None) -> str:
    """For TRANSACTIONS: a unit that ends with this fault."""
    if fault is None:
        return "kept"
    return "cancelled" if isinstance(fault, asyncio.CancelledError) else "dropped"
