"""Limits, faults and restarts."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import plumbot
from plumbot.sandbox.options import TOKEN
from plumbot.sandbox.server import RunningSandbox
from tests.sandbox.desk import ADA, CLUB, NINA, OLEG, BotClient, Clock, Page, options, running

SOURCE = Path(plumbot.__file__).parents[1]


@pytest.fixture
async def strict(tmp_path: Path, clock: Clock) -> AsyncIterator[BotClient]:
    async with running(options(tmp_path / "strict", clock, strict_rates=True)) as (_sandbox, bot, _page):
        yield bot


async def burst(bot: BotClient, chat_id: int, count: int) -> list[dict[str, Any]]:
    return [await bot.call("sendMessage", chat_id=chat_id, text="x") for _ in range(count)]


async def test_a_chat_takes_a_burst_then_one_a_second(strict: BotClient, clock: Clock) -> None:
    answers = await burst(strict, ADA, 6)
    assert [a["ok"] for a in answers] == [True] * 5 + [False]
    assert answers[-1]["error_code"] == 429
    assert answers[-1]["description"] == "Too Many Requests: retry after 1"
    assert answers[-1]["parameters"] == {"retry_after": 1}
    clock.forward(1)
    assert (await burst(strict, OLEG, 1))[0]["ok"]
    assert [a["ok"] for a in await burst(strict, ADA, 2)] == [True, False]


async def test_edits_count_and_answers_to_presses_do_not(strict: BotClient) -> None:
    sent = await strict.say(ADA)
    edits = [
        await strict.call("editMessageText", chat_id=ADA, message_id=sent["message_id"], text=str(n)) for n in range(5)
    ]
    assert [e["ok"] for e in edits] == [True] * 4 + [False]
    assert "too old" in await strict.refused("answerCallbackQuery", callback_query_id="1")


async def test_a_group_takes_20_a_minute(strict: BotClient, clock: Clock) -> None:
    sent = 0
    for _ in range(25):
        sent += (await burst(strict, CLUB, 1))[0]["ok"]
        clock.forward(1)
    assert sent == 20
    wait = (await burst(strict, CLUB, 1))[0]["parameters"]["retry_after"]
    clock.forward(wait)
    assert (await burst(strict, CLUB, 1))[0]["ok"]


async def test_all_chats_together_take_30_a_second(strict: BotClient) -> None:
    world = strict.sandbox.world
    people = [world.person(number) for number in range(2001, 2009)]
    for person in people:
        person.started = True
    answers = [(await burst(strict, person.id, 4))[n] for person in people for n in range(4)]
    assert answers[0]["ok"]
    assert not answers[-1]["ok"]


@pytest.fixture(autouse=True)
def nina_has_started(sandbox: RunningSandbox) -> None:
    sandbox.act(NINA, "start")


async def raw(bot: BotClient, method: str, **params: Any) -> tuple[int, str, str]:
    async with bot.http.post(f"{bot.sandbox.bot_url}/{method}", json=params) as answer:
        return answer.status, answer.content_type, await answer.text()


def texts(sandbox: RunningSandbox) -> list[str]:
    return [m.text for m in sandbox.world.messages.where(lambda m: m.chat_id == NINA)]


async def test_a_502_is_a_page_of_html_and_nothing_was_done(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.world.faults.plan("502")
    status, kind, body = await raw(bot, "sendMessage", chat_id=NINA, text="x")
    assert (status, kind) == (502, "text/html")
    assert "Bad Gateway" in body
    assert texts(sandbox) == ["/start"]


async def test_a_429_says_how_long_to_wait(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.world.faults.plan("429", "sendMessage")
    await bot.ok("getMe")
    body = await bot.call("sendMessage", chat_id=NINA, text="x")
    assert 1 <= body["parameters"]["retry_after"] <= 3
    assert (await bot.call("sendMessage", chat_id=NINA, text="x"))["ok"]


async def test_a_dropped_connection_did_nothing(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.world.faults.plan("drop")
    with pytest.raises(aiohttp.ClientError):
        await raw(bot, "sendMessage", chat_id=NINA, text="x")
    assert texts(sandbox) == ["/start"]


async def test_a_timeout_after_did_everything_but_answer(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.world.faults.plan("timeout_after")
    with pytest.raises(aiohttp.ClientError):
        await raw(bot, "sendMessage", chat_id=NINA, text="x")
    assert texts(sandbox) == ["/start", "x"]


async def test_slow_is_slow(bot: BotClient, sandbox: RunningSandbox) -> None:
    sandbox.world.faults.plan("slow")
    began = time.monotonic()
    await bot.say(NINA)
    assert time.monotonic() - began >= 0.05


async def test_the_switch_strikes_its_share_and_spares_polling(
    bot: BotClient, sandbox: RunningSandbox, page: Page
) -> None:
    status, body = await page.post("/api/faults", {"mode": "502", "rate": 100})
    assert (status, body["faults"]) == (200, {"mode": "502", "rate": 100})
    assert (await raw(bot, "getMe"))[0] == 502
    assert (await raw(bot, "getUpdates"))[0] == 200
    await page.post("/api/faults", {"mode": "none", "rate": 0})
    assert (await raw(bot, "getMe"))[0] == 200
    assert (await page.post("/api/faults", {"mode": "rain", "rate": 1}))[0] == 400
    assert (await page.post("/api/faults", {"mode": "502", "rate": 101}))[0] == 400


async def test_everything_survives_a_restart(tmp_path: Path, clock: Clock) -> None:
    given = options(tmp_path / "twice", clock)
    async with running(given) as (sandbox, bot, _page):
        await bot.listen_to_everything()
        sandbox.act(NINA, "start")
        await bot.ok("setMyCommands", commands=[{"command": "start", "description": "Begin"}])
        link = (await bot.ok("createChatInviteLink", chat_id=CLUB))["invite_link"]
        sandbox.act(NINA, "follow", link=link)
        photo = aiohttp.FormData({"chat_id": str(NINA)})
        photo.add_field("document", b"hello", filename="hello.txt")
        async with bot.http.post(f"{sandbox.bot_url}/sendDocument", data=photo) as answer:
            sent = (await answer.json())["result"]
        before = await bot.ok("getUpdates")
    async with running(given) as (sandbox, bot, page):
        assert await bot.ok("getUpdates") == before
        assert (await bot.ok("getMyCommands"))[0]["command"] == "start"
        assert (await bot.ok("getChatMember", chat_id=CLUB, user_id=NINA))["status"] == "member"
        assert (await bot.say(NINA))["message_id"] == sent["message_id"] + 1
        path = (await bot.ok("getFile", file_id=sent["document"]["file_id"]))["file_path"]
        async with bot.http.get(f"{sandbox.api_url}/file/bot{sandbox.token}/{path}") as answer:
            assert await answer.read() == b"hello"
        calls = await page.get("/api/calls")
        assert "createChatInviteLink" in [c["method"] for c in calls["calls"]]


async def test_numbers_of_updates_go_on_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    given = options(tmp_path / "numbers", clock)
    async with running(given) as (sandbox, bot, _page):
        sandbox.act(NINA, "start")
        (first,) = await bot.take()
        await bot.take()
    async with running(given) as (sandbox, bot, _page):
        sandbox.act(NINA, "start")
        (second,) = await bot.take()
    assert second["update_id"] == first["update_id"] + 1


async def test_what_was_answered_is_on_disk_at_once(sandbox: RunningSandbox, bot: BotClient) -> None:
    """A second connection sees it: nothing waits in a transaction."""
    from plumbot.sandbox.store import Store

    await bot.say(NINA, "durable")
    other = Store(sandbox.world.options.state / "sandbox.db")
    assert any('"durable"' in body for body in other.read("Message"))
    other.close()


async def test_two_people_act_while_the_bot_polls(bot: BotClient, sandbox: RunningSandbox) -> None:
    await bot.take()
    poll = asyncio.create_task(bot.take(timeout=5))
    await asyncio.sleep(0.02)
    sandbox.act(NINA, "send", chat=NINA, text="a")
    sandbox.act(ADA, "send", chat=ADA, text="b")
    taken = await poll + await bot.take()
    assert [u["message"]["text"] for u in taken] == ["a", "b"]


async def test_a_download_can_fail_as_well(bot: BotClient, sandbox: RunningSandbox) -> None:
    form = aiohttp.FormData({"chat_id": str(NINA)})
    form.add_field("document", b"hello", filename="hello.txt")
    async with bot.http.post(f"{sandbox.bot_url}/sendDocument", data=form) as answer:
        file_id = (await answer.json())["result"]["document"]["file_id"]
    path = (await bot.ok("getFile", file_id=file_id))["file_path"]
    sandbox.world.faults.plan("502", "download")
    address = f"{sandbox.api_url}/file/bot{sandbox.token}/{path}"
    statuses = []
    for _ in range(2):
        async with bot.http.get(address) as answer:
            statuses.append(answer.status)
    assert statuses == [502, 200]


async def started(state: Path) -> tuple[asyncio.subprocess.Process, list[str]]:
    argv = [sys.executable, "-m", "plumbot.sandbox", "--port", "0", "--state", str(state)]
    environment = {"PYTHONPATH": str(SOURCE), "PATH": ""}
    child = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE, env=environment)
    assert child.stdout
    lines = [(await child.stdout.readline()).decode() for _ in range(2)]
    return child, [line.split()[n] for line, n in zip(lines, (1, 2), strict=True)]


async def test_a_killed_server_has_everything_it_had_answered(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        child, (web_url, api_url) = await started(tmp_path / "killed")
        body = {"as": NINA, "do": "start"}
        async with http.post(f"{web_url}/api/act", json=body, headers={"X-Sandbox": "1"}) as answer:
            assert answer.status == 200
        child.kill()
        await child.wait()
        child, (web_url, api_url) = await started(tmp_path / "killed")
        async with http.get(f"{api_url}/bot{TOKEN}/getUpdates") as answer:
            (update,) = (await answer.json())["result"]
        assert update["message"]["text"] == "/start"
        child.terminate()
        await child.wait()
