"""What must be said is said, and what people see is what is true: hundreds of messages while everything fails."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from plumbot.kit.clock import SystemClock
from plumbot.kit.databases import open_database
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.signals import Signals
from plumbot.sandbox import admins
from plumbot.sandbox.options import BOT_ID
from plumbot.sandbox.records import Chat, Member, Person
from plumbot.sandbox.seed import BOT_RIGHTS
from tests.faults import findings
from tests.faults.conftest import Database, Hold, on_both
from tests.faults.findings import Tally
from tests.faults.killing import Killer
from tests.faults.scene import Scene, scene
from tests.support.scoreboard import SOAK

FIRST, NOBODY, GROUP = 50_000, 59_000, -555
SAYING = ("unit.written", "unit.committed", "send.begun", "send.taken", "send.marked")
CHANGES = 10
SCREEN = "refusal"


@dataclass(frozen=True)
class Size:
    replies: int
    cards: int
    kills: int
    people: int = 50
    faults: float = 0.10


CI = Size(replies=150, cards=60, kills=8)
LONG = Size(replies=1_000, cards=300, kills=60)


@dataclass
class Speaker:
    """Writes into the bot's outbox from another process, as a worker does."""

    scene: Scene
    size: Size

    def populate(self) -> None:
        """Everybody has begun with the bot; the last one has blocked it. A group will move. Nobody has no chat."""
        world = self.scene.sandbox.world
        for user in self.everybody:
            world.people.put(Person(user, f"Reader{user}", started=True))
            world.chats.put(Chat(user, "private"))
        self.scene.crowd.act(self.everybody[-1], "block")
        world.chats.put(Chat(GROUP, "group", "Desk"))
        world.members.put(Member(GROUP, BOT_ID, "administrator", dict.fromkeys(BOT_RIGHTS, True)))
        world.commit()

    @property
    def everybody(self) -> range:
        return range(FIRST, FIRST + self.size.people)

    def chat_of(self, number: int) -> int:
        """Every tenth message goes where nobody can be reached or where the group will move."""
        if number % 10 == 9:
            return (GROUP, NOBODY, self.everybody[-1])[number // 10 % 3]
        return self.everybody[number % (self.size.people - 1)]

    async def speak(self) -> None:
        """Replies once each, and cards that change again and again."""
        sessions = open_database(self.scene.database_url, Signals())
        outbox = Outbox(SystemClock())
        try:
            for change in range(1, CHANGES + 1):
                await sessions.insist(self._round, outbox, change)
                if change == CHANGES // 2:
                    admins.upgrade(self.scene.sandbox.world, GROUP)
                await self._until_most_is_said()
        finally:
            await sessions.close()

    def _round(self, session: Session, outbox: Outbox, change: int) -> None:
        for card in range(self.size.cards):
            values = {"card": card, "change": change}
            outbox.show(
                session, f"card-{card}", self._now(session, outbox, f"card-{card}", card), SCREEN,
                text="Card {card} after change {change}", values=values,
            )  # fmt: skip
        for reply in range(change - 1, self.size.replies, CHANGES):
            chat, values = self.chat_of(reply), {"reply": reply}
            outbox.show(session, f"reply-{reply}", chat, SCREEN, text="Reply {reply}", values=values)

    def _now(self, session: Session, outbox: Outbox, key: str, number: int) -> int:
        """The chat of a card may have moved."""
        row = outbox.find(session, key)
        return row.chat_id if row is not None else self.chat_of(number)

    async def _until_most_is_said(self) -> None:
        """The next change comes while some of the last one is still on its way."""
        few = self.size.cards // 3
        while self.scene.witness.number("SELECT count(*) FROM outbox WHERE dirty") > few:  # noqa: ASYNC110  # no event
            await asyncio.sleep(0.05)


def said(it: Scene, speaker: Speaker) -> Tally:
    """Each reply lies in its chat, unless nobody is there; then its row is closed."""
    tally = Tally(speaker.size.replies)
    rows = it.witness.asks("SELECT key, chat_id, closed FROM outbox WHERE key LIKE 'reply-%'")
    tally.lost += [f"{speaker.size.replies - len(rows)} replies have no row"] * (len(rows) != speaker.size.replies)
    for key, chat, closed in rows:
        reachable = chat not in (NOBODY, speaker.everybody[-1])
        text = f"Reply {key.removeprefix('reply-')}"
        times = sum(shown.text == text for shown in it.wire.chats[chat].values())
        if reachable and not times:
            tally.lost.append(f"{key} is not in chat {chat}")
        if bool(closed) == reachable:
            tally.lost.append(f"{key} in chat {chat} is {'' if closed else 'not '}closed")
    return tally


@pytest.mark.kill
@pytest.mark.timeout(7_500 if SOAK else 660)
@on_both
async def test_what_must_be_said_is_said_and_in_the_end_everybody_sees_the_last_state(
    tmp_path: Path, lasting: Database, hold: Hold
) -> None:
    size = LONG if SOAK else CI
    async with scene(tmp_path, lasting.url, seed=5, telegram_faults=size.faults) as it:
        speaker = Speaker(it, size)
        speaker.populate()
        killer = Killer(it.bot, it.wire, it.dice, 0.02, lambda: it.wire.requests, SAYING)
        killing = asyncio.create_task(killer.run(size.kills, size.replies + size.cards * CHANGES // 2))
        await speaker.speak()
        while killer.left > 0 and it.witness.unfinished():  # noqa: ASYNC110  # the bot has its own loop
            await asyncio.sleep(0.05)
        killing.cancel()
        await asyncio.wait((killing,))
        await it.calm_down()
        print(f"{killer.kills} kills ({killer.shown()}), {it.wire.requests} requests, {dict(it.wire.faults)}")
        cards = findings.messages(it.witness, it.wire, killer.kills + 1)
        hold({"what must be said is said": said(it, speaker), "cards show their last state": cards}, lasting.name)
