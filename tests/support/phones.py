"""People with phones: they see and press through the sandbox's own HTTP, as its page does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
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

    async def send(self, text: str, chat: int | None = None, **more: Any) -> int:
        """Gives the message's id."""
        sent = await self.act("send", chat=chat or self.user_id, text=text, **more)
        message_id: int = sent["message"]["message_id"]
        return message_id

    async def photo(self, caption: str = "") -> None:
        picture = files("plumbot").joinpath("assets", "menu.png").read_bytes()
        form = aiohttp.FormData({"as": str(self.user_id), "chat": str(self.user_id), "kind": "photo"})
        form.add_field("caption", caption)
        form.add_field("file", picture, filename="picture.png", content_type="image/png")
        await self.telegram.post("/api/upload", form)

    async def says(
        self, sound: bytes, chat: int | None = None, *, seconds: int = 1, kind: str = "voice", name: str = "voice.wav"
    ) -> int:
        """A recording; gives the message's id."""
        form = aiohttp.FormData({"as": str(self.user_id), "chat": str(chat or self.user_id), "kind": kind})
        form.add_field("duration", str(seconds))
        form.add_field("file", sound, filename=name, content_type="audio/wav")
        sent = await self.telegram.post("/api/upload", form)
        message_id: int = sent["message"]["message_id"]
        return message_id

    async def follow(self, link: str) -> Json:
        return await self.act("follow", link=link)

    async def messages(self, chat: int | None = None) -> list[Json]:
        asked = {"chat": str(chat or self.user_id), "as": str(self.user_id), "limit": "200"}
        found: list[Json] = (await self.telegram.get("/api/messages", asked))["messages"]
        return found

    async def finds(self, *words: str, chat: int | None = None) -> Json | None:
        """The newest message that holds all these words now, in its text or on its buttons."""
        holding = (m for m in reversed(await self.messages(chat)) if all(word in _all_of(m) for word in words))
        return next(holding, None)

    async def sees(
        self, *words: str, chat: int | None = None, after: int = 0, within: float = PATIENCE_SECONDS
    ) -> Json:
        """Waits until there is such a message, newer than the message `after`."""
        seen: list[Json] = []

        async def is_there() -> bool:
            found = await self.finds(*words, chat=chat)
            seen[:] = [found] if found is not None and found["message_id"] > after else []
            return bool(seen)

        await self.telegram.until(is_there, f"{self.user_id} does not see {words}", self, chat, within)
        return seen[0]

    async def sees_no(self, *words: str, chat: int | None = None) -> None:
        """Waits until no message holds all these words."""

        async def is_gone() -> bool:
            return await self.finds(*words, chat=chat) is None

        await self.telegram.until(is_gone, f"{self.user_id} still sees {words}", self, chat)

    async def press(self, label: str, *, on: Json | None = None, chat: int | None = None) -> str:
        """Press the button of that label on the newest message that has it; gives the press's id."""
        message = on or await self.sees(f"[{label}]", chat=chat)
        for row, buttons in enumerate(message["buttons"]):
            for col, button in enumerate(buttons):
                if button["text"] == label:
                    place = {"chat": message["chat_id"], "message_id": message["message_id"], "row": row, "col": col}
                    pressed: str = (await self.act("press", **place))["press_id"]
                    return pressed
        raise NotSeen(f"There is no button {label!r} on {_all_of(message)!r}.")

    async def is_told(self, press_id: str) -> str:
        """What popped up over the pressed button."""
        told: list[str] = []

        async def is_answered() -> bool:
            calls = (await self.telegram.get("/api/calls", {"limit": "2000"}))["calls"]
            answers = [call["params"] for call in calls if call["method"] == "answerCallbackQuery"]
            told[:] = [one.get("text", "") for one in answers if str(one["callback_query_id"]) == press_id]
            return bool(told)

        await self.telegram.until(is_answered, f"The press of {self.user_id} is not answered", self, None)
        return told[0]

    async def inside(self, chat: int = CLUB_ID) -> bool:
        return await self.telegram.status(chat, self.user_id) in ("member", "administrator", "creator", "restricted")

    async def comes_in(self, chat: int = CLUB_ID) -> None:
        await self.telegram.until(lambda: self.inside(chat), f"{self.user_id} is not in {chat}", self, None)

    async def goes_out(self, chat: int = CLUB_ID) -> None:
        async def is_outside() -> bool:
            return not await self.inside(chat)

        await self.telegram.until(is_outside, f"{self.user_id} is still in {chat}", self, None)


def _all_of(message: Json) -> str:
    labels = [button["text"] for row in message["buttons"] for button in row]
    return "\n".join([message["text"] or message["caption"] or "", *(f"[{label}]" for label in labels)])


def labels_of(message: Json) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


def link_in(message: Json) -> str:
    """The first t.me/… link of a message, on a button or in its text."""
    urls = [button.get("url", "") for row in message["buttons"] for button in row]
    words = [*urls, *(message["text"] or "").split()]
    return next(str(word).strip() for word in words if "t.me/" in word)


class Telegram:
    """The sandbox, spoken to over HTTP. `alive` raises when waiting has no sense any more: the bot has died."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self._base = base
        self.alive: Callable[[], None] = lambda: None
        self.nina, self.mira, self.ada, self.oleg, self.boris = (Phone(self, n) for n in range(1001, 1006))

    def phone(self, user_id: int) -> Phone:
        return Phone(self, user_id)

    async def newcomer(self, name: str, language: str = "en") -> Phone:
        made = await self.nina.act("add_person", first_name=name, username=name.lower(), language_code=language)
        return Phone(self, made["user"]["id"])

    async def get(self, path: str, params: dict[str, str] | None = None) -> Json:
        async with self._http.get(self._base + path, params=params) as response:
            return _checked(await response.json())

    async def post(self, path: str, body: Json | aiohttp.FormData) -> Json:
        content: Any = {"json": body} if isinstance(body, dict) else {"data": body}
        async with self._http.post(self._base + path, headers={"X-Sandbox": "1"}, **content) as response:
            return _checked(await response.json())

    async def status(self, chat: int, user_id: int) -> str:
        state = await self.get("/api/state")
        members = next(c for c in state["chats"] if c["id"] == chat)["members"]
        return next((str(m["status"]) for m in members if m["user_id"] == user_id), "left")

    async def waiting(self) -> int:
        """Updates that the bot has not taken yet."""
        number: int = (await self.get("/api/state"))["waiting"]
        return number

    async def until(
        self, condition: Callable[[], Awaitable[bool]], complaint: str, viewer: Phone | None, chat: int | None,
        within: float = PATIENCE_SECONDS,
    ) -> None:  # fmt: skip
        """Looks again and again; at the end the complaint names what the viewer has in that chat instead."""
        deadline = asyncio.get_running_loop().time() + within
        while not await condition():
            self.alive()
            if asyncio.get_running_loop().time() > deadline:
                there = [_all_of(message) for message in (await viewer.messages(chat))[-6:]] if viewer else []
                raise NotSeen("\n---\n".join([f"{complaint}; in {chat or 'private'} there is:", *there]))
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _checked(answer: Json) -> Json:
    if answer.get("ok") is False:
        raise AssertionError(f"The sandbox refuses: {answer.get('error')}")
    return answer


@asynccontextmanager
async def telegram(base: str) -> AsyncIterator[Telegram]:
    async with aiohttp.ClientSession() as http:
        yield Telegram(http, base)
