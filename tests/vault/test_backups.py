"""Backups: whole although the bot writes meanwhile, private, checked, and hard to restore over something by mistake."""

import asyncio
import gzip
import hashlib
import json
import shutil
import sqlite3
import stat
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.club.tables import Admin, Profile
from plumbot.kit.databases import open_database
from plumbot.kit.signals import Signals
from plumbot.migrations.addresses import sync_address
from plumbot.vault import backups, snapshots
from plumbot.vault.backups import Options
from plumbot.vault.comparing import differences
from plumbot.vault.faults import Refused
from tests.migrations.old_bot import ask
from tests.migrations.test_old_rows import run
from tests.support.postgres import PostgresServer

NOW = datetime(2025, 11, 20, 3, tzinfo=UTC)
WRITES_A_SECOND = 100


def fill(url: str) -> None:
    engine = create_engine(sync_address(url))
    with Session(engine) as session, session.begin():
        for one in range(1, 41):
            session.add(
                Profile(user_id=one, first_name="Женя", karma_start=10, karma=10, created_at=NOW, updated_at=NOW)
            )
        session.add(Admin(user_id=1, source="panel", created_at=NOW))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    here = f"sqlite:///{tmp_path / 'plum.db'}"
    found: str = here if request.param == "sqlite" else request.getfixturevalue("migrated_postgres_url")
    migrations.upgrade(found)
    fill(found)
    return found


@pytest.fixture
def empty_url(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Another database of the same kind, without tables."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'other' / 'plum.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.fresh() as other:
        yield other


@pytest.fixture
def options(tmp_path: Path, request: pytest.FixtureRequest) -> Options:
    """PostgreSQL's programs are those of the wheel."""
    postgres = "postgres" in request.node.name
    pg_bin = request.getfixturevalue("postgres").program("pg_dump").parent if postgres else None
    return Options(tmp_path / "backups", pg_bin=pg_bin)


def test_what_was_backed_up_is_restored_whole(url: str, empty_url: str, options: Options) -> None:
    made = backups.create(url, options, NOW)
    assert made.manifest.content.counts["profiles"] == 40
    assert backups.verify(made.path, url, options) == made.manifest
    backups.restore(made.path, empty_url, options)
    assert list(differences(url, empty_url)) == []
    assert migrations.check(empty_url) is None


def test_files_are_for_their_owner_only_and_nothing_else_is_left(url: str, options: Options) -> None:
    backups.create(url, options, NOW)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in options.folder.iterdir()}
    assert modes == {"plum-20251120T030000Z.tar": 0o600, "plum-20251120T030000Z.tar.sha256": 0o600}
    assert stat.S_IMODE(options.folder.stat().st_mode) == 0o700


def test_an_encrypted_backup_opens_with_its_key_only(url: str, empty_url: str, options: Options) -> None:
    locked = replace(options, key="correct horse battery staple")
    made = backups.create(url, locked, NOW)
    assert "Женя".encode() not in made.path.read_bytes()
    with pytest.raises(Refused, match="does not open with this key"):
        backups.verify(made.path, url, replace(options, key="another"))
    with pytest.raises(Refused, match="is encrypted: set PLUM_BACKUP__KEY"):
        backups.verify(made.path, url, options)
    backups.verify(made.path, url, locked)
    backups.restore(made.path, empty_url, locked)
    assert list(differences(url, empty_url)) == []


