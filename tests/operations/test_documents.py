"""Every command that a document tells people to type is run, or says who runs it, or what it would need."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from typing import cast

import pytest

from plumbot.sandbox.options import TOKEN
from plumbot.sandbox.server import RunningSandbox
from tests.legacy.old_files import write
from tests.operations.checkout import check_out
from tests.operations.commands import COMMAND, FENCE, PAGES, begins, blocks, spans, text_of
from tests.operations.engines import Docker, Kubectl
from tests.operations.machine import Machine, Said, machine, put_program
from tests.operations.play import installed, play, set_up
from tests.operations.unplayed import ELSEWHERE, NEEDS, elsewhere, needs
from tests.support.house import ROOT
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.timeout(400)  # processes start again and again, on whatever machine

HERE, THERE = Path(__file__), Path(__file__).with_name("test_runbooks.py")
ENGINES = ("docker", "kubectl")
READY = re.compile(r"open (http://127\.0\.0\.1:\d+)")
KEYS = ("telegram_token", "webhook_secret", "database_url", "backup_key")


async def test_from_the_readme_to_a_bot_that_runs(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        check_out(it)
        it.names[".venv/bin/plumbot run"] = "systemctl start plum"
        await play(it, "README.md", {"make install": set_up})
        assert (it.folder / ".env").stat().st_mode & 0o777 == 0o600
        assert it.services["plum"].is_alive()


async def test_working_on_it(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        check_out(it)
        (it.folder / "tests").mkdir()
        (it.folder / "tests" / "one.py").write_text("x = {'a':1}", encoding="utf-8")
        said = await play(it, "CONTRIBUTING.md", may_fail=() if here("make fix") else ("make fix",))
        assert re.search(r"^  make demo .*try it", said[0], re.MULTILINE)
        tidy = (it.folder / "tests" / "one.py").read_text(encoding="utf-8") == 'x = {"a": 1}\n'
        assert tidy == here("make fix")


@contextmanager
def demo(it: Machine) -> Iterator[str]:
    """`make demo`, and the address of its page."""
    mine = it.environment() | {"ARGS": f"--port 0 --state {it.home / 'state'}"}
    process = subprocess.Popen(
        ["make", "demo"], cwd=it.folder, env=mine, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout
        said = ""
        while "RULES_URL" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        found = READY.search(said)
        assert found
        it.names |= dict(zip(exports(), re.findall(r"^ +(PLUM_.*)", said, re.MULTILINE), strict=True))
        yield found[1]
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def exports() -> list[str]:
    return [line.removeprefix("export ") for line in blocks(ROOT / "docs" / "sandbox.md") if line.startswith("export")]


async def test_the_sandbox_and_the_real_commands_against_it(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        check_out(it)
        it.exported["PLUM_HTTP__PORT"] = "0"
        it.names[".venv/bin/plumbot run"] = "systemctl start plum"
        with demo(it) as page:

            def kill(it: Machine) -> None:
                body = json.dumps({"name": "bot", "do": "kill"}).encode()
                urllib.request.urlopen(urllib.request.Request(f"{page}/api/process", body, {"X-Sandbox": "1"}))

            said = await play(it, "docs/sandbox.md", {".venv/bin/plumbot run": kill})
            assert "1003 is an admin now" in said[-2]
            await it.stop("plum")


async def test_with_containers(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    async with machine(tmp_path) as it:
        check_out(it)
        for name in ("pg_dump", "pg_restore"):  # the image has those of its database's version
            put_program(it.home / "bin", name, f'#!/bin/sh\nexec "{postgres.program(name)}" "$@"\n')
        docker = Docker(it, it.folder)
        Kubectl(it, it.folder, docker)
        it.names |= {
            "REVISION": "0011",
            "deploy/compose/secrets.sh": f"PLUM_TELEGRAM__TOKEN={TOKEN} bash deploy/compose/secrets.sh",
        }
        docker.ours = {"PLUM_HTTP__PORT": "0"}
        compose, ours = it.folder / "deploy" / "compose", it.folder / "deploy" / "kubernetes" / "ours"
        club = "".join(line for line in it.settings().splitlines(keepends=True) if "CLUB" in line or "API_URL" in line)

        def a_database(it: Machine) -> None:
            if "postgres:5432" in (compose / "secrets" / "database_url").read_text(encoding="utf-8"):
                (compose / "secrets" / "database_url").unlink()
                (compose / "secrets" / "database_url").write_text(postgres_url, encoding="utf-8")
                (compose / "plum.env").write_text(club, encoding="utf-8")

        def our_folder(it: Machine) -> None:
            (ours.parent / "example").rename(ours)
            values = (TOKEN, "s" * 32, postgres_url, "long enough to be a key")
            lines = [f"{key}={value}\n" for key, value in zip(KEYS, values, strict=True)]
            (ours / "secrets.env").write_text("".join(lines), encoding="utf-8")
            with (ours / "settings.env").open("a", encoding="utf-8") as out:
                out.write(club)

        def a_new_version(it: Machine) -> None:
            listed = (ours / "kustomization.yaml").read_text(encoding="utf-8")
            (ours / "kustomization.yaml").write_text(listed.replace("1.0.0", "1.1.0"), encoding="utf-8")
            docker.pushed.add("registry.example.com/plum:1.1.0")

        await play(
            it,
            "docs/operations/containers.md",
            {
                "docker compose build": a_database,
                "kubectl create namespace": our_folder,
                "kubectl -n plum create job": a_new_version,
            },
        )
        (it.folder / "old-bot").mkdir()
        write(it.folder / "old-bot" / "bot.db", "november")
        for command in named_in_the_text():
            if command.startswith(ENGINES):
                code, told = await it.run(command)
                assert code == 0, f"{command}: {told}"


def named_in_the_text() -> list[str]:
    """Commands between the words, each once, and not those that a page's block or a longer one says as well."""
    named = dict.fromkeys(bare(span) for path in PAGES for span in spans(path))
    typed = [bare(part) for path in PAGES for line in blocks(path) for part in line.split(" && ")]
    known = [one for one in (*typed, *named) if not needs(one)]
    left = [one for one in named if not needs(one) and not elsewhere(one) and one not in typed]
    return [one for one in left if not any(begins(one, whole) for whole in known if whole != one)]


