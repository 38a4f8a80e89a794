"""Delivery to the bot's webhook: in order within a queue, again after failures, until taken or too old."""

import asyncio
import json
from functools import partial

import aiohttp

from plumbot.sandbox import guide, updates
from plumbot.sandbox.records import Json, Update
from plumbot.sandbox.world import World

ANSWER_SECONDS = 60
LONGEST_PAUSE_SECONDS = 60
LONGEST_RETRY_AFTER_SECONDS = 3_600
IDLE_SECONDS = 5


class Webhook:
    """Runs beside the server; while no webhook is set it only waits."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._main: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._main = asyncio.create_task(self._run())

    async def close(self) -> None:
        tasks = [task for task in (self._main, *self._busy.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                hook = self._world.setting("webhook")
                if hook:
                    self._hand_out(http, hook)
                await self._world.arrivals.heard(IDLE_SECONDS)

    def _hand_out(self, http: aiohttp.ClientSession, hook: Json) -> None:
        for update in updates.waiting(self._world):
            queue = lane(update)
            if queue not in self._busy and len(self._busy) < hook["max_connections"]:
                task = asyncio.create_task(self._deliver(http, update))
                self._busy[queue] = task
                task.add_done_callback(partial(self._free, queue))

    def _free(self, queue: str, _task: asyncio.Task[None]) -> None:
        self._busy.pop(queue, None)
        self._world.arrivals.ring()

    async def _deliver(self, http: aiohttp.ClientSession, update: Update) -> None:
        """Try until it is taken; pauses double, or last as long as the bot asks for."""
        pause = self._world.options.webhook_pause_seconds
        while hook := self._world.setting("webhook"):
            if self._world.updates.get(update.update_id) is None:
                return
            error, wait = await self._post(http, hook, update)
            if not error:
                self._taken(update)
                return
            self._note(error)
            await asyncio.sleep(min(wait, LONGEST_RETRY_AFTER_SECONDS) or pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _post(self, http: aiohttp.ClientSession, hook: Json, update: Update) -> tuple[str, float]:
        """The reason of a failure and how long the bot asks to wait; no reason when it was taken."""
        headers = {"Content-Type": "application/json"}
        if hook["secret"]:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret"]
        body = json.dumps(updates.shown(update), ensure_ascii=False).encode()
        try:
            timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            async with http.post(hook["url"], data=body, headers=headers, timeout=timeout) as answer:
                if 200 <= answer.status < 300:
                    return "", 0
                wait = answer.headers.get("Retry-After", "")
                reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return reason, float(wait) if wait.isdigit() else 0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0
        except (aiohttp.ClientError, TimeoutError):
            return "Connection timed out", 0

    def _taken(self, update: Update) -> None:
        self._world.updates.drop([update])
        updates.tell_waiting(self._world)
        guide.taken(self._world)
        self._world.commit()

    def _note(self, error: str) -> None:
        hook = self._world.setting("webhook")
        if hook:
            noted = {"last_error_date": self._world.now(), "last_error_message": error}
            self._world.keep("webhook", {**hook, **noted})
            self._world.commit()


def lane(update: Update) -> str:
    """Messages keep their order by chat, presses and joins by person, reactions by chat."""
    body = update.body
    if update.kind == "callback_query":
        return f"press:{body['from']['id']}"
    if update.kind in ("chat_member", "my_chat_member"):
        return f"member:{body['new_chat_member']['user']['id']}"
    if update.kind == "chat_join_request":
        return f"request:{body['from']['id']}"
    kind = "reaction" if update.kind == "message_reaction" else "message"
    return f"{kind}:{body.get('chat', {}).get('id', 0)}"
