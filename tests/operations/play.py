"""A page is played: each command of its blocks, in their order, on a machine."""

import re
from collections.abc import Callable

from plumbot import migrations
from plumbot.vault import backups
from tests.operations.commands import blocks, page
from tests.operations.machine import Machine
from tests.operations.unplayed import elsewhere, needs

BACKUP = re.compile(r"plum-\d{8}T\d{6}Z\.tar")

Hooks = dict[str, Callable[[Machine], None]]


async def play(it: Machine, name: str, before: Hooks | None = None, may_fail: tuple[str, ...] = ()) -> list[str]:
    """All of the page; what each command said. `before` a command something happens that the page asks of people.

    A name without a folder is a runbook's.
    """
    said = []
    for line in blocks(page(name if name.endswith(".md") else f"docs/operations/{name}.md")):
        for begin, act in (before or {}).items():
            if line.startswith(begin):
                act(it)
        if elsewhere(line) or needs(line):
            continue
        newest = next(iter(backups.listed(it.folder / "data" / "backups")), None)
        here = BACKUP.sub(newest.name, line) if newest else line
        code, told = await it.run(here)
        assert code == 0 or line in may_fail, f"{name}: {here}: {code}\n{told}"
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
