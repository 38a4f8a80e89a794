"""What reaches the bot, when, and how often."""

import asyncio
import contextlib
from typing import Any

import aiohttp
from aiohttp import web

from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import CLUB, MIRA, NINA, OLEG, BotClient, Clock, Page


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "start")
    sandbox.act(NINA, "send", chat=NINA, text="two")
    first = await bot.ok("getUpdates")
    assert await bot.ok("getUpdates") == first
    assert await bot.ok("getUpdates", limit=1) == first[:1]
    assert await bot.ok("getUpdates", offset=first[1]["update_id"]) == first[1:]
    assert await bot.ok("getUpdates", offset=first[1]["update_id"] + 1) == []
    assert first[1]["update_id"] == first[0]["update_id"] + 1


async def test_a_negative_offset_forgets_all_but_the_last(bot: BotClient, sandbox: RunningSandbox) -> None:
    for text in ("one", "two", "three"):
        sandbox.act(NINA, "send", chat=NINA, text=text)
    left = await bot.ok("getUpdates", offset=-1)
    assert [u["message"]["text"] for u in left] == ["three"]
    assert await bot.ok("getUpdates") == left


async def test_a_long_poll_answers_as_soon_as_something_happens(bot: BotClient, sandbox: RunningSandbox) -> None:
    poll = asyncio.create_task(bot.take(timeout=30))
    await asyncio.sleep(0.05)
    sandbox.act(NINA, "start")
    updates = await asyncio.wait_for(poll, 2)
    assert updates[0]["message"]["text"] == "/start"


