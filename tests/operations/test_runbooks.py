"""The runbooks are run: every command, in its order, on a machine with a pretend Telegram."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
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
from tests.operations.machine import Machine, machine
from tests.support.house import ROOT
from tests.support.postgres import free_port

PAGES = ROOT / "docs" / "operations"
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
BACKUP = re.compile(r"plum-\d{8}T\d{6}Z\.tar")
pytestmark = pytest.mark.timeout(400)  # a bot starts again and again, on whatever machine

POSTGRES = "postgresql://plum:secret@db.example/plum"
PLAYED = (
    "install",
    "migration",
    "upgrade",
    "backup",
    "stuck",
    "token",
    "disk",
    "postgresql",
    "doctor",
    "rollout",
    "alerts",
    "seeing",
)

Hooks = dict[str, Callable[[Machine], None]]


def commands(page: str) -> list[str]:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return [line.strip() for _, block in BLOCK.findall(text) for line in block.splitlines() if line.strip()]


async def play(it: Machine, page: str, before: Hooks | None = None, may_fail: tuple[str, ...] = ()) -> list[str]:
    """All of the page; what each command said. `before` a command something happens that the page asks of people."""
    said = []
    for line in commands(page):
        for begin, act in (before or {}).items():
            if line.startswith(begin):
                act(it)
        newest = next(iter(backups.listed(it.folder / "data" / "backups")), None)
        here = BACKUP.sub(newest.name, line) if newest else line
        code, told = await it.run(here)
        assert code == 0 or line in may_fail, f"{page}: {here}: {code}\n{told}"
        said.append(told)
    return said


def installed(it: Machine) -> None:
    """A club with a database, and a bot that has run before."""
    (it.folder / ".env").write_text(it.settings(), encoding="utf-8")
    migrations.upgrade(database(it))


def database(it: Machine) -> str:
    return f"sqlite:///{it.folder / 'data' / 'plum.db'}"


def set_up(it: Machine) -> None:
    with (it.folder / ".env").open("a", encoding="utf-8") as out:
        out.write(it.settings())


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

        await play(it, "backup", {"plumbot backup restore plum-": new_machine})
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
        it.names["127.0.0.1:8080"] = f"127.0.0.1:{(port := free_port())}"
        code, _ = await it.run(f"export PLUM_HTTP__PORT={port} && systemctl start plum")
        assert code == 0
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


def test_every_page_with_commands_is_played() -> None:
    pages = {path.stem for path in PAGES.glob("*.md") if BLOCK.search(path.read_text(encoding="utf-8"))}
    assert pages == set(PLAYED)
