"""The way out: answers whole, errors named, the token in none of them."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from plumbot.kit.telegram.client import ApiError, NetworkFault, TelegramClient, Upload
from tests.support.telegram import TOKEN, Post, client_of, error

LARGE = 3_000_000


@asynccontextmanager
async def server_of(body: bytes, status: int = 200) -> AsyncIterator[TelegramClient]:
    """Answers everything with these bytes."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with client_of(f"http://127.0.0.1:{runner.addresses[0][1]}") as client:
            yield client
    finally:
        await runner.cleanup()


def everything_said(fault: BaseException | None) -> str:
    """The error, its text, and every error that it is chained to."""
    said = ""
    while fault is not None:
        said += repr(fault) + str(fault) + "".join(traceback.format_exception(fault))
        fault = fault.__cause__ or fault.__context__
    return said


async def test_a_large_answer_is_read_whole() -> None:
    async with server_of(b'{"ok": true, "result": "' + b"x" * LARGE + b'"}') as client:
        assert len(await client.request("getUpdates")) == LARGE


async def test_a_refusal_keeps_telegrams_words_and_parameters(client: TelegramClient, post: Post) -> None:
    post.plan(error(429, "Too Many Requests: retry after 7", retry_after=7))
    with pytest.raises(ApiError) as caught:
        await client.request("sendMessage", {"chat_id": 7})
    assert (caught.value.code, caught.value.retry_after) == (429, 7)
    assert caught.value.says("too many")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>502 Bad Gateway</html>",
        b"",
        b"[]",
        b'{"ok": false}',
        b'{"ok": "yes"}',
        b'{"ok": false, "error_code": 502}',
        b"\xff\xfe{",
        b"[" * 100_000,
    ],
)
async def test_an_answer_that_is_not_telegrams_may_be_tried_again(body: bytes) -> None:
    async with server_of(body) as client:
        with pytest.raises(NetworkFault):
            await client.request("sendMessage")


async def test_odd_parameters_of_an_error_are_passed_over() -> None:
    body = b'{"ok": false, "error_code": 429, "description": 5, "parameters": {"retry_after": "soon"}}'
    async with server_of(body) as client:
        with pytest.raises(ApiError) as caught:
            await client.request("sendMessage")
    assert caught.value.retry_after is None


async def test_a_time_out_is_named(post: Post, client: TelegramClient) -> None:
    async def never(_method: str, _values: object) -> None:
        await asyncio.sleep(0.4)

    post.meanwhile = never
    with pytest.raises(NetworkFault, match="no answer in time") as caught:
        await client.request("getMe", seconds=0.1)
    assert caught.value.timed_out


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9", "http://no-such-host.invalid", "http://127.0.0.1:bad", "ftp://127.0.0.1", "http://"],
)
async def test_no_error_of_a_request_holds_the_token(address: str) -> None:
    with pytest.raises(Exception) as caught:  # whatever it is, it is looked at
        async with client_of(address) as client:
            await client.request("getMe", seconds=2)
    assert TOKEN not in everything_said(caught.value)
    assert TOKEN.partition(":")[2] not in everything_said(caught.value)


async def test_no_error_of_a_dropped_or_refused_request_holds_the_token(client: TelegramClient, post: Post) -> None:
    for fault in ("drop", "html", error(401, "Unauthorized")):
        post.plan(fault)
        with pytest.raises((NetworkFault, ApiError)) as caught:
            await client.request("getMe")
        assert TOKEN not in everything_said(caught.value)


@pytest.mark.parametrize("status", [200, 404])
async def test_no_error_of_a_download_holds_the_token(status: int) -> None:
    async with server_of(b"x" * 2_000, status) as client:
        with pytest.raises(NetworkFault) as caught:
            async for _ in client.download("voice/1.oga", largest_bytes=1_000):
                pass
    assert TOKEN not in everything_said(caught.value)


async def test_a_download_comes_whole_in_pieces() -> None:
    async with server_of(b"x" * 200_000) as client:
        pieces = [piece async for piece in client.download("voice/1.oga", largest_bytes=200_000)]
    assert sum(map(len, pieces)) == 200_000


async def test_files_are_sent_beside_the_values(client: TelegramClient, post: Post) -> None:
    values = {"chat_id": 7, "caption": "hi", "reply_markup": {"inline_keyboard": []}, "none": None}
    await client.request("sendPhoto", values, files={"photo": Upload(b"png", "p.png")})
    (made,) = post.made("sendPhoto")
    assert (made["caption"], made["reply_markup"], "none" in made) == ("hi", '{"inline_keyboard": []}', False)


async def test_a_client_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await TelegramClient(TOKEN, "http://127.0.0.1:9").request("getMe")
    assert TOKEN not in repr(TelegramClient(TOKEN, "http://127.0.0.1:9"))
