"""What the sandbox sends has the shape that a real client of the Bot API reads."""

from typing import Any

import pytest
from aiogram import types
from pydantic import TypeAdapter

from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import ADA, BORIS, CLUB, MIRA, NINA, OLEG, BotClient

MARKUP = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


async def everything_happens(bot: BotClient, sandbox: RunningSandbox) -> None:
    """One update of each kind at least."""
    sandbox.act(NINA, "start")
    sent = await bot.say(NINA, "<b>x</b>", parse_mode="HTML", reply_markup=MARKUP)
    sandbox.act(NINA, "press", chat=NINA, message_id=sent["message_id"], row=0, col=0)
    hers = sandbox.act(NINA, "send", chat=NINA, text="see https://e.org", reply_to=sent["message_id"])
    sandbox.act(NINA, "edit", chat=NINA, message_id=hers["message"]["message_id"], text="seen")
    sandbox.act(NINA, "block", on=True)
    url = (await bot.ok("createChatInviteLink", chat_id=CLUB, creates_join_request=True))["invite_link"]
    sandbox.act(BORIS, "follow", link=url)
    sandbox.act(ADA, "admin_approve", chat=CLUB, user=BORIS)
    sandbox.act(ADA, "admin_remove", chat=CLUB, user=BORIS)
    await bot.ok("restrictChatMember", chat_id=CLUB, user_id=MIRA, permissions={})
    sandbox.act(OLEG, "admin_topic", chat=CLUB, name="Talks")
    said = sandbox.act(OLEG, "send", chat=CLUB, text="x")["message"]["message_id"]
    sandbox.act(ADA, "react", chat=CLUB, message_id=said, emoji=["👍"])
    sandbox.act(ADA, "react", chat=CLUB, message_id=said, emoji=[], anonymous=True)
    await bot.ok("pinChatMessage", chat_id=CLUB, message_id=said)


async def test_every_kind_of_update_is_understood(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.listen_to_everything()
    await everything_happens(bot, sandbox)
    updates = await bot.take()
    kinds = {types.Update.model_validate(update).event_type for update in updates}
    assert kinds == {
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
    }


@pytest.mark.parametrize(
    ("method", "params", "kind"),
    [
        ("getMe", {}, types.User),
        ("getChat", {"chat_id": CLUB}, types.ChatFullInfo),
        ("getChat", {"chat_id": ADA}, types.ChatFullInfo),
        ("getChatMember", {"chat_id": CLUB, "user_id": OLEG}, types.ChatMemberOwner),
        ("getChatMember", {"chat_id": CLUB, "user_id": ADA}, types.ChatMemberAdministrator),
        ("getChatMember", {"chat_id": CLUB, "user_id": NINA}, types.ChatMemberLeft),
        ("getChatAdministrators", {"chat_id": CLUB}, list[types.ChatMemberOwner | types.ChatMemberAdministrator]),
        ("createChatInviteLink", {"chat_id": CLUB, "name": "x", "member_limit": 1}, types.ChatInviteLink),
        ("sendMessage", {"chat_id": ADA, "text": "x", "reply_markup": MARKUP}, types.Message),
        ("getWebhookInfo", {}, types.WebhookInfo),
        ("getMyCommands", {}, list[types.BotCommand]),
        ("getMyName", {}, types.BotName),
    ],
)
async def test_answers_are_understood(bot: BotClient, method: str, params: dict[str, Any], kind: Any) -> None:
    assert TypeAdapter(kind).validate_python(await bot.ok(method, **params)) is not None
