"""Each step of people and admins while the Nth call of the database fails, N = 1 … all: done once, and whole."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.faults.bench import Bench, bench
from tests.faults.conftest import Hold
from tests.faults.database_faults import kinds
from tests.faults.findings import Tally
from tests.random.strategies import ADMIN, BOT, CLUB, presses_on, says
from tests.support.scoreboard import SOAK
from tests.support.telegram import Json

FIRST = 70_000
CALLS_AT_MOST = 320
STRIDE = 1 if SOAK else 17  # which calls fail: each one, or every seventeenth, another at each step
CROWD = 12
CLUB_CHAT = {"id": CLUB, "type": "supergroup", "title": "Plum Club"}

Rows = list[tuple[Any, ...]]
Step = Callable[[Bench, int], Awaitable[list[Json]]]


def user(person: int) -> Json:
    return {"id": person, "is_bot": False, "first_name": f"P{person}", "language_code": "en"}


async def asked(it: Bench, question: str, person: int) -> Rows:
    def ask(session: Session) -> Rows:
        return [tuple(row) for row in session.execute(text(question), {"person": person})]

    return await it.witness.read(ask)


async def application(it: Bench, person: int) -> int:
    found = await asked(it, "SELECT max(id) FROM applications WHERE user_id = :person", person)
    return int(found[0][0])


def simply(make: Callable[[int], Json]) -> Step:
    async def step(_it: Bench, person: int) -> list[Json]:
        return [make(person)]

    return step


def about_application(by: int | None, carried: str) -> Step:
    """A press that names the application: the admin's, or the person's own."""

    async def step(it: Bench, person: int) -> list[Json]:
        number = await application(it, person)
        return [presses_on(by or person, carried.format(number), message_id=number)]

    return step


async def request(it: Bench, person: int) -> list[Json]:
    return [{"chat_join_request": await _coming(it, person) | {"user_chat_id": person}}]


async def arrive(it: Bench, person: int) -> list[Json]:
    there = {"old_chat_member": _standing(person, "left"), "new_chat_member": _standing(person, "member")}
    return [{"chat_member": await _coming(it, person) | there}]


async def leave(_it: Bench, person: int) -> list[Json]:
    there = {"old_chat_member": _standing(person, "member"), "new_chat_member": _standing(person, "left")}
    return [{"chat_member": {"chat": CLUB_CHAT, "from": user(person), "date": 1_795_000_900} | there}]


async def _coming(it: Bench, person: int) -> Json:
    found = await asked(it, "SELECT invite_link, token FROM invites WHERE user_id = :person", person)
    creator = {"id": BOT, "is_bot": True, "first_name": "Plum"}
    link = {"invite_link": found[-1][0], "creator": creator, "creates_join_request": True, "name": found[-1][1]}
    link |= {"is_primary": False, "is_revoked": False}
    return {"chat": CLUB_CHAT, "from": user(person), "date": 1_795_000_100, "invite_link": link}


def _standing(person: int, status: str) -> Json:
    return {"user": user(person), "status": status}


async def talk(_it: Bench, person: int) -> list[Json]:
    """A message, thanks for it from another member, and a reaction: all of it chatter."""
    said = {"message_id": person, "date": 1_795_000_200, "chat": CLUB_CHAT, "from": user(person), "text": "hello"}
    thanks = said | {"message_id": 2 * person, "from": user(1002), "text": "спасибо", "reply_to_message": said}
    like = {"type": "emoji", "emoji": "👍"}
    reaction = {"chat": CLUB_CHAT, "message_id": person, "date": 1_795_000_300, "user": user(1002)}
    return [
        {"message": said},
        {"message": thanks},
        {"message_reaction": reaction | {"old_reaction": [], "new_reaction": [like]}},
    ]


APPLY: dict[str, Step] = {
    "start": simply(lambda person: says(person, "/start")),
    "join": simply(lambda person: presses_on(person, "join")),
    "slug": simply(lambda person: says(person, f"p{person}-Test-Harvard-CSE-77-3-21")),
    "send": simply(lambda person: presses_on(person, "jn:send")),
}
WAYS: dict[str, dict[str, Step]] = {
    "let in": APPLY
    | {
        "approve": about_application(ADMIN, "apl:ok:{}"),
        "accept": simply(lambda person: presses_on(person, "rules-ok")),
        "request": request,
        "arrive": arrive,
        "talk": talk,
        "leave": leave,
    },
    "deny": APPLY | {"deny": about_application(ADMIN, "apr:-:{}")},
    "correct": APPLY
    | {
        "ask to correct": about_application(ADMIN, "apr:@fix.course:{}"),
        "correct": about_application(None, "mine:correct:{}"),
        "answer": simply(lambda person: says(person, "4")),
        "send again": simply(lambda person: presses_on(person, "jn:send")),
        "withdraw": about_application(None, "mine:withdraw:{}"),
    },
    "blacklist": APPLY
    | {
        "blacklist": simply(lambda person: says(ADMIN, f"/blacklist {person} why")),
        "unblacklist": simply(lambda person: says(ADMIN, f"/unblacklist {person}")),
        "language": simply(lambda person: presses_on(person, "lang:ru")),
        "settings": simply(lambda person: presses_on(person, "pref:digest")),
        "forget": simply(lambda person: presses_on(person, "forget:erase")),
    },
}

LEFT_BEHIND = {
    "application": "SELECT status, decided_by, accepted_at IS NULL FROM applications WHERE user_id = :person",
    "audit": "SELECT action FROM audit WHERE subject_id = :person ORDER BY id",
    "said": "SELECT screen, rev, epoch, retired, closed FROM outbox WHERE chat_id = :person ORDER BY id",
    "calls": "SELECT method, status FROM outbox_calls WHERE lane = :person ORDER BY id",
    "links": "SELECT status FROM invites WHERE user_id = :person ORDER BY id",
    "roster": "SELECT count(*) FROM roster WHERE user_id = :person",
    "blacklist": "SELECT count(*) FROM blacklist WHERE user_id = :person",
    "profile": "SELECT in_club, reachable, karma, language, digest FROM profiles WHERE user_id = :person",
    "ledger": "SELECT delta, reason FROM karma_events WHERE user_id = :person ORDER BY id",
    "votes": "SELECT voter_id, kind, value, applied FROM votes WHERE receiver_id = :person ORDER BY kind",
    "inbox": "SELECT kind, status, attempts FROM inbox WHERE lane = :person ORDER BY seq",
    "dialogue": "SELECT state FROM dialogues WHERE user_id = :person",
    "cards": "SELECT o.screen, o.rev, o.epoch FROM outbox o JOIN applications a ON a.user_id = :person"
    " AND o.key LIKE 'card:' || a.id || ':%' ORDER BY o.id",
}


QUESTIONS = {name: text(question) for name, question in LEFT_BEHIND.items()}


async def left_behind(it: Bench, person: int) -> dict[str, Rows]:
    def ask(session: Session) -> dict[str, Rows]:
        found = {name: session.execute(question, {"person": person}) for name, question in QUESTIONS.items()}
        return {name: [tuple(row) for row in rows] for name, rows in found.items()}

    return await it.witness.read(ask)


@dataclass
class Trial:
    """Many people go one way; at each step the first is a model, and the others meet one fault each."""

    it: Bench
    people: list[int]
    kinds: list[str]
    tally: Tally

    async def go(self, way: dict[str, Step], quietly: Collection[str]) -> None:
        for turn, (name, step) in enumerate(way.items()):
            if name in quietly:
                await self.take(step, *self.people)
            else:
                await self._try(name, step, 1 + turn % STRIDE)

    async def _try(self, name: str, step: Step, first: int) -> None:
        model, *others = self.people
        await self.take(step, model)
        expected = await left_behind(self.it, model)
        for tried, person in enumerate(others, start=1):
            number, kind = first + (tried - 1) * STRIDE, self.kinds[tried % len(self.kinds)]
            self.it.nth.arm(number, kind)
            await self.take(step, person)
            self.it.nth.number = 0
            self._compare(f"{name}, {kind} at call {number}", expected, await left_behind(self.it, person))
            if not self.it.nth.came:
                await self.take(step, *others[tried:])
                return
            self.tally.tried += 1
        raise AssertionError(f"{name} makes more than {number} calls of the database.")

    async def take(self, step: Step, *people: int) -> None:
        updates = [update for person in people for update in await step(self.it, person)]
        await self.it.take(updates)
        await self.it.answer_calls()

    def _compare(self, where: str, expected: dict[str, Rows], found: dict[str, Rows]) -> None:
        for name, rows in expected.items():
            if found[name] != rows:
                complaints = self.tally.doubled if len(found[name]) > len(rows) else self.tally.lost
                complaints.append(f"{where}: {name} {found[name]}, not {rows}")


@pytest.mark.sized
@pytest.mark.timeout(7_500 if SOAK else 660)
@pytest.mark.parametrize("way", WAYS)
async def test_no_step_is_lost_done_twice_or_done_by_half(head_url: str, way: str, hold: Hold) -> None:
    dialect = head_url.partition(":")[0].partition("+")[0]
    tally = Tally()
    async with bench(head_url) as it:
        people = list(range(FIRST, FIRST + 1 + CALLS_AT_MOST // STRIDE))
        trial = Trial(it, people, kinds(dialect), tally)
        for step in APPLY.values():  # so many that the cards of all that follow come in a wave
            await trial.take(step, *range(FIRST - CROWD, FIRST))
        await trial.go(WAYS[way], () if way == "let in" else APPLY)
    assert tally.tried > len(WAYS[way]) // 2
    hold({f"every step survives a fault: {way}": tally}, dialect)
