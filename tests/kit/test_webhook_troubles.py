"""The webhook when its callers or the database fail: one request is lost, no update."""

import asyncio
from pathlib import Path

import pytest

from plumbot.kit import logging
from tests.apps.test_webhook import HEAD, RIGHT, hooked, update
from tests.support.trouble import away, failing

OURS = ValueError("a mistake of ours")
PROMISED = f"{HEAD}\r\n{RIGHT}\r\nContent-Length: 100"


async def test_what_could_not_be_stored_is_answered_with_503_and_taken_when_it_comes_again(tmp_path: Path) -> None:
    async with hooked(tmp_path) as hook:
        with failing("INSERT INTO inbox", away(), OURS, OURS):  # a mistake of ours is tried without observers, too
            assert [await hook.post_json(update(5)) for _ in range(3)] == [503, 503, 200]
        assert [number for number, _, _ in await hook.rows()] == [5]


async def test_a_body_that_never_comes_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbot.kit.inbox.webhook.BODY_SECONDS", 0.05)
    async with hooked(tmp_path) as hook:
        assert await hook.says(PROMISED, b"{") == 408


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    async with hooked(tmp_path) as hook:
        _, writer = await asyncio.open_connection("127.0.0.1", int(hook.url.split(":")[2].split("/")[0]))
        writer.write(f"{PROMISED}\r\nHost: x\r\n\r\n{{".encode())
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()
        assert await hook.post_json(update(1)) == 200
        assert [number for number, _, _ in await hook.rows()] == [1]


async def test_strangers_fill_no_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async with hooked(tmp_path) as hook:
        logging.configure("WARNING", "json")
        assert [await hook.says(f"{HEAD}\r\nContent-Length: 100") for _ in range(3)] == [401] * 3
    told = "".join(capfd.readouterr())
    assert told.count("webhook_without_secret") == 1
