"""Figures that the database knows (how much waits, since when), read when somebody asks for the metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.metrics import REGISTRY

log = structlog.get_logger()

FRESH_SECONDS = 5.0
READ_SECONDS = 3.0


Ask = Callable[[Session, datetime], Mapping[str, float]]


@dataclass(frozen=True)
class Reading:
    """A gauge. `ask(session, now)` gives its values by label; the only label of a plain figure is the empty one."""

    name: str
    about: str
    ask: Ask
    label: str = ""


def by_state(state: InstrumentedAttribute[str], states: Sequence[str]) -> Ask:
    """How many rows stand in each of these states. Only open ones: a count of all that ever were would be a scan."""

    def ask(session: Session, _now: datetime) -> Mapping[str, float]:
        query = select(state, func.count()).where(state.in_(states)).group_by(state)
        found: dict[str, float] = dict(iter(session.execute(query)))
        return {str(one): found.get(one, 0) for one in states}

    return ask


def age(since: datetime | None, now: datetime) -> float:
    """Seconds since then; 0 when nothing waits."""
    return max(0.0, (now - since).total_seconds()) if since else 0.0


@dataclass
class Readings:
    """Asks for all of them in one transaction, at most every few seconds, however many look."""

    sessions: SessionManager
    clock: Clock
    readings: Sequence[Reading]
    beside: Callable[[], Awaitable[Sequence[GaugeMetricFamily]]]  # what no database knows
    _families: list[GaugeMetricFamily] = field(default_factory=list, init=False)
    _read_at: float = field(default=float("-inf"), init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def exposition(self) -> bytes:
        """The text that Prometheus reads. Without a database the counters are told all the same."""
        async with self._turn:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                self._families = await self._read()
                self._read_at = time.monotonic()
        registry = CollectorRegistry()
        registry.register(_Known([*self._families, *await self.beside()]))
        return generate_latest(REGISTRY) + generate_latest(registry)

    async def _read(self) -> list[GaugeMetricFamily]:
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await self.sessions.read(self._ask, self.clock.now())
        except Exception as fault:  # noqa: BLE001  # the database may be away; what is counted here is known anyway
            log.warning("readings_not_read", fault=str(fault))
            return []

    def _ask(self, session: Session, now: datetime) -> list[GaugeMetricFamily]:
        return [family(reading, reading.ask(session, now)) for reading in self.readings]


def family(reading: Reading, values: Mapping[str, float]) -> GaugeMetricFamily:
    labels = [reading.label] if reading.label else None
    told = GaugeMetricFamily(reading.name, reading.about, labels=labels)
    for value_of, value in values.items():
        told.add_metric([value_of] if labels else [], value)
    return told


@dataclass(frozen=True, eq=False)
class _Known(Collector):
    """Families that have been read already."""

    families: Sequence[GaugeMetricFamily]

    def collect(self) -> Sequence[GaugeMetricFamily]:
        return self.families
