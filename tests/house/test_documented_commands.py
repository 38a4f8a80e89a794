"""Whatever a document tells people to type is understood by the command line, down to its options.

They are run as well, in tests/operations.
"""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import typer

from plumbot.apps.cli import app
from tests.support.house import ROOT

BLOCK = re.compile(r"^ *```.*?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
END = re.compile(r" [|&;]+ | [<>] ?|\s+# ")
CALLED = re.compile(r"(?:^|[\s/(=])plumbot (.+)$")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FILES = [
    path
    for path in (ROOT / "Dockerfile", ROOT / "compose.yaml", ROOT / ".env.example", *(ROOT / "deploy").rglob("*"))
    if path.is_file() and path.suffix in {"", ".yaml", ".yml", ".service", ".example", ".sh"}
]


def lines_of(page: Path) -> Iterator[str]:
    """What stands in code, a line or a span at a time."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        yield from block.splitlines()
    for span in SPAN.findall(BLOCK.sub("", text)):
        yield " ".join(span.split())


def calls_in(line: str) -> Iterator[list[str]]:
    """The words after each `plumbot`; of `list|add|remove` each in turn, since it stands for all of them."""
    for part in END.split(line):
        if found := CALLED.search(part.strip()):
            words = shlex.split(found[1].replace("…", ""), comments=True)
            yield from (list(one) for one in product(*(choices(word) for word in words)))


def choices(word: str) -> list[str]:
    return word.split("|") if re.fullmatch(r"[a-z|-]+", word) else [word]


@cache
def documented() -> dict[str, list[list[str]]]:
    return {str(page.relative_to(ROOT)): [call for line in lines_of(page) for call in calls_in(line)] for page in PAGES}


def misunderstood(words: list[str]) -> str | None:
    """What is wrong with it, or None. Values are not looked at: documents name files that are not here."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("plumbot", ["--help"], resilient_parsing=True)
    rest = list(words)
    while hasattr(command, "list_commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.list_commands(context):
            return f"there is no {name}"
        context = command.commands[name].make_context(name, ["--help"], context, resilient_parsing=True)
        command = context.command
    context.resilient_parsing = False
    try:
        _, left, _ = command.make_parser(context).parse_args(args=rest)
    except Exception as fault:  # noqa: BLE001  # a usage error, wherever its class lives
        return f"{type(fault).__name__}: {fault}"
    return f"nothing takes {left}" if left else None


def test_the_documents_are_read() -> None:
    calls = [" ".join(call) for of_page in documented().values() for call in of_page]
    assert len(calls) > 60
    assert {"sandbox", "errors show REF", "features", "db upgrade"} <= set(calls)


def test_what_is_wrong_is_found() -> None:
    assert misunderstood(["db", "upgrade"]) is None
    assert misunderstood(["db", "upgade"]) == "there is no upgade"
    assert "such option" in str(misunderstood(["features", "--yaml"])).lower()
    assert misunderstood(["features", "one", "more"]) == "nothing takes ['one', 'more']"
    assert [*calls_in("PLUM_A=b plumbot admins list|add 5 | cat")] == [["admins", "list", "5"], ["admins", "add", "5"]]


@pytest.mark.parametrize("page", documented())
def test_every_command_of_a_document_is_understood(page: str) -> None:
    wrong = {" ".join(call): misunderstood(call) for call in documented()[page]}
    assert {call: why for call, why in wrong.items() if why} == {}


def test_every_command_of_a_deployment_file_is_understood() -> None:
    started = {
        (path.name, " ".join(call)): misunderstood(call)
        for path in FILES
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart")
        for call in calls_in(line)
    }
    assert len(started) >= 3
    assert {call: why for call, why in started.items() if why} == {}
