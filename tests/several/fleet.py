"""Two bots as processes on one PostgreSQL, behind one webhook: we are Telegram on both sides of them."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from plumbot.features.admission.applicant_screens import AcceptRules
from plumbot.features.applications.presses import Decide, Join, Step
from plumbot.kit.inbox.webhook import SECRET_HEADER
from tests.support.databases import asked
from tests.support.postgres import free_port
from tests.support.processes import BotProcess, fork_server
from tests.support.telegram import TOKEN, Json, Post, post_office

SECRET = "a-secret_of-more-than-thirty-two-characters"
CLUB, OWNER, ADMINS = -1_001_000_000_001, 1004, (1003, 1004, 1005, 1006)
PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 300.0
UNFINISHED = """
    SELECT (SELECT count(*) FROM inbox WHERE status <> 'done') + (SELECT count(*) FROM outbox WHERE dirty)
         + (SELECT count(*) FROM outbox_calls WHERE status = 'new'), (SELECT max(seq) FROM inbox)
"""


@dataclass
class Bot:
    """One of the processes, and where it listens."""

    process: BotProcess
    hook: str

    @property
    def holder(self) -> str:
        """How its leases and claims end."""
        return f":{self.process.pid}"


@dataclass(frozen=True)
class Delivery:
    """When the loop's clock stood where: Telegram began with it, and was told 200."""

    update_id: int
    began: float
    taken: float


