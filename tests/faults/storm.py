"""The real bot as a process, a crowd before it, and everything that can go wrong, until nothing is left to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from plumbot.apps import sandbox_club
from plumbot.sandbox.options import CLUB_ID, TOKEN, SandboxOptions
from plumbot.sandbox.server import RunningSandbox, serve
from tests.faults import findings
from tests.faults.crowd import ADA, FIRST_APPLICANT, OLEG, Crowd, Plan
from tests.faults.findings import Tally, Witness
from tests.faults.killing import Killer
from tests.faults.stream import Disorder, Stream
from tests.faults.troubled_bot import VARIABLE
from tests.faults.wire import Wire, wired
from tests.support.processes import BotProcess, fork_server

POISONED = 40_000
POISON_ID = 1_900_000_000
WAITING_AT_MOST = 80
SETTLE_SECONDS = 90.0
VERDICTS = (
    ("approve", ""),
    ("", "approve"),
    ("approve", ""),
    ("deny", ""),
    ("approve", "deny"),
    ("approve", "approve"),
)


@dataclass(frozen=True)
class Size:
    """How hard the storm blows."""

    updates: int
    kills: int
    applicants: int
    members: int = 20
    at_once: int = 12
    database_faults: float = 0.02
    telegram_faults: float = 0.03
    seed: int = 3
    seconds: float = 200.0


CI = Size(updates=2_000, kills=25, applicants=36)
SOAK = Size(updates=10_000, kills=200, applicants=200, seconds=1_500.0)


@dataclass
class Storm:
    """One storm and what can be asked about it."""

    size: Size
    sandbox: RunningSandbox
    wire: Wire
    crowd: Crowd
    bot: BotProcess
    witness: Witness
    killer: Killer
    before: dict[int, int] = field(default_factory=dict)
    pressed: list[tuple[int, int]] = field(default_factory=list)

    async def blow(self) -> None:
        """Until the crowd is done, and then until the bot is."""
        self.before = dict(self.witness.asks("SELECT user_id, karma FROM profiles"))
        self.wire.stream.push(poison())
        try:
            async with asyncio.timeout(self.size.seconds), asyncio.TaskGroup() as nursery:
                await self._blow(nursery)
        except TimeoutError:
            raise AssertionError(f"It does not come to an end. {self.weather()} {self.crowd.stuck()}") from None

    async def _blow(self, nursery: asyncio.TaskGroup) -> None:
        desks = [nursery.create_task(self.crowd.review(admin, n)) for n, admin in enumerate((ADA, OLEG))]
        killing = nursery.create_task(self.killer.run(self.size.kills, self.size.updates))
        await self._make_traffic()
        killing.cancel()
        await asyncio.wait((killing,))
        await self._calm_down()
        for desk in desks:
            desk.cancel()

    async def _make_traffic(self) -> None:
        gate = asyncio.Semaphore(self.size.at_once)
        stream = self.wire.stream

        async def one(plan: Plan) -> None:
            async with gate:
                await self.crowd.apply(plan)

        async with asyncio.TaskGroup() as nursery:
            for plan in self._plans():
                nursery.create_task(one(plan))
            for member in self.crowd.journal.members[:5]:
                nursery.create_task(self.crowd.look_around(member, 12))
            while len(stream.ids) < self.size.updates or self.killer.left:
                if stream.waiting < WAITING_AT_MOST:
                    self.crowd.chat_a_little()
                    await asyncio.sleep(0)
                else:
                    await self.wire.something(0.1)

    def _plans(self) -> list[Plan]:
        def plan(number: int) -> Plan:
            user = FIRST_APPLICANT + number
            slug = f"guest-g{user}-Orchard-Plums-{number}-2-24"
            return Plan(user, slug, VERDICTS[number % len(VERDICTS)], leaks=number % 7 == 0)

        return [plan(number) for number in range(self.size.applicants)]

    async def _calm_down(self) -> None:
        """No more faults; a last start, and everything that is open comes to its end."""
        self.wire.share = 0.0
        await self.bot.kill()
        await self.bot.start(**{VARIABLE: ""})
        await self._settle()
        self._press_duplicates()
        await self._settle()

    async def _settle(self) -> None:
        async with asyncio.timeout(SETTLE_SECONDS):
            while self.wire.stream.waiting or self.witness.unfinished():
                self.wire.collect()
                await asyncio.sleep(0.1)

    def _press_duplicates(self) -> None:
        """Messages that came twice: a press acts on what is true now, and the message goes."""
        for chat, ids in findings.orphans(self.wire, self.witness.recorded()).items():
            for shown in (self.wire.chats[chat][one] for one in ids):
                label = next((label for label, _, _, url in shown.buttons if not url), None)
                if chat > 0 and label and self.crowd.press(chat, shown, label):
                    self.pressed.append((chat, shown.message_id))

    def tallies(self) -> dict[str, Tally]:
        kills = self.killer.kills + 1
        return {
            "an accepted update is never lost": findings.updates(self.witness, self.wire, {POISON_ID}),
            "nor applied twice: karma": findings.karma(self.witness, self.wire, self.before),
            "nor applied twice: applications": findings.applications(self.witness, self.crowd.journal),
            "what people see is what is true": findings.messages(self.witness, self.wire, kills),
            "a duplicate is inert": findings.duplicates(self.witness, self.wire, self.pressed),
            "a link works for one person": findings.strangers(self.witness, self.wire, self.crowd.journal),
        }

    def weather(self) -> str:
        """What it was like."""
        stream = self.wire.stream
        return (
            f"{len(stream.ids)} updates, {self.killer.kills} kills ({self.killer.shown()}),"
            f" {self.killer.failed_starts} failed starts, {stream.repeated} again,"
            f" {stream.displaced} late, {stream.pressed_again} presses under new ids, {self.wire.requests} requests,"
            f" Telegram {dict(self.wire.faults)}, {len(self.pressed)} duplicates pressed"
        )


def poison() -> dict[str, object]:
    """No bot can read it: it has no date."""
    somebody = {"id": POISONED, "is_bot": False, "first_name": "Poison"}
    chat = {"id": POISONED, "type": "private", "first_name": "Poison"}
    return {"update_id": POISON_ID, "message": {"message_id": 1, "from": somebody, "chat": chat, "text": "hello"}}


def noon() -> str:
    """A time zone in which it is about noon now: no storm lasts into the next day of the club."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