def bare(command: str) -> str:
    return command.replace(".venv/bin/plumbot", "plumbot")


async def test_what_the_text_names(tmp_path: Path) -> None:
    async with machine(tmp_path) as it:
        check_out(it)
        installed(it)
        (it.folder / "members.txt").write_text(f"ann-{SLUG}\n", encoding="utf-8")
        with closing(connect(it.folder / "data" / "plum.db")) as found, found:
            found.execute(DEAD_UPDATE)
            found.execute(FAULT)
        it.exported["PLUM_HTTP__PORT"] = "0"
        it.names |= {"URL": it.sandbox.api_url, '"u18"': '"event"', "/dev/shm/": f"{tmp_path}/shm/"}
        code, _ = await it.run("make install")  # as the pages have it before
        assert code == 0
        for command in named_in_the_text():
            if not command.startswith(ENGINES) and here(command):
                code, told = await typed(it, TOLD.get(command, command))
                assert code == 0, f"{command}: {code}\n{told}\n{WHAT_TO_DO}"


WHAT_TO_DO = """
Each command that a document names is played here as it stands. If the document is right, say in TOLD what the command
is told, or in tests/operations/unplayed.py who else runs it, or what it needs that no test machine has."""
SLUG = "of-the-north-from-hills-2020"
# For words in capitals, or where the text leaves them away.
TOLD = {
    "plumbot roster import FILE": "plumbot roster import members.txt",
    "plumbot roster add": f"plumbot roster add bob-{SLUG}",
    "plumbot admins remove": "plumbot admins add 1003 && plumbot admins remove 1003",
    "plumbot errors show REF": "plumbot errors show k7q2m9",
    "plumbot inbox retry SEQ": "plumbot inbox retry 1",
    "curl -sS PLUM_TELEGRAM__API_URL": "curl -sS URL",
    "systemctl status plum": "systemctl start plum && systemctl status plum",
}
DEAD_UPDATE = """
INSERT INTO inbox (bot_id, source, update_id, kind, lane, body, status, attempts, error, received_at)
VALUES (1, 'telegram', 1, 'poll', 0, '{}', 'dead', 8, 'x', '2025-11-20')"""
FAULT = "INSERT INTO errors VALUES ('K7Q2M9', 'here', 'KeyError', 'Trace', '{}', 1, datetime(), datetime(), NULL)"


