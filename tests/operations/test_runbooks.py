"""The runbooks are run: every command, in its order, on a machine with a pretend Telegram."""

import re
import shutil
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
import typer

from plumbot import migrations
from plumbot.apps.cli import app
from plumbot.vault import backups
from tests.legacy.old_files import write
from tests.migrations.old_bot import ask
from tests.operations.engines import Docker
from tests.operations.machine import Machine, machine, put_program
from tests.operations.play import database, installed, play, set_up
from tests.support.house import ROOT
from tests.support.postgres import free_port

PAGES = ROOT / "docs" / "operations"
pytestmark = pytest.mark.timeout(400)  # a bot starts again and again, on whatever machine

KEY = "a long passphrase of ours"
# age's own program, as far as its format goes: what decrypts is the library behind it.
AGE = """#!{python}
import sys, pyrage
from pathlib import Path
_, _, *rest = sys.argv
if rest[0] == "-i":
    keys = [pyrage.x25519.Identity.from_str(Path(rest[1]).read_text().strip())]
    sys.stdout.buffer.write(pyrage.decrypt(Path(rest[2]).read_bytes(), keys))
else:
    sys.stdout.buffer.write(pyrage.passphrase.decrypt(Path(rest[0]).read_bytes(), {key!r}))
"""
POSTGRES = "postgresql://plum:secret@db.example/plum"


