"""Text cannot inject: whatever people are called and write, each screen stays what it is and within the limits."""

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from plumbot.kit.callbacks import LONGEST_BYTES
from plumbot.kit.outbox.fitting import LEADS_OUT, LONGEST_CAPTION, LONGEST_LABEL, LONGEST_TEXT, MORE, tidy
from plumbot.kit.outbox.render import message_of, request_for
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.screens import known
from plumbot.sandbox.entities import units
from plumbot.sandbox.html import parse
from tests.text.payloads import HOW_MANY, payloads
from tests.text.values import screens, values_for

LARGEST_ROW = 36**8 - 1  # 2,821,109,907,455 messages
HARMLESS = "Ann"
TURNS = tuple(enumerate(payloads()))
LINKS = ("http://", "https://", "tg://")

Json = dict[str, Any]
Entities = Counter[tuple[str, str]]


def rendered(name: str, values: Json, language: str) -> tuple[str, Entities, Json]:
    """The text as it is seen, its entities, and the whole request."""
    row = ShownMessage(id=LARGEST_ROW, key="k", chat_id=1, screen=name, values=values)
    request = request_for(row, message_of(row, language)).values
    text, entities = parse(request.get("text") or request["caption"])
    return text, Counter((each["type"], target(each)) for each in entities), request


@cache
def harmless_entities(name: str, values: str, language: str) -> Entities:
    """The same for many payloads; `values` are JSON."""
    return rendered(name, json.loads(values), language)[1]


def target(entity: Json) -> str:
    return str(entity.get("url") or entity.get("user", {}).get("id") or "")


def problems(name: str, text: str, language: str, turn: int) -> list[str]:
    screen = known()[name]
    seen, entities, request = rendered(name, values_for(name, screen, text, turn), language)
    harmless = harmless_entities(name, json.dumps(values_for(name, screen, HARMLESS, turn)), language)
    limit = LONGEST_TEXT if "text" in request else LONGEST_CAPTION
    found = [f"injected {each}" for each in entities - harmless]
    blank, whole = not tidy(text).strip(), not seen.endswith(MORE)
    if whole and not blank and entities != harmless:
        found.append(f"lost {harmless - entities}")
    if not 0 < units(seen.strip()) <= limit:
        found.append(f"{units(seen)} units of {limit}")
    found += [f"a link to {url}" for kind, url in entities if kind == "text_link" and not url.startswith(LINKS)]
    return found + [problem for line in request["reply_markup"]["inline_keyboard"] for each in line
                    for problem in of_button(each)]  # fmt: skip


def of_button(button: Json) -> list[str]:
    found = []
    if not 0 < units(button["text"].strip()) <= LONGEST_LABEL or "\n" in button["text"]:
        found.append(f"a button {button['text']!r}")
    if "url" in button and not LEADS_OUT.fullmatch(button["url"]):
        found.append(f"a button to {button['url']}")
    if "url" not in button and not 0 < len(button["callback_data"].encode()) <= 64:
        found.append(f"callback data {button['callback_data']}")
    return found


def test_there_are_five_hundred_payloads() -> None:
    assert len(set(payloads())) == HOW_MANY


def test_the_largest_row_leaves_room_for_callback_data() -> None:
    assert len(request_data("x" * LONGEST_BYTES).encode()) == 64


def request_data(data: str) -> str:
    row = ShownMessage(
        id=LARGEST_ROW,
        key="k",
        chat_id=1,
        screen="menu.home",
        values={"name": "", "club": "", "member": False, "entries": [["Rules", data]]},
    )
    keyboard = request_for(row, message_of(row, "en")).values["reply_markup"]["inline_keyboard"]
    return str(keyboard[0][0]["callback_data"])


@pytest.mark.parametrize("name", sorted(screens()))
def test_no_text_injects_anything_into_a_screen(name: str) -> None:
    screen = known()[name]
    different = {json.dumps(values_for(name, screen, text, turn)): (turn, text) for turn, text in TURNS}
    wrong = [
        f"{language} {text[:60]!r} in turn {turn}: {problem}"
        for turn, text in different.values()
        for language in ("en", "ru")
        for problem in problems(name, text, language, turn)
    ]
    assert not wrong, "\n".join(wrong[:20])
