"""A crowd before the bot, and everything that can go wrong, until nothing is left to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import findings
from tests.faults.crowd import ADA, FIRST_APPLICANT, OLEG, Plan
from tests.faults.findings import Tally
from tests.faults.killing import Killer
from tests.faults.scene import Scene, scene

POISONED = 40_000
POISON_ID = 1_900_000_000
WAITING_AT_MOST = 80
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
    seconds: float = 600.0  # a busy machine may take its time


CI = Size(updates=2_000, kills=25, applicants=36)
CI_AGAIN = Size(updates=300, kills=4, applicants=8)  # the same on a second database
SOAK = Size(updates=10_000, kills=200, applicants=200, seconds=7_200.0)


@dataclass
class Storm:
    """One storm and what can be asked about it."""

    size: Size
    scene: Scene
    killer: Killer
    before: dict[int, int] = field(default_factory=dict)
    pressed: list[tuple[int, int]] = field(default_factory=list)

    async def blow(self) -> None:
        """Until the crowd is done, and then until the bot is."""
        self.before = dict(self.scene.witness.asks("SELECT user_id, karma FROM profiles"))
        self.scene.wire.stream.push(poison())
        try:
            async with asyncio.timeout(self.size.seconds), asyncio.TaskGroup() as nursery:
                await self._blow(nursery)
        except TimeoutError:
            stuck = self.scene.crowd.stuck()
            raise AssertionError(f"It does not come to an end. {self.weather()} {stuck}") from None

    async def _blow(self, nursery: asyncio.TaskGroup) -> None:
        crowd = self.scene.crowd
        desks = [nursery.create_task(crowd.review(admin, n)) for n, admin in enumerate((ADA, OLEG))]
        killing = nursery.create_task(self.killer.run(self.size.kills, self.size.updates))
        await self._make_traffic()
        killing.cancel()
        await asyncio.wait((killing,))
        await self.scene.calm_down()
        self._press_duplicates()
        await self.scene.settle()
        for desk in desks:
            desk.cancel()

    async def _make_traffic(self) -> None:
        gate = asyncio.Semaphore(self.size.at_once)
        crowd, stream = self.scene.crowd, self.scene.wire.stream

        async def one(plan: Plan) -> None:
            async with gate:
                await crowd.apply(plan)

        async with asyncio.TaskGroup() as nursery:
            for plan in self._plans():
                nursery.create_task(one(plan))
            for member in crowd.journal.members[:5]:
                nursery.create_task(crowd.look_around(member, 12))
            while len(stream.ids) < self.size.updates or self.killer.left:
                if stream.waiting < WAITING_AT_MOST:
                    crowd.chat_a_little()
                    await asyncio.sleep(0)
                else:
                    await self.scene.wire.something(0.1)

    def _plans(self) -> list[Plan]:
        def plan(number: int) -> Plan:
            user = FIRST_APPLICANT + number
            slug = f"guest-g{user}-Orchard-Plums-{number}-2-24"
            return Plan(user, slug, VERDICTS[number % len(VERDICTS)], leaks=number % 7 == 0)

        return [plan(number) for number in range(self.size.applicants)]

    def _press_duplicates(self) -> None:
        """Messages that came twice: a press acts on what is true now, and the message goes."""
        wire = self.scene.wire
        for chat, ids in findings.orphans(wire, self.scene.witness.recorded()).items():
            for shown in (wire.chats[chat][one] for one in ids):
                label = next((label for label, _, _, url in shown.buttons if not url), None)
                if chat > 0 and label and self.scene.crowd.press(chat, shown, label):
                    self.pressed.append((chat, shown.message_id))

    def tallies(self) -> dict[str, Tally]:
        witness, wire, journal = self.scene.witness, self.scene.wire, self.scene.crowd.journal
        return {
            "an accepted update is never lost": findings.updates(witness, wire, {POISON_ID}),
            "nor applied twice: karma": findings.karma(witness, wire, self.before),
            "nor applied twice: applications, roster": findings.applications(witness, journal),
            "what people see is what is true": findings.messages(witness, wire, self.killer.kills + 1),
            "a duplicate is inert": findings.duplicates(witness, wire, self.pressed),
            "a link works for one person": findings.strangers(witness, wire, journal),
        }

    def weather(self) -> str:
        """What it was like."""
        stream, wire = self.scene.wire.stream, self.scene.wire
        return (
            f"{len(stream.ids)} updates, {self.killer.kills} kills ({self.killer.shown()}),"
            f" {self.killer.failed_starts} failed starts, {stream.repeated} again, {stream.displaced} late,"
            f" {stream.pressed_again} presses under new ids, {wire.requests} requests, Telegram {dict(wire.faults)},"
            f" {len(self.pressed)} duplicates pressed"
        )


def poison() -> dict[str, object]:
    """No bot can read it: it has no date."""
    somebody = {"id": POISONED, "is_bot": False, "first_name": "Poison"}
    chat = {"id": POISONED, "type": "private", "first_name": "Poison"}
    return {"update_id": POISON_ID, "message": {"message_id": 1, "from": somebody, "chat": chat, "text": "hello"}}


@asynccontextmanager
async def storm(folder: Path, database_url: str, size: Size) -> AsyncIterator[Storm]:
    beginning = scene(folder, database_url, seed=size.seed, telegram_faults=size.telegram_faults, members=size.members)
    async with beginning as it:
        killer = Killer(it.bot, it.wire, it.dice, size.database_faults, lambda: it.wire.stream.accepted)
        yield Storm(size, it, killer)
