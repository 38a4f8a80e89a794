"""The page that says where everything of the old bot went names only what is there."""

import re
from typing import Any

import typer

from plumbot.apps import wiring
from plumbot.apps.cli import COMMANDS, app
from plumbot.club.places import Places
from plumbot.kit.settings import Settings
from tests.support.house import ROOT, SOURCE

PAGE = (ROOT / "docs" / "operations" / "from-the-old-bot.md").read_text(encoding="utf-8")
CATALOGUE = (SOURCE / "locales" / "en" / "LC_MESSAGES" / "plumbot.po").read_text(encoding="utf-8")
NOW = "\n".join(line.split("|")[2] for line in PAGE.splitlines() if line.count("|") == 3)
TOKEN = f"4242:{'A' * 35}"


def exists(words: list[str]) -> bool:
    """Whether the command line has this command."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("plumbot", ["--help"], resilient_parsing=True)
    for word in words:
        if word not in command.list_commands(context):
            return False
        context = command.commands[word].make_context(word, ["--help"], context, resilient_parsing=True)
        command = context.command
    return True


async def places() -> Places:
    container = wiring.build(Settings({"PLUM_TELEGRAM__TOKEN": TOKEN, "PLUM_CLUB__CHAT_ID": "-1001"}))
    await wiring.connect(container)
    return await container.get(Places)


def test_every_command_line_that_is_named_exists() -> None:
    named = [line.split() for line in re.findall(r"`plumbot ([a-z ]+)`", NOW)]
    assert len(named) > 10
    assert [" ".join(words) for words in named if not exists(words)] == []
    assert "nonsense" not in COMMANDS
    assert not exists(["db", "nonsense"])


async def test_every_command_of_the_bot_that_is_named_exists_and_none_for_admins_is_forgotten() -> None:
    commands = (await places()).commands
    named = set(re.findall(r"`/([a-z_]+)`", NOW))
    assert named - {command.name for command in commands} == set()
    for_admins = {command.name for command in commands if command.permission in ("admin", "owner")}
    assert {name for name in for_admins if f"/{name}`" not in PAGE} == set()


async def test_every_button_that_is_named_exists_and_every_section_is_named() -> None:
    labels = set(re.findall(r"“([^”]+)”", NOW))
    assert len(labels) > 10
    assert [label for label in labels if f'msgid "{label}"' not in CATALOGUE] == []
    assert {section.text for section in (await places()).sections} - labels == set()