async def typed(it: Machine, command: str) -> Said:
    """What would stay is stopped again."""
    if command not in ("plumbot run", "plumbot bot", "plumbot worker"):
        return await it.run(command)
    await it.stop("plum")
    said = await it.start("plum", command.split()[1:])
    await it.stop("plum")
    return said


def here(command: str) -> bool:
    """Developers' programs are there when `make check` was run before, as .ci/run does."""
    program = {"make fix": "ruff"}.get(command) or command.split()[0].removeprefix(".venv/bin/")
    return command.split()[0] == program or (Path(sys.executable).parent / program).exists()


def test_every_block_says_what_it_is() -> None:
    """`sh` is played."""
    kinds = {(path.name, kind) for path in PAGES for _, kind, _ in FENCE.findall(text_of(path))}
    assert {(name, kind) for name, kind in kinds if kind not in ("sh", "yaml", "ini")} == set()
    outside = [line for path in PAGES for line in FENCE.sub("", text_of(path)).splitlines() if line.startswith("    ")]
    assert [line for line in outside if COMMAND.match(line.strip())] == []


def test_every_page_with_commands_is_played() -> None:
    played = set(re.findall(r'play\(\s*it,\s*"([\w./]+)"', text_of(HERE) + text_of(THERE)))
    stories = {name if name.endswith(".md") else f"docs/operations/{name}.md" for name in played}
    pages = {
        str(path.relative_to(ROOT)) for path in PAGES
        if any(not elsewhere(line) and not needs(line) for line in blocks(path))
    }  # fmt: skip
    assert pages == stories, WHAT_TO_DO


@pytest.mark.parametrize(("command", "file"), ELSEWHERE.items())
def test_who_else_runs_it_does(command: str, file: str) -> None:
    program, *words = command.split()
    if file == "Makefile" and program == "make":
        assert re.search(rf"^check: {words[0]}\b", text_of(ROOT / file), re.MULTILINE)
        return
    said = " ".join(word for word in words if word.islower()) if program == "plumbot" else command
    quoted = ", ".join(f'"{word}"' for word in said.split())
    assert quoted in text_of(ROOT / file) or said in text_of(ROOT / file)


def test_each_part_of_the_suite_that_is_named_exists() -> None:
    parts = {part for path in PAGES for part in re.findall(r"TESTS=(\S+?)[`);, \n]", text_of(path))}
    assert "tests/faults" in parts
    assert {part for part in parts if not (ROOT / part).exists()} == set()


def test_no_exception_is_left_over() -> None:
    written = [bare(one) for path in PAGES for one in (*blocks(path), *spans(path))]
    assert [one for one in (*ELSEWHERE, *NEEDS) if not any(begins(one, command) for command in written)] == []


@pytest.mark.parametrize(
    "line",
    [
        "docker compose stop nobody",
        "docker compose --profile none up -d",
        "docker compose up --sideways",
        "docker push never/built:1",
        "docker compose up -d",
        "kubectl get pods",
        "kubectl exec deploy/nobody -c bot -- plumbot doctor",
        "kubectl apply -k deploy/kubernetes/example",
    ],
)
async def test_the_engines_refuse_what_is_not_there(tmp_path: Path, line: str) -> None:
    it = Machine(tmp_path, tmp_path, cast("RunningSandbox", None))
    Kubectl(it, ROOT, Docker(it, ROOT))
    with pytest.raises((AssertionError, FileNotFoundError)):
        await it.run(line)
