"""`/metrics` of a running bot, and `plumbot errors`: what operators see from outside."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps.errors import as_object
from plumbot.apps.observing import of_disk
from plumbot.kit.errors.tables import ErrorRow
from plumbot.kit.settings import Settings
from plumbot.sandbox.options import TOKEN
from tests.support.club import club
from tests.support.command_line import plumbot
from tests.support.house import ROOT
from tests.support.postgres import free_port
from tests.support.trouble import failing

MOST_SERIES = 1_000
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def scraped(port: int) -> str:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


def samples(text: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_what_people_do_moves_the_metrics_and_names_nobody(tmp_path: Path) -> None:
    port = free_port()
    async with club(tmp_path, started=True, PLUM_HTTP__PORT=str(port)) as it:
        await it.people.nina.start()
        await it.people.nina.sees("[Join the club]")
        await it.settles()
        text = await scraped(port)
    found = samples(text)
    assert found["plum_updates_total", "message", "done"] >= 1
    assert found["plum_api_calls_total", "sendPhoto", "ok"] >= 1
    assert found["plum_ready", "database"] == 1
    assert found["plum_inbox_depth",] == 0
    assert found["plum_applications", "pending"] >= 0
    assert found["plum_data_free_bytes",] > 0
    assert found["plum_lease_held", "poller"] == 1
    assert len(found) < MOST_SERIES
    assert TOKEN not in text
    assert not re.search(r'"100[0-9]"', text), "no person's id is a label"


def backups_in(folder: Path, *names: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return {"PLUM_BACKUP__DIR": str(folder)}


def test_the_newest_backup_has_an_age_and_other_files_beside_it_have_none(tmp_path: Path) -> None:
    taken = datetime.now(UTC) - timedelta(hours=37)
    older, newer = (f"plum-{at:%Y%m%dT%H%M%SZ}.tar" for at in (taken - timedelta(days=1), taken))
    there = Settings(backups_in(tmp_path / "backups", older, newer, f"{newer}.sha256", "notes.txt"))
    ages = [one.samples[0].value for one in of_disk(there) if one.name == "plum_backup_age_seconds"]
    assert ages == [pytest.approx(37 * 3600, abs=60)]


@pytest.mark.parametrize(("daily", "told"), [("on", [0]), ("off", [])])
def test_no_backup_at_all_is_told_where_they_are_taken_daily(daily: str, told: list[float], tmp_path: Path) -> None:
    there = Settings(backups_in(tmp_path / "backups") | {"PLUM_BACKUP__DAILY": daily})
    assert [one.samples[0].value for one in of_disk(there) if one.name == "plum_backups"] == told


async def test_dashboard_and_alerts_ask_only_for_what_is_told(tmp_path: Path) -> None:
    port = free_port()
    kept = backups_in(tmp_path / "backups", "plum-20260301T040000Z.tar") | {"PLUM_BACKUP__DAILY": "on"}
    async with club(tmp_path, started=True, PLUM_HTTP__PORT=str(port), **kept) as it:
        await it.people.nina.start()
        await it.people.nina.sees("[Join the club]")
        told = set(re.findall(r"^# TYPE (\w+)", await scraped(port), re.MULTILINE))
    files = [
        ROOT / "deploy" / "prometheus" / "alerts.yml",
        *(ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"),
    ]
    asked = {name for path in files for name in re.findall(r"plum_\w+", path.read_text(encoding="utf-8"))}
    assert asked
    assert {re.sub(r"_bucket$", "", name) for name in asked} - told == set()


@pytest.fixture
def broken_once(tmp_path: Path) -> dict[str, str]:
    """The variables of a club in which something failed."""
    url = f"sqlite:///{tmp_path / 'plum.db'}"
    migrations.upgrade(url)
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        row = {"place": "kit.example", "kind": "ValueError", "trace": "Traceback: broken", "context": '{"seq": 12}'}
        session.add(ErrorRow(reference="K7Q2M9", times=3, first_at=NOON, last_at=NOON, told_at=None, **row))
    engine.dispose()
    return {"PLUM_DATABASE__URL": url}


def test_a_reference_that_somebody_was_given_can_be_looked_up(tmp_path: Path, broken_once: dict[str, str]) -> None:
    shown = plumbot(tmp_path, "errors", "show", "k7q2m9", **broken_once)
    assert shown.returncode == 0
    for words in ("K7Q2M9: ValueError in kit.example", "3 times", '{"seq": 12}', "Traceback: broken"):
        assert words in shown.stdout
    as_json = plumbot(tmp_path, "errors", "show", "K7Q2M9", "--json", **broken_once)
    assert (json.loads(as_json.stdout)["times"], json.loads(as_json.stdout)["context"]) == (3, {"seq": 12})
    listed = plumbot(tmp_path, "errors", "list", **broken_once)
    assert re.search(r"^K7Q2M9 .* 3 times +ValueError in kit.example$", listed.stdout, re.MULTILINE)


def test_what_the_log_knew_is_an_object_also_when_it_was_too_long_to_be_kept_whole() -> None:
    assert as_object('{"seq": 12}') == {"seq": 12}
    assert as_object('{"seq": 12, "said": "upd') == {"cut": '{"seq": 12, "said": "upd'}


def test_a_reference_that_nobody_gave_is_one_sentence(tmp_path: Path, broken_once: dict[str, str]) -> None:
    shown = plumbot(tmp_path, "errors", "show", "ZZZZZZ", **broken_once)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert "There is no fault ZZZZZZ" in shown.stderr


async def test_what_fails_in_a_handler_is_kept_by_its_name_and_without_whose_update_it_was(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        with failing("INSERT INTO profiles", ValueError("broken")):
            await it.people.nina.start()
            await it.people.nina.sees("[Join the club]")
        await it.stop()
        ((place, context),) = it.asks("SELECT place, context FROM errors")
    assert place == "menu.start"
    assert json.loads(context)["said"] == "update_failed"
    assert str(it.people.nina.user_id) not in context


async def test_one_number_follows_an_update_into_what_is_said_and_asked_because_of_it(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.people.nina.start()
        await it.people.nina.sees("[Join the club]")
        await it.settles()
        lines = [json.loads(line) for line in (tmp_path / "here.log").read_text(encoding="utf-8").splitlines()]
        (seq,) = it.asks("SELECT seq FROM inbox WHERE source <> 'call' AND kind = 'message'")[0]
    of_it = [line for line in lines if line.get("request") == f"u{seq}"]
    said = {line["event"] for line in of_it}
    assert "sent" in said
    assert any("is handled" in event for event in said), "what handled it bears the number, too"
    assert all("request" in line for line in lines if line["event"] == "sent" and line["screen"].startswith("menu."))
    (handled,) = [line for line in of_it if "is handled" in line["event"]]
    nina = it.people.nina.user_id
    known = {name: handled[name] for name in ("lane", "user", "chat", "handler", "kind")}
    assert known == {"lane": nina, "user": nina, "chat": nina, "handler": "menu.start", "kind": "message"}
    assert {line["handler"] for line in lines if "handler" in line and line.get("kind") == "call"} == set()
