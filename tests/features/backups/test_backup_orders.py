"""A backup on demand: one order at a time, told once, sent where Telegram takes it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.apps.ordered_backup import OrderedBackup, content
from plumbot.club.audit import Audit
from plumbot.features.backups import screens
from plumbot.features.backups.rules import LARGEST_BYTES, UnderWay
from plumbot.features.backups.service import BackupService
from plumbot.kit.db import SessionManager
from plumbot.kit.leases import Lease, this_process
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.settings import Settings
from plumbot.kit.texts import Texts
from plumbot.vault import backups
from plumbot.vault.faults import Refused
from tests.features.conftest import NOON, FixedClock

OWNER = 5
FILE = "plum-20260302T120000Z.tar"


def service(clock: FixedClock, *, encrypted: bool = True) -> BackupService:
    return BackupService(clock, Outbox(clock), Audit(clock), encrypted=encrypted)


def shown(session: Session) -> dict[str, str]:
    session.flush()
    return {row.key: row.screen for row in session.scalars(select(ShownMessage))}


def test_one_order_at_a_time_until_whoever_was_to_carry_it_out_is_given_up(session: Session, clock: FixedClock) -> None:
    orders = service(clock)
    orders.order(session, by=OWNER)
    with pytest.raises(UnderWay):
        orders.order(session, by=OWNER)
    assert orders.offer(session) == {"encrypted": True, "under_way": True}
    clock.forward(hours=1)
    orders.order(session, by=OWNER)


def test_a_backup_is_told_once_and_one_that_is_too_large_is_not_sent(session: Session, clock: FixedClock) -> None:
    orders = service(clock)
    for size, screens_shown in (
        (LARGEST_BYTES + 1, {"backups.made"}),
        (LARGEST_BYTES, {"backups.made", "backups.file"}),
    ):
        orders.order(session, by=OWNER)
        order = orders.ordered(session)
        assert order is not None
        orders.made(session, order, FILE, size)
        assert set(shown(session).values()) == screens_shown
        assert orders.ordered(session) is None
        orders.failed(session, order, "told already")
        assert set(shown(session).values()) == screens_shown


@pytest.mark.parametrize(("encrypted", "leads_to"), [(True, "make"), (False, "sure")])
def test_without_a_key_one_is_asked_twice(encrypted: bool, leads_to: str) -> None:
    texts = Texts("en")
    data = [button.data for row in screens.offer(texts, encrypted=encrypted, under_way=False).buttons for button in row]
    assert screens.Backup(leads_to).pack() in data
    again = [button.data for row in screens.sure(texts).buttons for button in row]
    assert screens.Backup("make").pack() in again


async def test_whoever_sends_makes_it_and_a_failure_is_told(
    sessions: SessionManager, head_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    orders, folder = service(clock, encrypted=False), tmp_path / "backups"
    settings = Settings({"PLUM_DATABASE__URL": head_url, "PLUM_BACKUP__DIR": str(folder), "PLUM_BACKUP__PG_BIN": "/"})
    maker = OrderedBackup(settings, sessions, clock, orders)
    await sessions.change(orders.order, by=OWNER)
    assert not await maker.look()  # somebody else sends
    lease = Lease(name="sender", holder=this_process(), until=NOON + timedelta(minutes=1))
    await sessions.change(lambda session: session.add(lease))
    folder.write_text("in the way")
    assert not await maker.look()
    assert await sessions.read(shown) == {f"panel:{OWNER}": "backups.failed"}


async def test_only_backups_of_ours_are_read_for_sending(tmp_path: Path, session: Session) -> None:
    (tmp_path / FILE).write_bytes(b"whole")
    (tmp_path / ".env").write_text("secret")
    assert await asyncio.to_thread(content, tmp_path, session, file=FILE) == b"whole"
    for file in (".env", f"../{FILE}", "plum-20260302T120001Z.tar"):
        with pytest.raises(Refused):
            content(tmp_path, session, file=file)
    assert [path.name for path in backups.listed(tmp_path)] == [FILE]
