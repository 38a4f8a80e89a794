"""Whether recognition holds up others: how long `/help` takes, with the bot at rest and while short clips are heard.

The very same bot, worker and Telegram as in `plumbot sandbox`, each a process of its own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from typing import Any

import aiohttp

from plumbot.apps.benches.figures import p95
from plumbot.apps.benches.listening import until_somebody_listens
from plumbot.apps.sandbox import Sandbox

SPEAKERS = (1002, 1003, 1004)  # members; each sends a clip, waits for its words, sends the next
ASKING = 8  # people who ask for help in turn, so that nobody meets Telegram's one message a second
PAUSE_SECONDS = 0.15
IDLE_SAMPLES = 100
LOOK_SECONDS = 0.01
SPEAKERS_LOOK_SECONDS = 0.1  # they wait for seconds, and their looking is not to be measured
PATIENCE_SECONDS = 120.0
DELETE = ("Delete", "Удалить")  # below the words, in either language
HEADERS = {"X-Sandbox": "1"}


@dataclass(frozen=True)
class Neighbours:
    """Milliseconds till the answer is in the chat; `clips` were recognised in `seconds`."""

    clips: int
    seconds: float
    idle_samples: int
    busy_samples: int
    idle_median: float
    idle_p95: float
    busy_median: float
    busy_p95: float

    def __str__(self) -> str:
        return (
            f"/help of others: p95 {self.idle_p95:.0f} ms at rest, {self.busy_p95:.0f} ms while {self.clips} clips are "
            f"recognised ({self.busy_p95 / self.idle_p95:.1f}×); medians {self.idle_median:.0f} and "
            f"{self.busy_median:.0f} ms of {self.idle_samples} and {self.busy_samples}"
        )


async def measure(folder: Path, clips: Sequence[Path]) -> Neighbours:
    """Starts everything in that folder, and ends it."""
    sandbox = Sandbox(folder, 0)
    await sandbox.start()
    try:
        async with aiohttp.ClientSession(sandbox.web_url, headers=HEADERS) as http:
            street = Street(http)
            await street.move_in()
            await until_somebody_listens(sandbox.database_url)
            idle = [await street.ask(number) for number in range(IDLE_SAMPLES)]
            began = perf_counter()
            hearing = asyncio.create_task(street.be_heard(clips))
            busy: list[float] = []
            while not hearing.done():
                busy.append(await street.ask(len(busy)))
            await hearing
            seconds = perf_counter() - began
    finally:
        await sandbox.close()
    return Neighbours(
        len(clips), seconds, len(idle), len(busy), median(idle), p95(idle), median(busy), p95(busy)
    )  # fmt: skip


class Street:
    """People of the sandbox, by its page's own HTTP."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._asking: list[int] = []

    async def move_in(self) -> None:
        for number in range(ASKING):
            made = await self._act(1001, "add_person", first_name=f"Asking {number}", username=f"asking{number}")
            self._asking.append(made["user"]["id"])
        for person in (*self._asking, *SPEAKERS):
            await self._act(person, "start", payload="")
            await self._answer(person, 0)

    async def ask(self, number: int) -> float:
        """Milliseconds; and a pause behind it."""
        person = self._asking[number % ASKING]
        began = perf_counter()
        sent = await self._act(person, "send", chat=person, text="/help")
        await self._answer(person, sent["message"]["message_id"])
        took = (perf_counter() - began) * 1_000
        await asyncio.sleep(PAUSE_SECONDS)
        return took

    async def be_heard(self, clips: Sequence[Path]) -> None:
        waiting = list(clips)

        async def speak(person: int) -> None:
            while waiting:
                clip = waiting.pop(0)
                await self._answer(person, await self._say(person, clip), DELETE, SPEAKERS_LOOK_SECONDS)

        async with asyncio.TaskGroup() as nursery:
            for person in SPEAKERS:
                nursery.create_task(speak(person))

    async def _say(self, person: int, clip: Path) -> int:
        form = aiohttp.FormData({"as": str(person), "chat": str(person), "kind": "voice", "duration": "7"})
        form.add_field("file", await asyncio.to_thread(clip.read_bytes), filename=clip.name, content_type="audio/ogg")
        async with self._http.post("/api/upload", data=form) as answer:
            message_id: int = (await answer.json())["message"]["message_id"]
            return message_id

    async def _answer(self, person: int, after: int, labels: tuple[str, ...] = (), look: float = LOOK_SECONDS) -> None:
        """Waits for a message of the bot that is newer, and has one of these buttons."""
        asked, deadline = {"chat": str(person), "as": str(person), "limit": "5"}, monotonic() + PATIENCE_SECONDS
        while monotonic() < deadline:
            async with self._http.get("/api/messages", params=asked) as answer:
                found = (await answer.json())["messages"]
            if any(one["message_id"] > after and has_button(one, labels) for one in found):
                return
            await asyncio.sleep(look)
        raise TimeoutError(f"The bot does not answer within {PATIENCE_SECONDS:.0f} s.")

    async def _act(self, person: int, do: str, **wish: Any) -> dict[str, Any]:
        async with self._http.post("/api/act", json={"as": person, "do": do, **wish}) as answer:
            done: dict[str, Any] = await answer.json()
            return done


def has_button(message: dict[str, Any], labels: tuple[str, ...]) -> bool:
    return not labels or any(button["text"] in labels for row in message["buttons"] for button in row)
