"""Answers to pressed buttons: once, and not later than 150 seconds."""

from plumbot.sandbox.botapi.params import Params
from plumbot.sandbox.entities import units
from plumbot.sandbox.errors import bad
from plumbot.sandbox.world import World

LONGEST_ALERT = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(world: World, params: Params) -> bool:
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.answered or world.clock() - press.at > world.options.press_seconds:
        raise bad(TOO_OLD)
    text = params.text("text")
    if units(text) > LONGEST_ALERT:
        raise bad("MESSAGE_TOO_LONG")
    press.answered = True
    world.presses.put(press)
    world.events.emit(
        "alert",
        press_id=press.id,
        user_id=press.user_id,
        text=text,
        show_alert=params.flag("show_alert"),
    )
    return True


METHODS = {"answerCallbackQuery": answer_callback_query}
