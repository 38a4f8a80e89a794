"""One decision an application, one link an approval, whoever presses at the same time."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from plumbot.club.tables import Admin
from tests.faults.bench import Bench, bench
from tests.faults.conftest import Hold
from tests.faults.findings import Tally
from tests.random.strategies import ADMIN, OWNER, presses_on, says
from tests.support.scoreboard import SOAK
from tests.support.telegram import Json

FIRST = 80_000
APPLICATIONS = 1_000 if SOAK else 20
# Of four admins each has another opinion.
OPINIONS = {OWNER: "apl:ok:{}", ADMIN: "apr:-:{}", 2003: "apl:ok:{}", 2004: "apr:@fix.course:{}"}
AT_ONCE = 100

FOUND = """
    SELECT a.user_id, a.status,
        (SELECT count(*) FROM applications b WHERE b.user_id = a.user_id),
        (SELECT count(*) FROM audit u WHERE u.subject_id = a.user_id AND u.action LIKE 'applications.%'),
        (SELECT count(*) FROM invites i WHERE i.user_id = a.user_id)
    FROM applications a
"""


async def take_in_parts(it: Bench, updates: list[Json]) -> None:
    """A poll brings a hundred at most."""
    for start in range(0, len(updates), AT_ONCE):
        await it.take(updates[start : start + AT_ONCE])
    await it.answer_calls()


@pytest.mark.sized
@pytest.mark.timeout(7_500 if SOAK else 300)
async def test_of_four_admins_who_press_at_once_one_decides(head_url: str, hold: Hold) -> None:
    people = range(FIRST, FIRST + APPLICATIONS)
    async with bench(head_url) as it:
        await it.sessions.change(_add_admins, it)
        await take_in_parts(it, [presses_on(person, "join") for person in people])
        await take_in_parts(it, [says(person, f"p{person}-Test-Harvard-CSE-77-3-21") for person in people])
        await take_in_parts(it, [presses_on(person, "jn:send") for person in people])
        numbers = [number for (number,) in await _asked(it, "SELECT id FROM applications")]
        await take_in_parts(it, [presses_on(by, data.format(n), n) for n in numbers for by, data in OPINIONS.items()])
        await take_in_parts(it, [presses_on(person, "rules-ok") for person in people for _ in range(2)])
        tally = Tally(APPLICATIONS)
        for person, status, applications, decisions, links in await _asked(it, FOUND):
            if decisions > 1 or applications > 1 or links > 1:
                tally.doubled.append(f"{person}: {applications} applications, {decisions} decisions, {links} links")
            if not decisions or links != (status == "approved"):
                tally.lost.append(f"{person} is {status}, with {decisions} decisions and {links} links")
        assert len(numbers) == APPLICATIONS
    hold({"one decision an application": tally}, head_url.partition(":")[0].partition("+")[0])


def _add_admins(session: Session, it: Bench) -> None:
    for one in OPINIONS.keys() - {OWNER, ADMIN}:
        session.add(Admin(user_id=one, source="panel", created_at=it.clock.now()))


async def _asked(it: Bench, question: str) -> list[tuple[Any, ...]]:
    def ask(session: Session) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in session.execute(text(question))]

    return await it.witness.read(ask)