def test_an_age_identity_may_be_the_key(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    options = Options(tmp_path / "backups", key=str(pyrage.x25519.Identity.generate()))
    made = backups.create(sqlite_url, options, NOW)
    with tarfile.open(made.path) as tar:
        assert tar.getnames() == ["manifest.json", "database.db.gz.age"]
    assert backups.verify(made.path, sqlite_url, options).encrypted
    with pytest.raises(Refused, match="does not open with this key"):
        backups.verify(made.path, sqlite_url, replace(options, key=str(pyrage.x25519.Identity.generate())))


def test_one_changed_byte_is_found(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    options = Options(tmp_path / "backups")
    made = backups.create(sqlite_url, options, NOW)
    content = bytearray(made.path.read_bytes())
    content[len(content) // 2] ^= 1
    made.path.write_bytes(content)
    with pytest.raises(Refused, match="its checksum differs"):
        backups.verify(made.path, sqlite_url, options)
    made.path.with_name(made.path.name + ".sha256").unlink()
    with pytest.raises(Refused, match="a backup is two files"):
        backups.verify(made.path, sqlite_url, options)


def test_a_manifest_that_tells_more_than_there_is_is_found(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url)
    options = Options(tmp_path / "backups")
    full = backups.create(sqlite_url, options, NOW)
    run(sqlite_url, "DELETE FROM profiles WHERE user_id = 7")
    less = backups.create(sqlite_url, options, NOW + timedelta(seconds=1))
    folder = tmp_path / "mixed"
    for made in (full, less):
        with tarfile.open(made.path) as tar:
            tar.extractall(folder / made.path.stem)  # our own; the filter came with 3.11.4
    shutil.copy(folder / full.path.stem / "manifest.json", folder / less.path.stem)
    with tarfile.open(less.path, "w") as tar:
        for name in ("manifest.json", "database.db.gz"):
            tar.add(folder / less.path.stem / name, name)
    checksum = hashlib.sha256(less.path.read_bytes()).hexdigest()
    less.path.with_name(less.path.name + ".sha256").write_text(f"{checksum}  {less.path.name}\n")
    with pytest.raises(Refused, match=r"does not hold what it says \(profiles\)"):
        backups.verify(less.path, sqlite_url, options)


def test_a_database_with_rows_is_replaced_only_when_told(url: str, options: Options) -> None:
    made = backups.create(url, options, NOW)
    run(url, "DELETE FROM profiles WHERE user_id > 5")
    with pytest.raises(Refused, match="holds rows already"):
        backups.restore(made.path, url, options)
    assert ask(url, "SELECT COUNT(*) FROM profiles") == [(5,)]
    backups.restore(made.path, url, options, replace=True)
    assert ask(url, "SELECT COUNT(*) FROM profiles") == [(40,)]
    again = backups.create(url, options, NOW + timedelta(days=1))
    assert backups.verify(again.path, url, options).content == made.manifest.content


def test_a_sqlite_file_that_is_replaced_stays_beside_the_new_one(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url)
    options = Options(tmp_path / "backups")
    made = backups.create(sqlite_url, options, NOW)
    run(sqlite_url, "DELETE FROM profiles WHERE user_id > 5")
    backups.restore(made.path, sqlite_url, options, replace=True)
    run(sqlite_url, "DELETE FROM profiles WHERE user_id > 7")
    backups.restore(made.path, sqlite_url, options, replace=True)
    kept = {"plum.db": 40, "plum.db.before-restore": 5, "plum.db.before-restore.2": 7}
    for name, people in kept.items():
        assert ask(f"sqlite:///{tmp_path / name}", "SELECT COUNT(*) FROM profiles") == [(people,)]


def test_what_lies_in_the_journal_of_a_replaced_file_stays_with_it(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url)
    options = Options(tmp_path / "backups")
    made = backups.create(sqlite_url, options, NOW)
    with closing(sqlite3.connect(tmp_path / "plum.db", isolation_level=None)) as bot:
        bot.execute("PRAGMA journal_mode = WAL")
        bot.execute("PRAGMA wal_autocheckpoint = 0")
        bot.execute("DELETE FROM profiles WHERE user_id > 5")
        for name in ("plum.db", "plum.db-wal"):  # as after a kill: nobody has closed the journal
            shutil.copy(tmp_path / name, tmp_path / f"killed-{name}")
    for name in ("plum.db", "plum.db-wal"):
        (tmp_path / f"killed-{name}").replace(tmp_path / name)
    backups.restore(made.path, sqlite_url, options, replace=True)
    assert ask(sqlite_url, "SELECT COUNT(*) FROM profiles") == [(40,)]
    assert ask(f"sqlite:///{tmp_path / 'plum.db.before-restore'}", "SELECT COUNT(*) FROM profiles") == [(5,)]


def test_a_damaged_file_is_restored_over_and_kept(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url)
    options = Options(tmp_path / "backups")
    made = backups.create(sqlite_url, options, NOW)
    (tmp_path / "plum.db").write_bytes(b"\xff" * 100_000)
    with pytest.raises(Refused, match="it cannot be read"):
        backups.restore(made.path, sqlite_url, options)
    backups.restore(made.path, sqlite_url, options, replace=True)
    assert ask(sqlite_url, "SELECT COUNT(*) FROM profiles") == [(40,)]
    assert (tmp_path / "plum.db.before-restore").read_bytes() == b"\xff" * 100_000


def test_nothing_is_restored_under_a_bot_that_runs(url: str, options: Options) -> None:
    made = backups.create(url, options, NOW)
    run(url, "INSERT INTO leases (name, holder, until) VALUES ('poller', 'elsewhere:1:1', '2999-01-01 00:00:00')")
    with pytest.raises(Refused, match="The bot is running with this database"):
        backups.restore(made.path, url, options, replace=True)
    assert ask(url, "SELECT COUNT(*) FROM leases") == [(1,)]


def test_old_backups_go_and_the_newest_stays_however_old(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    options = Options(tmp_path / "backups", keep_days=3)
    for day in range(6):
        backups.create(sqlite_url, options, NOW + timedelta(days=day))
    names = [path.name for path in backups.listed(options.folder)]
    assert names == [f"plum-202511{day}T030000Z.tar" for day in (25, 24, 23, 22)]
    (options.folder / "plum-notes.tar").write_text("mine")
    assert len(backups.prune(options, NOW + timedelta(days=300))) == 3
    assert sorted(path.name for path in options.folder.iterdir()) == [
        "plum-20251125T030000Z.tar", "plum-20251125T030000Z.tar.sha256", "plum-notes.tar",
    ]  # fmt: skip


def test_without_postgresqls_programs_one_is_told_what_to_install(migrated_postgres_url: str, tmp_path: Path) -> None:
    options = Options(tmp_path / "backups", pg_bin=tmp_path)
    with pytest.raises(Refused, match="install PostgreSQL's client programs"):
        backups.create(migrated_postgres_url, options, NOW)
    assert list(options.folder.iterdir()) == []


def test_a_backup_of_the_other_kind_is_refused(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    options = Options(tmp_path / "backups")
    made = backups.create(sqlite_url, options, NOW)
    with pytest.raises(Refused, match="is a backup of sqlite, and PLUM_DATABASE__URL names postgresql"):
        backups.restore(made.path, postgres_url, options)


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url)
    path = tmp_path / "plum.db"
    content = bytearray(path.read_bytes())
    content[40960:81920] = b"\xff" * 40960
    path.write_bytes(content)
    options = Options(tmp_path / "backups")
    with pytest.raises((Refused, sqlite3.DatabaseError)):
        backups.create(sqlite_url, options, NOW)
    assert backups.listed(options.folder) == []


class Writer(threading.Thread):
    """A bot at work, through the very door the bot writes by: one numbered audit entry a transaction."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.committed = 0
        self.enough = threading.Event()

    def run(self) -> None:
        asyncio.run(self._write())

    async def _write(self) -> None:
        sessions = open_database(self._url, Signals())
        began = time.monotonic()
        try:
            while not self.enough.is_set():
                await sessions.change(note, self.committed + 1)
                self.committed += 1
                await asyncio.sleep(max(0.0, began + self.committed / WRITES_A_SECOND - time.monotonic()))
        finally:
            await sessions.close()


def note(session: Session, number: int) -> None:
    values = {"number": number, "at": "2025-11-20 12:00:00"}
    session.execute(text("INSERT INTO audit (id, at, action) VALUES (:number, :at, 'written')"), values)


def test_under_a_hundred_writes_a_second_nothing_before_the_mark_is_missing(
    url: str, empty_url: str, options: Options
) -> None:
    writer = Writer(url)
    writer.start()
    try:
        while writer.committed < 100:
            time.sleep(0.01)
        mark = writer.committed
        made = backups.create(url, options, NOW)
        after = writer.committed
    finally:
        writer.enough.set()
        writer.join(30)
    backups.verify(made.path, url, options)
    backups.restore(made.path, empty_url, options)
    [(rows, highest)] = ask(empty_url, "SELECT COUNT(*), MAX(id) FROM audit")
    assert after > mark
    assert mark <= highest <= after + 1
    assert rows == highest


def test_a_backup_that_is_killed_leaves_none_that_looks_whole(sqlite_url: str, tmp_path: Path) -> None:
    from tests.migrations.test_killed import dies_at

    migrations.upgrade(sqlite_url)
    options = Options(tmp_path / "backups")
    for point in ("snapshot taken", "packed"):
        assert dies_at(point, lambda reached: backups.create(sqlite_url, options, NOW, reached))
        assert backups.listed(options.folder) == []
    made = backups.create(sqlite_url, options, NOW)
    assert backups.listed(options.folder) == [made.path]


def test_a_backup_of_an_older_revision_is_restored_to_be_upgraded(sqlite_url: str, tmp_path: Path) -> None:
    migrations.upgrade(sqlite_url)
    fill(sqlite_url)
    options = Options(tmp_path / "backups")
    made = backups.create(sqlite_url, options, NOW)
    older = migrations.revisions()[-2]
    migrations.downgrade(sqlite_url, older)
    counted = snapshots.content_of(sqlite_url)
    with closing(sqlite3.connect(tmp_path / "plum.db")) as found, closing(sqlite3.connect(tmp_path / "old.db")) as old:
        found.backup(old)
    zipped = tmp_path / "database.db.gz"
    zipped.write_bytes(gzip.compress((tmp_path / "old.db").read_bytes()))
    told = json.dumps(asdict(replace(made.manifest, content=counted)))
    with tarfile.open(made.path, "w") as tar:
        (tmp_path / "manifest.json").write_text(told)
        tar.add(tmp_path / "manifest.json", "manifest.json")
        tar.add(zipped, "database.db.gz")
    checksum = hashlib.sha256(made.path.read_bytes()).hexdigest()
    made.path.with_name(made.path.name + ".sha256").write_text(f"{checksum}  {made.path.name}\n")
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    assert backups.restore(made.path, fresh, options).content.revision == older
    migrations.upgrade(fresh)
    assert ask(fresh, "SELECT COUNT(*) FROM profiles") == [(40,)]
