"""Commands at Telegram: set by the bot when roles change, and by `plumbot commands sync` at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import command_line
from tests.support.club import Club, club

Json = dict[str, Any]


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Club]:
    async with club(tmp_path) as running:
        yield running


async def offered(it: Club, scope: Json, language: str = "") -> list[str]:
    found = await it.as_bot("getMyCommands", scope=scope, language_code=language)
    return [each["command"] for each in found["result"]]


async def plumbot(it: Club, *arguments: str) -> tuple[int, str, str]:
    """Beside us, since we are the Telegram that it talks to."""
    done = await asyncio.to_thread(command_line.plumbot, Path(), *arguments, **it.variables())
    return done.returncode, done.stdout, done.stderr


def chat(user_id: int) -> Json:
    return {"type": "chat", "chat_id": user_id}


async def comes_to_offer(it: Club, scope: Json, language: str, *names: str) -> None:
    """Waits until these commands are among what is offered there; without names, until nothing is."""

    async def is_so() -> bool:
        found = await offered(it, scope, language)
        return set(names) <= set(found) if names else not found

    await it.people.until(is_so, f"Not offered in {scope}: {names}", None, None)


async def test_the_bot_tells_telegram_at_its_start_and_when_somebodys_role_changes(it: Club) -> None:
    oleg, nina = it.people.oleg, it.people.nina
    await nina.start()
    await nina.sees("Begin with the rules")
    await comes_to_offer(it, {"type": "all_group_chats"}, "ru", "stats", "help")
    await comes_to_offer(it, {"type": "all_private_chats"}, "", "help")
    assert "profile" not in await offered(it, {"type": "all_private_chats"})
    assert await offered(it, chat(nina.user_id)) == []
    await oleg.start()
    await oleg.send("/admin_add 1001")
    await comes_to_offer(it, chat(nina.user_id), "", "away", "profile")
    await oleg.send("/admin_remove 1001")
    await comes_to_offer(it, chat(nina.user_id), "")


async def test_sync_sets_everything_at_once_and_says_what(tmp_path: Path) -> None:
    async with club(tmp_path, started=False) as it:
        code, out, err = await plumbot(it, "commands", "sync", "--json")
        assert code == 0, err
        told = {one["name"]: one for one in json.loads(out)}
        assert "profile" in told[f"{it.people.ada.user_id}.all"]["commands"]
        assert not [one for one in told.values() if one["refused"]]
        assert await offered(it, {"type": "all_private_chats"}, "en") == told["all_private_chats.en"]["commands"]
        code, out, _ = await plumbot(it, "commands", "sync")
        assert "all_private_chats.ru" in out
        assert "/help" in out
        assert "lists set" in out


async def test_without_a_token_sync_says_which_setting_is_missing(it: Club) -> None:
    variables = {**it.variables(), "PLUM_TELEGRAM__TOKEN": ""}
    done = await asyncio.to_thread(command_line.plumbot, Path(), "commands", "sync", **variables)
    assert done.returncode == 2
    assert "PLUM_TELEGRAM__TOKEN" in done.stderr
