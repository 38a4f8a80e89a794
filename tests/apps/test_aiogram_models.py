"""aiogram's models come as late as possible, and are none the worse for it."""

import json
import subprocess
import sys

from aiogram.types import Update

ALL_KINDS_OF_NESTING = {
    "update_id": 1,
    "message": {
        "message_id": 2,
        "date": 1_795_000_000,
        "chat": {"id": -1001, "type": "supergroup", "title": "Club"},
        "from": {"id": 3, "is_bot": False, "first_name": "Nina"},
        "text": "hello",
        "entities": [{"type": "bold", "offset": 0, "length": 5}],
        "reply_to_message": {"message_id": 1, "date": 1_794_000_000, "chat": {"id": -1001, "type": "supergroup"}},
    },
}
PROGRAM = """
import json, sys
if sys.argv[1] == "late":
    from plumbot.apps.aiogram_models import build_when_used
    build_when_used()
from aiogram import types
built = lambda: [name for name in types.__all__ if getattr(getattr(types, name), "__pydantic_complete__", False)]
before = len(built())
message = types.Update.model_validate(json.loads(sys.argv[2])).message
print(json.dumps([before, type(message.reply_to_message).__name__, message.html_text, "Update" in built()]))
"""


def told_by(way: str) -> list[object]:
    command = [sys.executable, "-c", PROGRAM, way, json.dumps(ALL_KINDS_OF_NESTING)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    told: list[object] = json.loads(run.stdout)
    return told


def test_nothing_is_built_before_it_is_used_and_then_it_is_whole() -> None:
    assert told_by("late") == [0, "Message", "<b>hello</b>", True]


def test_a_model_that_nothing_received_contains_is_built_when_somebody_makes_one() -> None:
    update = Update.model_validate(ALL_KINDS_OF_NESTING)
    assert update.message is not None
    reply = update.message.answer("hi")
    assert (reply.chat_id, reply.text) == (-1001, "hi")
