"""Real clips through a real bot and worker, for the benches that ask what else happens meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumbot.apps.benches import starts
from plumbot.apps.benches.busy import EARS, Rush, told_of
from plumbot.apps.benches.children import Child
from plumbot.apps.benches.listening import long_clips
from plumbot.apps.benches.scratch import TOKEN
from plumbot.apps.benches.telegram import telegram
from plumbot.apps.cli import app
from plumbot.kit.telegram.client import TelegramClient

LONG = pytest.mark.timeout(300)  # half a minute of both processors, at rest
SLEEPER = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"


@pytest.mark.soak
@LONG
def test_help_is_asked_at_rest_and_while_two_clips_are_recognised() -> None:
    run = CliRunner().invoke(app, ["bench", "busy", "--rounds", "1", "--times", "20", "--json"])
    assert run.exit_code == 0, run.output
    waits, at_work = json.loads(run.stdout)
    assert min(waits["ours"]["median"], waits["other"]["median"]) > 0
    assert 0 < at_work["ours"]["median"] <= EARS


@pytest.mark.soak
@LONG
def test_a_worker_that_has_heard_holds_its_model_and_its_decoders(tmp_path: Path) -> None:
    ready, heard = starts.worker(1, tmp_path)
    assert ready.unit == "s"
    assert heard.ours.median > 100


def test_waits_that_grow_or_clips_that_are_missing_do_not_meet_the_goal() -> None:
    rest = [[10.0] * 100, [12.0] * 100]
    assert [one.met for one in told_of(rest, [Rush([30.0] * 100, [2, 2])])] == [True, True]
    assert [one.met for one in told_of(rest, [Rush([40.0] * 100, [1, 2])])] == [False, False]


async def test_a_clip_that_is_said_can_be_fetched() -> None:
    async with telegram() as it, TelegramClient(TOKEN, it.url) as client:
        it.files["clip"] = b"sound"
        place = (await client.request("getFile", {"file_id": "clip"}))["file_path"]
        assert [piece async for piece in client.download(place, largest_bytes=100)] == [b"sound"]


async def test_each_chat_is_shown_what_it_was_told_last() -> None:
    async with telegram() as it, TelegramClient(TOKEN, it.url) as client:
        for chat, text in ((1, "wait"), (2, "wait"), (1, "words")):
            await client.request("sendMessage", {"chat_id": chat, "text": text})
    assert {chat: said["text"] for chat, said in it.shown.items()} == {1: "words", 2: "wait"}


def test_long_clips_are_long() -> None:
    assert [len(clip) > 30 * 2 * 16_000 for clip in long_clips().values()] == [True, True]


def test_the_memory_of_children_is_added() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        parent = Child(process.pid)
        assert parent.family_mib() > 1.5 * parent.resident_mib()
        process.communicate(b"\n")
