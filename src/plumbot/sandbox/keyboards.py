"""Buttons as Telegram accepts them: a reply_markup comes in, a checked one goes out."""

import re
from typing import Any

from plumbot.sandbox.errors import bad
from plumbot.sandbox.records import Json

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
DATA_BYTES = 64
MOST_BUTTONS = 100
URL = re.compile(r"(?:(?:https?|ton|tonsite)://[^\s/?#]+\.[^\s/?#.]{2,}(?:[/?#]\S*)?|tg://\S+)$", re.IGNORECASE)


def checked(markup: Any, *, inline_only: bool = False) -> Json | None:
    """None for no markup or an empty one; raises what Telegram raises."""
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in markup:
        return {**markup, "keyboard": [[_plain(b) for b in _row(row)] for row in _rows(markup["keyboard"])]}
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True:
        return dict(markup)
    raise bad("can't parse reply keyboard markup JSON object")


def _inline(rows: Any) -> Json | None:
    shown = [[_button(button) for button in _row(row)] for row in _rows(rows)]
    shown = [row for row in shown if row]
    if sum(len(row) for row in shown) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": shown} if shown else None


def _rows(rows: Any) -> list[Any]:
    if not isinstance(rows, list):
        raise bad('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    return rows


def _row(row: Any) -> list[Any]:
    if not isinstance(row, list):
        raise bad("can't parse inline keyboard: expected an Array of Array of InlineKeyboardButton")
    return row


def _plain(button: Any) -> Json:
    """A button of a reply keyboard: a bare string will do."""
    shown = {"text": button} if isinstance(button, str) else button
    if not isinstance(shown, dict) or not isinstance(shown.get("text"), str) or not shown["text"].strip():
        raise bad("can't parse keyboard button: expected a String or an Object with a text")
    return shown


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("can't parse inline keyboard button: Text must be non-empty")
    given = [name for name in ACTIONS if button.get(name) is not None]
    if not given:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise bad("can't parse inline keyboard button: exactly one of the optional fields must be used")
    _check_action(given[0], button[given[0]])
    return button


def _check_action(name: str, value: Any) -> None:
    if name == "callback_data" and not (isinstance(value, str) and 1 <= len(value.encode()) <= DATA_BYTES):
        raise bad("BUTTON_DATA_INVALID")
    if name == "url" and not (isinstance(value, str) and URL.match(value)):
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
