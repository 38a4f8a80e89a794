"""However many people there are and whatever they do, `/metrics` stays small."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.applications.tables import Application
from plumbot.features.karma.tables import KarmaEvent
from plumbot.features.transcription.tables import A2TJob
from plumbot.kit import metrics
from plumbot.kit.inbox.tables import InboxRow
from plumbot.kit.outbox.tables import BotCall
from plumbot.kit.tables import Table
from tests.apps.test_observing import MOST_SERIES, samples, scraped
from tests.support.club import club
from tests.support.house import SOURCE
from tests.support.postgres import free_port
from tests.support.telegram import BOT_ID

FIRST = 5_000_001
PEOPLE = range(FIRST, FIRST + 10_000)
UPDATE_OUTCOMES = ("done", "refused", "chatter", "failed", "dead")
CALL_OUTCOMES = ("ok", "refused", "too_many", "network")
METHOD = re.compile(r'"((?:get|set|send|edit|delete|answer|create|revoke|approve|decline|ban|unban|leave)[A-Z]\w+)"')


async def test_ten_thousand_people_are_not_a_thousand_series(tmp_path: Path) -> None:
    port = free_port()
    async with club(tmp_path, started=False, PLUM_HTTP__PORT=str(port)) as it:
        await it.does(_crowd)
        await it.start()
        await it.people.nina.start()
        await it.people.nina.sees("[Join the club]")
        _everything_that_can_happen()
        text = await scraped(port)
    found = samples(text)
    assert found["plum_applications", "pending"] >= len(PEOPLE)
    assert found["plum_jobs", "queued"] == len(PEOPLE)
    assert len(found) < MOST_SERIES
    labels = {label for _, *of_one in found for label in of_one}
    assert [label for label in labels if re.search(r"\d{5}", label)] == [], "no label is a person"


def _everything_that_can_happen() -> None:
    """Each series that our labels allow is made."""
    methods = {name for path in _sources() for name in METHOD.findall(path.read_text(encoding="utf-8"))}
    assert {"sendMessage", "getUpdates", "createChatInviteLink"} <= methods
    places = {f"plumbot.{path.parent.name}.{path.stem}" for path in _sources() if "log." in path.read_text()}
    _make(metrics.UPDATES, metrics.KINDS | {"other"}, UPDATE_OUTCOMES)
    _make(metrics.HANDLER_SECONDS, metrics.KINDS | {"other"})
    _make(metrics.API_CALLS, methods, CALL_OUTCOMES)
    _make(metrics.API_SECONDS, methods)
    _make(metrics.ERRORS, places)


def _make(metric: Any, *labels: Iterable[str]) -> None:
    for values in product(*labels):
        metric.labels(*values)


def _sources() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "sandbox" not in path.parts]


def _crowd(session: Session) -> None:
    now = datetime.now(UTC)
    moments = {"created_at": now, "updated_at": now}
    rows: dict[type[Table], Callable[[int], dict[str, Any]]] = {
        Profile: lambda user: {"user_id": user, "first_name": f"P{user}", "karma_start": 10, "karma": 10, **moments},
        Application: lambda user: {"user_id": user, "slug": f"s{user}", "slug_key": f"s{user}", **moments},
        KarmaEvent: lambda user: _event(user, now),
        A2TJob: lambda user: _job(user, now),
        InboxRow: lambda user: _update(user, now),
        BotCall: lambda user: _call(user, now),
    }
    for table, row in rows.items():
        session.execute(insert(table), [row(user) for user in PEOPLE])


def _event(user: int, now: datetime) -> dict[str, Any]:
    return {"user_id": user, "delta": 1, "created_at": now}


def _job(user: int, now: datetime) -> dict[str, Any]:
    where = {"user_id": user, "speaker_id": user, "chat_id": user, "message_id": 1}
    return where | {
        "kind": "voice",
        "file_id": "F",
        "file_unique_id": f"u{user}",
        "status": "queued",
        "created_at": now,
    }


def _update(user: int, now: datetime) -> dict[str, Any]:
    what = {"bot_id": BOT_ID, "source": "telegram", "update_id": user, "kind": f"kind{user}", "lane": user}
    return what | {"body": "", "status": "done", "received_at": now, "finished_at": now}


def _call(user: int, now: datetime) -> dict[str, Any]:
    what = {"key": f"k{user}", "method": "getMe", "values": {}, "then_values": {}, "lane": user}
    return what | {"status": "done", "created_at": now, "finished_at": now}