def variables(wire: Wire, database_url: str) -> dict[str, str]:
    return {
        "PLUM_TELEGRAM__TOKEN": TOKEN,
        "PLUM_TELEGRAM__API_URL": wire.url,
        "PLUM_CLUB__CHAT_ID": str(CLUB_ID),
        "PLUM_CLUB__OWNER_ID": str(OLEG),
        "PLUM_CLUB__ADMIN_IDS": str(ADA),
        "PLUM_CLUB__RULES_URL": "https://example.org/rules",
        "PLUM_CLUB__LANGUAGE": "en",
        "PLUM_CLUB__TIMEZONE": noon(),
        "PLUM_DATABASE__URL": database_url,
        "PLUM_HTTP__PORT": "0",
        "PLUM_LOG__LEVEL": "WARNING",
    }


@asynccontextmanager
async def storm(folder: Path, database_url: str, size: Size) -> AsyncIterator[Storm]:
    dice = Random(size.seed)
    options = SandboxOptions(state=folder / "sandbox", web_port=0, strict_rates=False, history=False)
    sandbox = await serve(options)
    stream = Stream(dice, Disorder())
    try:
        async with wired(sandbox, stream, dice, size.telegram_faults) as wire, fork_server(PROGRAM) as server:
            crowd = Crowd(wire, dice)
            crowd.populate(size.members)
            await sandbox_club.fill(database_url, sandbox.world)
            bot = BotProcess(server, variables(wire, database_url), folder)
            witness = Witness(database_url)
            killer = Killer(bot, wire, dice, size.database_faults)
            try:
                yield Storm(size, sandbox, wire, crowd, bot, witness, killer)
            finally:
                witness.close()
                await bot.kill()
    finally:
        await sandbox.close()


PROGRAM = "tests.faults.troubled_bot"
