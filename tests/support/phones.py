"""People with phones: they see and press through the sandbox's own HTTP, as its page does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from plumbot.sandbox.options import CLUB_ID

PATIENCE_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.03

Json = dict[str, Any]


class NotSeen(AssertionError):
    """Something did not come to be seen in time; the text says what was there instead."""


@dataclass
class Phone:
    """One person's phone. Chats are named by id; without one it is the private chat with the bot."""

    telegram: "Telegram"
    user_id: int

    async def act(self, do: str, **wish: Any) -> Json:
        return await self.telegram.post("/api/act", {"as": self.user_id, "do": do, **wish})

    async def start(self, payload: str = "") -> None:
        await self.act("start", payload=payload)

    async def send(self, text: str, chat: int | None = None, **more: Any) -> None:
        await self.act("send", chat=chat or self.user_id, text=text, **more)

    async def follow(self, link: str) -> Json:
        return await self.act("follow", link=link)

    async def messages(self, chat: int | None = None) -> list[Json]:
        asked = {"chat": str(chat or self.user_id), "as": str(self.user_id), "limit": "200"}
        found: list[Json] = (await self.telegram.get("/api/messages", asked))["messages"]
        return found

    async def sees(self, *words: str, chat: int | None = None, within: float = PATIENCE_SECONDS) -> Json:
        """The newest message that holds all these words (in its text or on its buttons); waits for it."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            messages = await self.messages(chat)
            for message in reversed(messages):
                if all(word in _all_of(message) for word in words):
                    return message
            if asyncio.get_running_loop().time() > deadline:
                there = "\n---\n".join(_all_of(message) for message in messages[-6:])
                raise NotSeen(f"{self.user_id} does not see {words} in chat {chat or self.user_id}; there is:\n{there}")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def sees_no(self, *words: str, chat: int | None = None, within: float = PATIENCE_SECONDS) -> None:
        """Waits until no message holds all these words."""
        deadline = asyncio.get_running_loop().time() + within
        while any(all(word in _all_of(m) for word in words) for m in await self.messages(chat)):
            if asyncio.get_running_loop().time() > deadline:
                raise NotSeen(f"{self.user_id} still sees {words}.")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def press(self, label: str, *, on: Json | None = None, chat: int | None = None) -> int:
        """Press the button of that label on the newest message that has it; gives the press's id."""
        message = on or await self.sees(label, chat=chat)
        for row, buttons in enumerate(message["buttons"]):
            for col, button in enumerate(buttons):
                if button["text"] == label:
                    place = {"chat": message["chat_id"], "message_id": message["message_id"], "row": row, "col": col}
                    pressed: int = (await self.act("press", **place))["press_id"]
                    return pressed
        raise NotSeen(f"There is no button {label!r} on {_all_of(message)!r}.")

    async def inside(self, chat: int = CLUB_ID) -> bool:
        return await self.telegram.status(chat, self.user_id) in ("member", "administrator", "creator", "restricted")

    async def comes_in(self, chat: int = CLUB_ID, within: float = PATIENCE_SECONDS) -> None:
        deadline = asyncio.get_running_loop().time() + within
        while not await self.inside(chat):
            if asyncio.get_running_loop().time() > deadline:
                raise NotSeen(f"{self.user_id} is not in {chat}.")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _all_of(message: Json) -> str:
    labels = [button["text"] for row in message["buttons"] for button in row]
    return "\n".join([message["text"] or message["caption"] or "", *(f"[{label}]" for label in labels)])


def link_in(message: Json) -> str:
    """The first t.me/+… link of a message, in its text or on a button."""
    urls = [button.get("url", "") for row in message["buttons"] for button in row]
    words = [*urls, *(message["text"] or "").split()]
    return next(str(word).strip() for word in words if "t.me/+" in word)


class Telegram:
    """The sandbox, spoken to over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self._base = base
        self.nina, self.mira, self.ada, self.oleg, self.boris = (Phone(self, n) for n in range(1001, 1006))

    def phone(self, user_id: int) -> Phone:
        return Phone(self, user_id)

    async def newcomer(self, name: str, language: str = "en") -> Phone:
        made = await self.nina.act("add_person", first_name=name, username=name.lower(), language_code=language)
        return Phone(self, made["user"]["id"])

    async def get(self, path: str, params: dict[str, str] | None = None) -> Json:
        async with self._http.get(self._base + path, params=params) as response:
            return _checked(await response.json())

    async def post(self, path: str, body: Json) -> Json:
        async with self._http.post(self._base + path, json=body, headers={"X-Sandbox": "1"}) as response:
            return _checked(await response.json())

    async def status(self, chat: int, user_id: int) -> str:
        state = await self.get("/api/state")
        members = next(c for c in state["chats"] if c["id"] == chat)["members"]
        return next((str(m["status"]) for m in members if m["user_id"] == user_id), "left")

    async def quiet(self, within: float = PATIENCE_SECONDS) -> None:
        """Waits until the bot has taken all updates."""
        deadline = asyncio.get_running_loop().time() + within
        while (await self.get("/api/state"))["waiting"]:
            if asyncio.get_running_loop().time() > deadline:
                raise NotSeen("The bot does not take its updates.")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _checked(answer: Json) -> Json:
    if answer.get("ok") is False:
        raise AssertionError(f"The sandbox refuses: {answer.get('error')}")
    return answer


@asynccontextmanager
async def telegram(base: str) -> AsyncIterator[Telegram]:
    async with aiohttp.ClientSession() as http:
        yield Telegram(http, base)