@dataclass
class Fleet:
    url: str
    post: Post
    bots: list[Bot]
    http: aiohttp.ClientSession
    refused: int = 0
    _delivered: "list[Delivery]" = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _turns: Any = field(default_factory=itertools.count)

    async def start(self, *which: int) -> None:
        """These, or all of them at once; returns when they listen."""
        chosen = [self.bots[number] for number in which] or self.bots
        said = len(self.post.made("setWebhook"))
        await asyncio.gather(*(bot.process.start() for bot in chosen))
        await patiently(lambda: len(self.post.made("setWebhook")) >= said + len(chosen))

    def asks(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        return asked(self.url, question, *values)

    async def settles(self) -> None:
        """Until all that was delivered is done and said."""

        def is_settled() -> bool:
            before = self.asks(UNFINISHED)
            return before[0][0] == 0 and self.asks(UNFINISHED) == before

        await patiently(is_settled)

    def holder_of(self, lease: str) -> Bot | None:
        rows = self.asks("SELECT holder FROM leases WHERE name = ?", lease)
        return next((bot for bot in self.bots if rows and rows[0][0].endswith(bot.holder)), None)

    # What Telegram delivers

    async def deliver(self, update: Json) -> None:
        """To one bot after the other, until one says 200, as Telegram does behind a balancer."""
        body = {"update_id": next(self._numbers), **update}
        clock = asyncio.get_running_loop().time
        began = clock()
        while True:
            bot = self.bots[next(self._turns) % len(self.bots)]
            if await self._is_taken(bot, body):
                self._delivered.append(Delivery(body["update_id"], began, clock()))
                return
            self.refused += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def _is_taken(self, bot: Bot, body: Json) -> bool:
        time = aiohttp.ClientTimeout(total=5)
        try:
            async with self.http.post(bot.hook, json=body, headers={SECRET_HEADER: SECRET}, timeout=time) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def writes(self, user: int, text: str) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        message = {"message_id": 1, "date": 1, "chat": private(user), "from": person(user), "text": text}
        await self.deliver({"message": message | {"entities": entities}})

    async def presses(self, user: int, data: str) -> None:
        """On a message that the bot does not know; it adopts it, as those of an earlier bot."""
        number = next(self._numbers)
        message = {"message_id": 1, "date": 1, "chat": private(user), "text": "?"}
        query = {"id": str(number), "from": person(user), "chat_instance": "1", "data": data, "message": message}
        await self.deliver({"callback_query": query})

    # What people do

    async def apply(self, user: int) -> None:
        """Without waiting for an answer in between: what comes in this order must be done in this order."""
        await self.writes(user, "/start")
        await self.presses(user, Join().pack())
        await self.writes(user, slug_of(user))
        await self.presses(user, Step("send").pack())

    def applications(self) -> dict[int, int]:
        """Their numbers by the applicant."""
        return dict(self.asks("SELECT user_id, id FROM applications"))

    async def decide(self, application: int, *, by: int) -> None:
        await self.presses(by, Decide("ok", application).pack())

    async def accept(self, user: int) -> None:
        await self.presses(user, AcceptRules().pack())

    def warnings(self) -> list[str]:
        """What went otherwise than it should, in the words of both bots."""
        lines = [line for bot in self.bots for line in bot.process.log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if '"level": "warning"' in line or '"level": "error"' in line]

    # What must be so in the end

    def assert_each_got_in_once(self, people: range) -> None:
        everybody = [*people]
        assert self.asks("SELECT user_id, slug, status FROM applications ORDER BY user_id") == [
            (user, slug_of(user), "approved") for user in everybody
        ]
        for question in (
            "SELECT subject_id FROM audit WHERE action = 'applications.approved' ORDER BY 1",
            "SELECT user_id FROM invites ORDER BY 1",
        ):
            assert [user for (user,) in self.asks(question)] == everybody, question
        assert len(self.post.made("createChatInviteLink")) == len(everybody)

    def assert_everybody_sees_what_is_true(self, kills: int = 0) -> None:
        """Each row has its message, and each message its row, but for one in a chat for each kill in mid-air."""
        rows = self.asks("SELECT chat_id, message_id FROM outbox WHERE message_id > 100 AND NOT retired AND NOT closed")
        lying, known = set(self.post.messages), {(chat, number) for chat, number in rows}
        assert known <= lying
        doubled = Counter(chat for chat, _ in lying - known)
        unknown = {place: self.post.messages[place] for place in lying - known}
        assert all(count <= kills for count in doubled.values()), (unknown, self.warnings())

    def assert_lanes_were_in_order(self) -> None:
        """Whatever was taken before another of its lane was delivered. Of two at once either may be the first."""
        done = {
            number: (lane, finished)
            for number, lane, finished in self.asks(
                "SELECT update_id, lane, finished_at FROM inbox WHERE source = 'telegram'"
            )
        }
        for earlier, later in itertools.permutations(self._delivered, 2):
            lane, finished = done[earlier.update_id]
            its_lane, its_end = done[later.update_id]
            if lane == its_lane and earlier.taken <= later.began:
                assert finished <= its_end, (lane, earlier, later)


def private(user: int) -> Json:
    return {"id": user, "type": "private"}


def person(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": f"P{user}", "language_code": "en"}


def slug_of(user: int) -> str:
    return f"guest-n{user}-Harvard-CSE-77-3-21"


@asynccontextmanager
async def fleet(url: str, folder: Path, **changed: str) -> AsyncIterator[Fleet]:
    """Not started yet. `changed` are PLUM_ variables beside the usual ones."""
    async with post_office() as post, aiohttp.ClientSession() as http:
        _answer_calls(post)
        bots = [_bot(url, post, folder / name, changed) for name in ("one", "other")]
        try:
            yield Fleet(url, post, bots, http)
        finally:
            await asyncio.gather(*(bot.process.stop() for bot in bots))


def _bot(url: str, post: Post, folder: Path, changed: dict[str, str]) -> Bot:
    folder.mkdir()
    port = free_port()
    variables = {
        "PLUM_TELEGRAM__TOKEN": TOKEN,
        "PLUM_TELEGRAM__API_URL": post.url,
        "PLUM_TELEGRAM__MODE": "webhook",
        "PLUM_TELEGRAM__WEBHOOK_URL": f"http://127.0.0.1:{port}/plum",
        "PLUM_TELEGRAM__WEBHOOK_SECRET": SECRET,
        "PLUM_TELEGRAM__WEBHOOK_PORT": str(port),
        "PLUM_CLUB__CHAT_ID": str(CLUB),
        "PLUM_CLUB__OWNER_ID": str(OWNER),
        "PLUM_CLUB__ADMIN_IDS": ",".join(str(admin) for admin in ADMINS if admin != OWNER),
        "PLUM_CLUB__LANGUAGE": "en",
        "PLUM_DATABASE__URL": url,
        "PLUM_HTTP__PORT": "0",
    } | changed
    return Bot(BotProcess(fork_server(), variables, folder), f"http://127.0.0.1:{port}/plum")


def _answer_calls(post: Post) -> None:
    """Each link is another one; nobody is inside."""
    numbers = itertools.count(1)

    async def before(_method: str, _values: Json) -> None:
        post.results["createChatInviteLink"] = {"invite_link": f"https://t.me/+made{next(numbers)}"}

    post.meanwhile = before
    post.results |= {
        "getMe": {"id": int(TOKEN.split(":")[0]), "is_bot": True, "first_name": "Plum", "username": "plum_bot"},
        "getChatMember": {"status": "left", "user": {"id": 1}},
        "getUpdates": [],
    }


async def patiently(condition: Callable[[], Any], within: float = PATIENCE_SECONDS) -> None:
    """Until it holds; a server that is away has not said yes yet."""
    async with asyncio.timeout(within):
        while not _holds(condition):  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(PAUSE_SECONDS)


def _holds(condition: Callable[[], Any]) -> bool:
    try:
        return bool(condition())
    except psycopg.OperationalError:
        return False


async def in_the_middle(it: Fleet, doing: "asyncio.Task[Any]", messages: int) -> None:
    """Returns when so many messages have been sent, while what is done goes on."""
    await patiently(lambda: len(it.post.messages) >= messages)
    assert not doing.done(), "It was over before anything could happen in the middle."
