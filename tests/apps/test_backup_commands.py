"""`plumbot backup` and the nightly backup, as an operator meets them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.apps import wiring
from plumbot.apps.daily_backup import DailyBackup
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.db import SessionManager
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.settings import Settings
from plumbot.vault import backups
from tests.support.command_line import plumbot


class SetClock:
    """Stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def go_on(self, by: timedelta) -> None:
        self._now += by


@pytest.fixture
def club(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    migrations.upgrade(sqlite_url)
    return {
        "PLUM_DATABASE__URL": sqlite_url, "PLUM_CLUB__OWNER_ID": "5", "PLUM_BACKUP__DIR": str(tmp_path / "backups"),
    }  # fmt: skip


def test_create_verify_list_and_restore(club: dict[str, str], tmp_path: Path) -> None:
    made = plumbot(tmp_path, "backup", "create", "--json", **club, PLUM_BACKUP__KEY="long enough")
    assert made.returncode == 0
    file = json.loads(made.stdout)["file"]
    assert json.loads(made.stdout)["encrypted"] is True
    whole = plumbot(tmp_path, "backup", "verify", **club, PLUM_BACKUP__KEY="long enough")
    assert (whole.returncode, "restores whole" in whole.stdout) == (0, True)
    assert file in plumbot(tmp_path, "backup", "list", **club).stdout
    other = club | {"PLUM_DATABASE__URL": f"sqlite:///{tmp_path / 'other.db'}", "PLUM_BACKUP__KEY": "long enough"}
    assert plumbot(tmp_path, "backup", "restore", file, **other).returncode == 0
    assert migrations.check(other["PLUM_DATABASE__URL"]) is None


def test_restore_over_rows_has_to_be_told_twice(club: dict[str, str], tmp_path: Path) -> None:
    assert plumbot(tmp_path, "admins", "add", "77", **club).returncode == 0
    file = json.loads(plumbot(tmp_path, "backup", "create", "--json", **club).stdout)["file"]
    refused = plumbot(tmp_path, "backup", "restore", file, **club)
    assert refused.returncode == 1
    assert refused.stderr.startswith("The database holds rows already (")
    once = plumbot(tmp_path, "backup", "restore", file, "--replace", **club)
    assert once.returncode == 1
    assert "replace it by plum-" in once.stderr
    assert plumbot(tmp_path, "backup", "restore", file, "--replace", "--yes", **club).returncode == 0


def test_no_backup_at_all_is_said(club: dict[str, str], tmp_path: Path) -> None:
    none = plumbot(tmp_path, "backup", "verify", **club)
    assert none.returncode == 1
    assert none.stderr.startswith("There are no backups in ")


async def nightly(settings: Settings, clock: SetClock, *pauses: timedelta) -> tuple[list[bool], list[ShownMessage]]:
    """Look, and again after each pause; what was taken each time, and what the owner is shown."""
    container = wiring.build(settings)
    sessions, alerts = await container.get(SessionManager), await container.get(Alerts)
    daily: DailyBackup = DailyBackup(settings, sessions, as_clock(clock), alerts)
    taken = []
    try:
        for pause in (timedelta(0), *pauses):
            clock.go_on(pause)
            taken.append(await daily.look())
        shown = await sessions.read(lambda session: list(all_shown(session)))
    finally:
        await sessions.close()
        await container.close()
    return taken, shown


def as_clock(clock: SetClock) -> Clock:
    return clock


def all_shown(session: Session) -> list[ShownMessage]:
    return list(session.scalars(select(ShownMessage)))


def test_one_is_taken_each_night_from_four_on(club: dict[str, str], tmp_path: Path) -> None:
    settings = Settings(club | {"PLUM_CLUB__TIMEZONE": "Europe/Moscow"})
    assert settings.backs_up_daily
    clock = SetClock(datetime(2025, 11, 20, 0, 59, tzinfo=UTC))
    minute, day = timedelta(minutes=1), timedelta(days=1)
    taken, _ = asyncio.run(nightly(settings, clock, minute, minute, timedelta(hours=5), day))
    assert taken == [False, True, False, False, True]
    assert len(backups.listed(tmp_path / "backups")) == 2


def test_a_failure_is_told_and_tried_again_in_an_hour(club: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    clock = SetClock(datetime(2025, 11, 20, 9, tzinfo=UTC))
    taken, shown = asyncio.run(nightly(Settings(club), clock, timedelta(minutes=1)))
    assert taken == [False, False]
    assert [(row.chat_id, "PLUM_BACKUP__DIR" in row.values["values"]["reason"]) for row in shown] == [(5, True)]
    (tmp_path / "backups").unlink()
    taken, _ = asyncio.run(nightly(Settings(club), clock, timedelta(hours=1)))
    assert taken == [False, True]


def test_on_postgresql_somebody_else_takes_them_unless_said() -> None:
    there = {"PLUM_DATABASE__URL": "postgresql://plum@127.0.0.1/plum"}
    assert not Settings(there).backs_up_daily
    assert Settings(there | {"PLUM_BACKUP__DAILY": "on"}).backs_up_daily
