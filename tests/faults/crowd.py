"""People who use the bot all at once. They act on what they see, as people do, and note what they did."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from plumbot.sandbox.errors import Refused
from plumbot.sandbox.options import CLUB_ID
from plumbot.sandbox.records import Chat, Member, Person
from tests.faults.wire import Shown, Wire
from tests.support.telegram import Json

ADA, OLEG, BORIS = 1003, 1004, 1005
FIRST_MEMBER, FIRST_APPLICANT = 20_000, 30_000
LOOK_AGAIN_SECONDS = 1.0
TRY_AGAIN_SECONDS = 8.0
LIKES, DISLIKES, NEITHER = ("👍", "🔥", "💚"), ("👎",), ("🎉", "🤔")
FORWARD = ("I accept the rules", "Send application", "Correct", "Continue where you left off", "Continue")
SAID = ("how are you", "see you at seven", "who has the notes?", "good morning")
THANKS = ("спасибо!", "топ", "Класс, согл")
A_DAY_FOR_A_PAIR = 9  # under the club's limit, so that the order of two people's votes does not matter


@dataclass(frozen=True)
class Plan:
    """What is to become of one applicant."""

    user_id: int
    slug: str
    verdicts: tuple[str, ...]  # by admin: Ada's, Oleg's; "" leaves it to the other
    corrects: bool = False
    leaks: bool = False


@dataclass
class Journal:
    """What people did; all that the oracle may know."""

    plans: dict[int, Plan] = field(default_factory=dict)
    messages: dict[int, int] = field(default_factory=dict)  # message of the club chat: its author
    members: list[int] = field(default_factory=list)


@dataclass
class Crowd:
    wire: Wire
    dice: Random
    journal: Journal = field(default_factory=Journal)
    given: Counter[tuple[int, int]] = field(default_factory=Counter)
    finished: set[int] = field(default_factory=set)
    last: dict[int, tuple[str, float]] = field(default_factory=dict)

    def populate(self, members: int) -> None:
        """Members of old, and admins who read English."""
        world = self.wire.sandbox.world
        for number in range(FIRST_MEMBER, FIRST_MEMBER + members):
            world.people.put(Person(number, f"Member{number}", language_code="en"))
            world.chats.put(Chat(number, "private"))
            world.members.put(Member(CLUB_ID, number, "member"))
            self.journal.members.append(number)
        oleg = world.person(OLEG)
        oleg.language_code = "en"
        world.people.put(oleg)
        world.commit()

    def act(self, person: int, do: str, **wish: object) -> Json | None:
        """None when it is not possible any more: the message has gone, or the person is inside already."""
        try:
            return self.wire.sandbox.act(person, do, **wish)
        except Refused:
            return None
        finally:
            self.wire.collect()

    def press(self, person: int, shown: Shown, label: str) -> bool:
        place = shown.place_of(label)
        return place is not None and self.press_at(person, shown, *place)

    def press_at(self, person: int, shown: Shown, row: int, col: int) -> bool:
        made = self.act(person, "press", chat=shown.chat_id, message_id=shown.message_id, row=row, col=col)
        if made is not None:
            self.last[person] = made["press_id"], now()
        return made is not None

    def waits(self, person: int) -> bool:
        """People look what came of their press before they press again; an answer may be lost."""
        press, at = self.last.get(person, ("", 0.0))
        return bool(press) and press not in self.wire.answered and now() - at < TRY_AGAIN_SECONDS

    # Applicants

    async def apply(self, plan: Plan) -> None:
        """One applicant from /start to the end that the plan foresees."""
        world = self.wire.sandbox.world
        world.people.put(Person(plan.user_id, f"Guest{plan.user_id}", language_code="en"))
        world.chats.put(Chat(plan.user_id, "private"))
        self.journal.plans[plan.user_id] = plan
        self.act(plan.user_id, "start")
        applicant = Applicant(self, plan)
        while not applicant.is_done():
            applicant.look()
            await self.wire.something(LOOK_AGAIN_SECONDS, plan.user_id)
        self.finished.add(plan.user_id)

    def stuck(self) -> dict[int, list[str]]:
        """What those see who have not come to their end."""
        waiting = self.journal.plans.keys() - self.finished
        return {user: [shown.text[:60] for shown in self.wire.of(user)] for user in waiting}

    # Members

    def chat_a_little(self) -> None:
        """One member says something, thanks somebody, or changes their mind about a message."""
        member = self.dice.choice(self.journal.members)
        known = list(self.journal.messages)[-60:]
        deed = self.dice.random()
        if deed < 0.3 or len(known) < 5:
            self._say(member, self.dice.choice(SAID), 0)
            return
        message = self.dice.choice(known)
        pair = (member, self.journal.messages[message])
        if self.given[pair] >= A_DAY_FOR_A_PAIR:
            return
        if deed < 0.45:
            self.given[pair] += 2
            self._say(member, self.dice.choice(THANKS), message)
        else:
            self.given[pair] += 2
            signs = self.dice.choice((LIKES, LIKES, DISLIKES, NEITHER, ()))
            emoji = [self.dice.choice(signs)] if signs else []
            self.act(member, "react", chat=CLUB_ID, message_id=message, emoji=emoji)

    def _say(self, member: int, text: str, reply_to: int) -> None:
        world = self.wire.sandbox.world
        self.act(member, "send", chat=CLUB_ID, text=text, reply_to=reply_to)
        self.journal.messages[world.chat(CLUB_ID).last_message_id] = member

    async def look_around(self, member: int, steps: int) -> None:
        """A member opens the menu and presses whatever is there."""
        self.act(member, "start")
        for _ in range(steps):
            await self.wire.something(LOOK_AGAIN_SECONDS, member)
            await asyncio.sleep(0.02)
            there = [
                (shown, label) for shown in self.wire.of(member)[:2] for label, _, _, url in shown.buttons if not url
            ]
            there = [(shown, label) for shown, label in there if label not in ("Delete everything",)]
            if there:
                self.press(member, *self.dice.choice(there))

    # Admins

    async def review(self, admin: int, number: int) -> None:
        """An admin decides whatever comes, as the plans say; lists are opened entry by entry."""
        desk = Desk(self, admin, number)
        while True:
            desk.look()
            await self.wire.something(LOOK_AGAIN_SECONDS, admin)


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Again:
    """Nobody does the same to the same message again before some time has passed."""

    last: dict[tuple[int, str], float] = field(default_factory=dict)

    def may(self, shown: Shown, label: str) -> bool:
        key = (shown.message_id, label)
        if now() - self.last.get(key, -TRY_AGAIN_SECONDS) < TRY_AGAIN_SECONDS:
            return False
        self.last[key] = now()
        return True


@dataclass
class Applicant:
    crowd: Crowd
    plan: Plan
    again: Again = field(default_factory=Again)
    leaked: bool = False
    started_at: float = 0.0

    @property
    def seen(self) -> list[Shown]:
        return self.crowd.wire.of(self.plan.user_id)

    def is_done(self) -> bool:
        return any("Welcome to" in shown.text or "was rejected" in shown.text for shown in self.seen)

    def look(self) -> None:
        """The furthest step that is open."""
        me = self.plan.user_id
        if self.crowd.waits(me):
            return
        if not self.seen and now() - self.started_at > TRY_AGAIN_SECONDS:
            self.started_at = now()
            self.crowd.act(me, "start")
        elif not (self._follow() or self._press(*FORWARD) or self._answer()):
            self._press("Join the club")

    def _follow(self) -> bool:
        for shown in self.seen:
            link = next((url for _, _, _, url in shown.buttons if "t.me/+" in url), None)
            if link and self.again.may(shown, "link"):
                if self.plan.leaks and not self.leaked:
                    self.leaked = True
                    self.crowd.act(BORIS, "follow", link=link)
                self.crowd.act(self.plan.user_id, "follow", link=link)
                return True
        return False

    def _press(self, *labels: str) -> bool:
        for label in labels:
            for shown in self.seen:
                if shown.place_of(label) and self.again.may(shown, label):
                    self.crowd.press(self.plan.user_id, shown, label)
                    return True
        return False

    def _answer(self) -> bool:
        """The newest question; nothing is to be done while the admins have it."""
        me = self.plan.user_id
        for shown in self.seen:
            step = "Step " in shown.text
            if step or "How would you like" in shown.text:
                if self.again.may(shown, shown.text):
                    self.crowd.act(me, "send", chat=me, text=f"g{me}" if step else self.plan.slug)
                return True
            if "with the admins" in shown.text:
                return True
        return False


@dataclass
class Desk:
    """One admin's chat with the bot."""

    crowd: Crowd
    admin: int
    number: int
    again: Again = field(default_factory=Again)

    def look(self) -> None:
        if self.crowd.waits(self.admin):
            return
        for shown in [one for one in self.crowd.wire.of(self.admin) if one.buttons]:
            if shown.place_of("No reason") and self.again.may(shown, "No reason"):
                self.crowd.press(self.admin, shown, "No reason")
                return
            for plan in self._on(shown):
                verdict = plan.verdicts[self.number]
                if verdict and shown.place_of("Approve"):
                    if self._decide(shown, plan, verdict):
                        return
                elif verdict and "wait" in shown.text and self._open(shown, plan):
                    return

    def _on(self, shown: Shown) -> list[Plan]:
        named = dict.fromkeys(map(int, re.findall(r"Guest(\d+)", shown.text)))
        return [self.crowd.journal.plans[user] for user in named if user in self.crowd.journal.plans]

    def _decide(self, shown: Shown, plan: Plan, verdict: str) -> bool:
        label = {"approve": "Approve", "deny": "Deny"}[verdict]
        return self.again.may(shown, label) and self.crowd.press(self.admin, shown, label)

    def _open(self, shown: Shown, plan: Plan) -> bool:
        """The row of the list that names this person."""
        rows = [row for label, row, _, _ in shown.buttons if f"Guest{plan.user_id}" in label]
        if not rows or not self.again.may(shown, f"open {plan.user_id}"):
            return False
        return self.crowd.press_at(self.admin, shown, rows[0], 1)