async def test_a_second_poller_ends_the_first_with_409(bot: BotClient, sandbox: RunningSandbox) -> None:
    first = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    assert await bot.ok("getUpdates") == []
    body = await asyncio.wait_for(first, 2)
    assert body["error_code"] == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_three_kinds_come_only_if_asked_for(bot: BotClient, sandbox: RunningSandbox) -> None:
    message = sandbox.act(MIRA, "send", chat=CLUB, text="x")["message"]["message_id"]
    sandbox.act(OLEG, "react", chat=CLUB, message_id=message, emoji=["👍"])
    assert await bot.kinds() == ["message"]
    await bot.take(allowed_updates=["message", "message_reaction"])
    sandbox.act(OLEG, "react", chat=CLUB, message_id=message, emoji=["👎"])
    (reaction,) = await bot.of_kind("message_reaction")
    assert reaction["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert reaction["new_reaction"] == [{"type": "emoji", "emoji": "👎"}]
    assert (reaction["user"]["id"], reaction["message_id"]) == (OLEG, message)
    await bot.take(allowed_updates=[])
    sandbox.act(OLEG, "react", chat=CLUB, message_id=message, emoji=[])
    assert await bot.kinds() == []


async def test_reactions_in_a_group_are_told_to_admins_only(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.listen_to_everything()
    message = sandbox.act(MIRA, "send", chat=CLUB, text="x")["message"]["message_id"]
    sandbox.act(OLEG, "admin_rights", chat=CLUB, user=7000000001, status="member")
    await bot.take()
    sandbox.act(OLEG, "react", chat=CLUB, message_id=message, emoji=["👍"])
    sandbox.act(MIRA, "send", chat=CLUB, text="idle talk")
    sandbox.act(MIRA, "send", chat=CLUB, text="/top")
    assert [m["text"] for m in await bot.of_kind("message")] == ["/top"]


async def test_updates_are_kept_a_day(bot: BotClient, sandbox: RunningSandbox, clock: Clock) -> None:
    sandbox.act(NINA, "start")
    clock.forward(24 * 3600 - 1)
    assert len(await bot.ok("getUpdates")) == 1
    clock.forward(2)
    assert await bot.ok("getUpdates") == []


async def pressed(bot: BotClient, sandbox: RunningSandbox) -> str:
    sandbox.act(NINA, "start")
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    sent = await bot.say(NINA, reply_markup=markup)
    place = {"chat": NINA, "message_id": sent["message_id"], "row": 0, "col": 0}
    return str(sandbox.act(NINA, "press", **place)["press_id"])


async def test_a_press_carries_its_message_and_is_answered_once(
    bot: BotClient, sandbox: RunningSandbox, page: Page
) -> None:
    press_id = await pressed(bot, sandbox)
    (query,) = await bot.of_kind("callback_query")
    assert (query["id"], query["data"], query["from"]["id"]) == (press_id, "go", NINA)
    assert query["message"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "Go"
    assert query["chat_instance"]
    after = sandbox.world.events.seq
    await bot.ok("answerCallbackQuery", callback_query_id=press_id, text="Done", show_alert=True)
    alert = (await page.events(after, "alert"))[-1]
    assert (alert["press_id"], alert["user_id"], alert["text"]) == (press_id, NINA, "Done")
    refusal = await bot.refused("answerCallbackQuery", callback_query_id=press_id)
    assert refusal.startswith("Bad Request: query is too old")


async def test_a_press_expires_after_150_seconds(bot: BotClient, sandbox: RunningSandbox, clock: Clock) -> None:
    press_id = await pressed(bot, sandbox)
    clock.forward(151)
    assert await bot.kinds() == ["message"]
    refusal = await bot.refused("answerCallbackQuery", callback_query_id=press_id)
    assert refusal.startswith("Bad Request: query is too old and response timeout expired")


async def test_an_alert_holds_200_characters(bot: BotClient, sandbox: RunningSandbox) -> None:
    press_id = await pressed(bot, sandbox)
    refusal = await bot.refused("answerCallbackQuery", callback_query_id=press_id, text="x" * 201)
    assert refusal == "Bad Request: MESSAGE_TOO_LONG"
    assert await bot.ok("answerCallbackQuery", callback_query_id=press_id, text="x" * 200) is True


async def test_an_edit_by_a_person_is_an_edited_message(bot: BotClient, sandbox: RunningSandbox) -> None:
    message = sandbox.act(NINA, "send", chat=NINA, text="one")["message"]["message_id"]
    sandbox.act(NINA, "edit", chat=NINA, message_id=message, text="two")
    (edited,) = await bot.of_kind("edited_message")
    assert (edited["text"], edited["message_id"]) == ("two", message)
    assert edited["edit_date"]


class Hook:
    """A webhook that answers with the given statuses, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str, Any]] = []
        self.arrived = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        self.got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), await request.json()))
        if status == 200:
            self.arrived.set()
        return web.Response(status=status)

    @contextlib.asynccontextmanager
    async def open(self) -> Any:
        app = web.Application()
        app.router.add_post("/hook", self.take)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret_until_it_takes_them(
    bot: BotClient, sandbox: RunningSandbox
) -> None:
    hook = Hook(500, 503)
    async with hook.open() as url:
        await bot.ok("setWebhook", url=url, secret_token="s3cret", allowed_updates=["message"])
        sandbox.act(NINA, "start")
        await asyncio.wait_for(hook.arrived.wait(), 3)
        assert [secret for secret, _ in hook.got] == ["s3cret"] * 3
        assert hook.got[0] == hook.got[2]
        assert (await bot.call("getUpdates"))["error_code"] == 409
        await asyncio.sleep(0.05)
        info = await bot.ok("getWebhookInfo")
        assert (info["url"], info["pending_update_count"]) == (url, 0)
        assert "503" in info["last_error_message"]
        await bot.ok("deleteWebhook")
        assert await bot.ok("getUpdates") == []


async def test_a_bad_secret_is_refused(bot: BotClient) -> None:
    refusal = await bot.refused("setWebhook", url="http://127.0.0.1:1/x", secret_token="no spaces")
    assert refusal == "Bad Request: secret token contains unallowed characters"


async def test_a_killed_poller_loses_nothing(bot: BotClient, sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as other:
        with contextlib.suppress(TimeoutError):
            await other.get(f"{sandbox.bot_url}/getUpdates?timeout=30", timeout=aiohttp.ClientTimeout(total=0.05))
    sandbox.act(NINA, "start")
    await asyncio.sleep(0.05)
    assert await bot.kinds() == ["message"]