async def test_first_installation(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        said = await play(it, "install", {"plumbot db upgrade": set_up})
        assert "restores whole" in said[-1]


async def test_moving_from_the_old_bot(tmp_path: Path, migrated_postgres_url: str) -> None:
    async with machine(tmp_path) as it:
        it.names[POSTGRES] = migrated_postgres_url
        (tmp_path / "old-bot").mkdir()
        old = write(tmp_path / "old-bot" / "bot.db", "november")
        before = old.read_bytes()
        (tmp_path / "old-bot" / ".env").write_text("TARGET_CHAT_ID=-1005\n", encoding="utf-8")

        def look_through(it: Machine) -> None:
            (it.folder / ".env").write_text(it.settings(), encoding="utf-8")

        await play(it, "migration", {"mkdir": look_through}, may_fail=("plumbot doctor",))
        assert old.read_bytes() == before
        back = f"sqlite:///{it.folder / 'back.db'}"
        assert migrations.current(back) == "0001"
        assert ask(back, "SELECT COUNT(*), SUM(karma IS NULL) FROM profiles WHERE user_id < 1000") == [(30, 3)]
        assert ask(database(it), "SELECT COUNT(*) FROM outbox WHERE screen = 'applications.card'") == [(6,)]


async def test_upgrade_and_rollback(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        await play(it, "upgrade")
        assert migrations.check(database(it)) is None


async def test_backup_and_restore(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)

        def new_machine(it: Machine) -> None:
            newest = backups.listed(it.folder / "data" / "backups")[0]
            it.folder = tmp_path / "another"
            it.folder.mkdir()
            (it.folder / ".env").write_text(it.settings(), encoding="utf-8")
            for file in (newest, newest.with_name(newest.name + ".sha256")):
                shutil.copy(file, it.folder)
            it.names["plum-20251120T030000Z.tar"] = newest.name

        def encrypted(it: Machine) -> None:
            options = backups.Options(it.folder / "data" / "backups", key=KEY)
            made = backups.create(database(it), options, datetime.now(UTC) + timedelta(seconds=1))
            shutil.copy(made.path, it.folder)

        put_program(it.home / "bin", "age", AGE.format(python=sys.executable, key=KEY))
        await play(it, "backup", {"tar xf": encrypted, "plumbot backup restore plum-": new_machine})
        assert migrations.check(f"sqlite:///{tmp_path / 'plum' / 'plum.db'}") is None
        assert (tmp_path / "plum" / "data" / "plum.db.before-restore").exists()
        assert migrations.check(database(it)) is None


async def test_a_stuck_inbox(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        columns = "bot_id, source, update_id, kind, lane, body, status, attempts, error, received_at"
        with closing(connect(it.folder / "data" / "plum.db")) as found, found:
            for one in (1, 2):
                body = f'{{"update_id": {one}, "poll": {{}}}}'
                values = (4242, "telegram", one, "poll", 0, body, "dead", 8, "x", "2025-11-20 12:00:00")
                found.execute(f"INSERT INTO inbox ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        await play(it, "stuck")
        assert ask(database(it), "SELECT COUNT(*) FROM inbox WHERE status = 'dead'") == [(0,)]


async def test_another_token(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        said = await play(it, "token")
        assert "fail" not in said[-1]


async def test_a_full_disk(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        code, _ = await it.run("plumbot backup create && systemctl start plum")
        assert code == 0
        await play(it, "disk")
        assert migrations.check(database(it)) is None


async def test_from_sqlite_to_postgresql_and_back(tmp_path: Path, postgres_url: str) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        it.names[POSTGRES] = postgres_url
        await play(it, "postgresql")
        assert ask(postgres_url, "SELECT name FROM switches WHERE name = 'bot.username'") == [("bot.username",)]
        home = f"sqlite:///{it.folder / 'data' / 'home.db'}"
        assert migrations.check(home) is None


async def test_reading_doctor(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        said = await play(it, "doctor")
        about = {line.split()[1] for line in said[0].splitlines() if line.startswith(("ok", "warn", "fail"))}
        listed = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?) \|", page("doctor"), re.MULTILINE))))
        assert about - listed == set()


async def test_what_is_looked_at_first_when_an_alert_fires(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        assert "No updates are in this state" in (await play(it, "alerts"))[-1]


async def test_seeing_health_and_metrics(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        installed(it)
        Docker(it, ROOT)
        it.names["127.0.0.1:8080"] = f"127.0.0.1:{(port := free_port())}"
        code, _ = await it.run(f"export PLUM_HTTP__PORT={port} && systemctl start plum")
        assert code == 0
        it.services["bot"] = it.services["plum"]
        said = await play(it, "seeing")
        assert "plum_ready" in said[-1]


async def test_rolling_out(tmp_path: Path, postgres_url: str) -> None:
    async with machine(tmp_path) as it:
        it.names[POSTGRES] = postgres_url
        (tmp_path / "old-bot").mkdir()
        write(tmp_path / "old-bot" / "bot.db", "october")
        (tmp_path / "old-bot" / ".env").write_text("TARGET_CHAT_ID=-1005\n", encoding="utf-8")
        await play(it, "rollout", {"plumbot doctor": set_up}, may_fail=("plumbot doctor",))
        assert migrations.check(postgres_url) is None


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def exists(words: list[str]) -> bool:
    command: Any = typer.main.get_command(app)
    context = command.make_context("plumbot", ["--help"], resilient_parsing=True)
    for word in words:
        if word not in command.list_commands(context):
            return False
        context = command.commands[word].make_context(word, ["--help"], context, resilient_parsing=True)
        command = context.command
        if not hasattr(command, "list_commands"):
            return True
    return True


@pytest.mark.parametrize("name", [*sorted(path.stem for path in PAGES.glob("*.md")), "../legacy", "../inventory"])
def test_commands_named_in_the_text_exist(name: str) -> None:
    named = [
        re.sub(r"\s+", " ", one).split() for one in re.findall(r"`plumbot ([a-z \n]+?)(?: [^a-z`][^`]*)?`", page(name))
    ]
    assert [" ".join(words) for words in named if not exists(words)] == []


def test_every_page_is_in_the_index_and_every_link_leads_somewhere() -> None:
    links = set(re.findall(r"\]\(([^)#:]+\.md)\)", page("index")))
    assert {path.name for path in PAGES.glob("*.md")} - links - {"index.md"} == set()
    for path in [*PAGES.glob("*.md"), PAGES.parent / "legacy.md"]:
        for link in re.findall(r"\]\(([^)#:]+\.md)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
