"""Sending, editing, deleting: what Telegram takes and what it refuses."""

from typing import Any

import pytest

from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import ADA, BORIS, CLUB, MIRA, NINA, BotClient, Clock, Page


@pytest.fixture(autouse=True)
def nina_has_started(sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "start")


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Go", **button}]]}


async def test_the_bot_cannot_write_first(bot: BotClient) -> None:
    assert (
        await bot.refused("sendMessage", chat_id=BORIS, text="x")
        == "Forbidden: bot can't initiate conversation with a user"
    )


async def test_who_blocked_the_bot_gets_nothing_until_they_start_it(bot: BotClient, page: Page) -> None:
    await page.act(NINA, "block", on=True)
    assert await bot.refused("sendMessage", chat_id=NINA, text="x") == "Forbidden: bot was blocked by the user"
    await page.act(NINA, "start")
    assert (await bot.say(NINA))["chat"]["id"] == NINA
    assert (await bot.kinds())[-3:] == ["my_chat_member", "my_chat_member", "message"]


@pytest.mark.parametrize("chat_id", [424242, "@nina", "@nobody", -100424242])
async def test_an_unknown_chat_is_not_found(bot: BotClient, chat_id: Any) -> None:
    assert await bot.refused("sendMessage", chat_id=chat_id, text="x") == "Bad Request: chat not found"
    assert await bot.refused("getChat", chat_id=chat_id) == "Bad Request: chat not found"


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>"])
async def test_an_empty_text_is_refused(bot: BotClient, text: str) -> None:
    refusal = await bot.refused("sendMessage", chat_id=NINA, text=text, parse_mode="HTML")
    assert refusal == "Bad Request: message text is empty"


