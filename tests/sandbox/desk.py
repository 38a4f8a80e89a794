"""What the tests of the sandbox hold in their hands: a clock to turn, a bot's client, a page's client."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from plumbot.sandbox.options import CLUB_ID, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve

NINA, MIRA, ADA, OLEG, BORIS = 1001, 1002, 1003, 1004, 1005
CLUB = CLUB_ID
Json = dict[str, Any]


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


class BotClient:
    """Calls the Bot API as a bot does; forgets nothing it has taken."""

    def __init__(self, http: aiohttp.ClientSession, sandbox: RunningSandbox) -> None:
        self.http = http
        self.sandbox = sandbox
        self._offset = 0

    async def call(self, method: str, **params: Any) -> Json:
        async with self.http.post(f"{self.sandbox.bot_url}/{method}", json=params) as answer:
            body: Json = await answer.json()
            assert body["ok"] or answer.status == body["error_code"]
            return body

    async def ok(self, method: str, **params: Any) -> Any:
        body = await self.call(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        body = await self.call(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def take(self, **params: Any) -> list[Json]:
        """Everything that waits, confirmed at the next call."""
        found: list[Json] = await self.ok("getUpdates", offset=self._offset, **params)
        if found:
            self._offset = found[-1]["update_id"] + 1
        return found

    async def kinds(self) -> list[str]:
        return [next(key for key in update if key != "update_id") for update in await self.take()]

    async def of_kind(self, kind: str) -> list[Json]:
        return [update[kind] for update in await self.take() if kind in update]

    async def say(self, chat_id: int, text: str = "Hello", **params: Any) -> Json:
        sent: Json = await self.ok("sendMessage", chat_id=chat_id, text=text, **params)
        return sent

    async def listen_to_everything(self) -> None:
        kinds = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
        await self.take(allowed_updates=[*kinds, "chat_member", "chat_join_request"])


class Page:
    """Uses the web API as the page does."""

    def __init__(self, http: aiohttp.ClientSession, sandbox: RunningSandbox) -> None:
        self.http = http
        self.url = sandbox.web_url

    async def get(self, path: str, **query: Any) -> Json:
        async with self.http.get(self.url + path, params=query) as answer:
            body: Json = await answer.json()
            return body

    async def post(self, path: str, body: Json, **headers: str) -> tuple[int, Json]:
        given = {"X-Sandbox": "1", **headers}
        async with self.http.post(self.url + path, json=body, headers=given) as answer:
            return answer.status, await answer.json()

    async def act(self, person: int, do: str, **wish: Any) -> Json:
        status, body = await self.post("/api/act", {"as": person, "do": do, **wish})
        assert status == 200, body
        return body

    async def events(self, after: int, until: str) -> list[Json]:
        """Events after that number up to the first of this type."""
        found: list[Json] = []
        async with asyncio.timeout(5), self.http.get(f"{self.url}/api/events?after={after}") as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    found.append(json.loads(line[6:]))
                    if found[-1]["type"] == until:
                        return found
        raise AssertionError(f"no event {until}")


def options(state: Path, clock: Clock, **more: Any) -> SandboxOptions:
    settings: Json = {"strict_rates": False, "slow_seconds": (0.05, 0.1), "hang_seconds": 0.05} | more
    return SandboxOptions(state=state, web_port=0, clock=clock, webhook_pause_seconds=0.02, **settings)


@asynccontextmanager
async def running(given: SandboxOptions) -> AsyncIterator[tuple[RunningSandbox, BotClient, Page]]:
    sandbox = await serve(given)
    async with aiohttp.ClientSession() as http:
        try:
            yield sandbox, BotClient(http, sandbox), Page(http, sandbox)
        finally:
            await sandbox.close()