async def test_a_text_holds_4096_units_after_entities(bot: BotClient) -> None:
    sent = await bot.say(NINA, "<b>" + "x" * 4094 + "😀</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]
    assert await bot.refused("sendMessage", chat_id=NINA, text="x" * 4097) == "Bad Request: message is too long"


@pytest.mark.parametrize("data", ["", "x" * 65, "ж" * 33])
async def test_callback_data_is_1_to_64_bytes(bot: BotClient, data: str) -> None:
    await bot.say(NINA, reply_markup=keyboard(callback_data="ж" * 32))
    refusal = await bot.refused("sendMessage", chat_id=NINA, text="x", reply_markup=keyboard(callback_data=data))
    assert refusal == "Bad Request: BUTTON_DATA_INVALID"


@pytest.mark.parametrize("url", ["http://localhost:8080/", "nothing", "javascript:alert(1)", "ftp://e.org"])
async def test_a_button_needs_a_real_address(bot: BotClient, url: str) -> None:
    await bot.say(NINA, reply_markup=keyboard(url="https://t.me/+abc"))
    refusal = await bot.refused("sendMessage", chat_id=NINA, text="x", reply_markup=keyboard(url=url))
    assert refusal == f"Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"


async def test_a_button_needs_something_to_do(bot: BotClient) -> None:
    refusal = await bot.refused("sendMessage", chat_id=NINA, text="x", reply_markup=keyboard())
    assert refusal.endswith("Text buttons are unallowed in the inline keyboard")


async def test_form_and_multipart_are_read_like_json(bot: BotClient, sandbox: RunningSandbox) -> None:
    form = {
        "chat_id": str(NINA),
        "text": "x",
        "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}',
    }
    async with bot.http.post(f"{sandbox.bot_url}/SENDMESSAGE", data=form) as answer:
        body = await answer.json()
    assert body["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "b"
    async with bot.http.get(f"{sandbox.bot_url}/sendMessage?chat_id={NINA}&text=y") as answer:
        assert (await answer.json())["result"]["text"] == "y"


async def test_a_reply_to_a_missing_message_is_refused_unless_allowed(bot: BotClient) -> None:
    sent = await bot.say(NINA)
    reply = await bot.say(NINA, reply_parameters={"message_id": sent["message_id"]})
    assert reply["reply_to_message"]["message_id"] == sent["message_id"]
    assert (
        await bot.refused("sendMessage", chat_id=NINA, text="x", reply_parameters={"message_id": 999})
        == "Bad Request: message to be replied not found"
    )
    lone = await bot.say(NINA, reply_parameters={"message_id": 999, "allow_sending_without_reply": True})
    assert "reply_to_message" not in lone


async def test_an_edit_without_change_is_refused(bot: BotClient) -> None:
    sent = await bot.say(NINA, "<b>x</b>", parse_mode="HTML", reply_markup=keyboard(callback_data="a"))
    place = {"chat_id": NINA, "message_id": sent["message_id"]}
    same = {**place, "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": keyboard(callback_data="a")}
    assert (await bot.refused("editMessageText", **same)).startswith("Bad Request: message is not modified: ")
    bare = await bot.ok("editMessageText", **place, text="x")
    assert "reply_markup" not in bare
    assert bare["edit_date"]


async def test_only_own_messages_that_exist_can_be_edited(bot: BotClient, sandbox: RunningSandbox) -> None:
    hers = sandbox.act(NINA, "send", chat=NINA, text="mine")["message"]["message_id"]
    assert (
        await bot.refused("editMessageText", chat_id=NINA, message_id=hers, text="x")
        == "Bad Request: message can't be edited"
    )
    assert (
        await bot.refused("editMessageText", chat_id=NINA, message_id=999, text="x")
        == "Bad Request: message to edit not found"
    )
    asked = await bot.say(NINA, reply_markup={"keyboard": [["Yes"]]})
    assert (
        await bot.refused("editMessageText", chat_id=NINA, message_id=asked["message_id"], text="x")
        == "Bad Request: message can't be edited"
    )


async def test_a_deleted_message_is_gone(bot: BotClient, page: Page) -> None:
    sent = await bot.say(NINA)
    place = {"chat_id": NINA, "message_id": sent["message_id"]}
    assert await bot.ok("deleteMessage", **place) is True
    assert await bot.refused("deleteMessage", **place) == "Bad Request: message to delete not found"
    assert await bot.ok("deleteMessages", chat_id=NINA, message_ids=[sent["message_id"], 998]) is True
    shown = await page.get("/api/messages", chat=NINA, **{"as": NINA})
    assert sent["message_id"] not in [m["message_id"] for m in shown["messages"]]


async def test_after_48_hours_a_private_message_stays(bot: BotClient, clock: Clock) -> None:
    sent = await bot.say(NINA)
    clock.forward(48 * 3600)
    refusal = await bot.refused("deleteMessage", chat_id=NINA, message_id=sent["message_id"])
    assert refusal == "Bad Request: message can't be deleted for everyone"
    assert (await bot.ok("editMessageText", chat_id=NINA, message_id=sent["message_id"], text="x"))["text"] == "x"


async def test_deleting_what_others_wrote_in_a_group_needs_the_right(bot: BotClient, sandbox: RunningSandbox) -> None:
    theirs = sandbox.act(MIRA, "send", chat=CLUB, text="x")["message"]["message_id"]
    sandbox.act(1004, "admin_rights", chat=CLUB, user=7000000001, rights={"can_invite_users": True})
    refusal = await bot.refused("deleteMessage", chat_id=CLUB, message_id=theirs)
    assert refusal == "Bad Request: message can't be deleted"
    sandbox.act(1004, "admin_rights", chat=CLUB, user=7000000001, rights={"can_delete_messages": True})
    assert await bot.ok("deleteMessage", chat_id=CLUB, message_id=theirs) is True


async def test_a_copy_and_a_forward_carry_the_content(bot: BotClient) -> None:
    sent = await bot.say(NINA, "<b>x</b>", parse_mode="HTML")
    source = {"from_chat_id": NINA, "message_id": sent["message_id"]}
    copied = await bot.ok("copyMessage", chat_id=ADA, **source)
    forwarded = await bot.ok("forwardMessage", chat_id=ADA, **source)
    assert copied == {"message_id": forwarded["message_id"] - 1}
    assert forwarded["entities"][0]["type"] == "bold"
    assert forwarded["forward_origin"]["sender_user"]["is_bot"] is True


async def test_typing_is_shown_and_nonsense_refused(bot: BotClient, page: Page, sandbox: RunningSandbox) -> None:
    after = sandbox.world.events.seq
    await bot.ok("sendChatAction", chat_id=NINA, action="typing")
    assert (await page.events(after, "typing"))[-1]["chat_id"] == NINA
    assert "wrong parameter action" in await bot.refused("sendChatAction", chat_id=NINA, action="dancing")


async def test_unknown_methods_and_tokens_are_refused(bot: BotClient, sandbox: RunningSandbox) -> None:
    assert (await bot.call("sendTelepathy"))["error_code"] == 404
    async with bot.http.get(f"{sandbox.api_url}/bot7000000001:WRONG/getMe") as answer:
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with bot.http.get(f"{sandbox.api_url}/botnonsense/getMe") as answer:
        assert answer.status == 404


async def test_only_html_is_spoken(bot: BotClient) -> None:
    refusal = await bot.refused("sendMessage", chat_id=NINA, text="*x*", parse_mode="MarkdownV2")
    assert refusal == "Bad Request: unsupported parse_mode"


async def test_own_reactions_are_checked_and_not_told_to_the_bot(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.listen_to_everything()
    place = {"chat_id": NINA, "message_id": (await bot.say(NINA))["message_id"]}
    await bot.ok("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "❤"}])
    refusal = await bot.refused("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "❤\ufe0f"}])
    assert refusal == "Bad Request: REACTION_INVALID"
    assert await bot.of_kind("message_reaction") == []
    message = sandbox.world.message(NINA, place["message_id"])
    assert message is not None
    assert message.reactions == {"7000000001": ["❤"]}
