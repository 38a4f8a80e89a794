"""However many admins press at once, an application is decided once: one decision, one link, one audit entry.

The admins' presses of one application are handed over together, half of them to another process of the same database
where it is PostgreSQL. A run of the suite takes 30 applications, a release 1,000.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Admin, AuditEntry, Profile
from plumbot.features.admission.applicant_screens import AcceptRules
from plumbot.features.admission.tables import Invite
from plumbot.features.applications.presses import Because, Decide
from plumbot.features.applications.tables import Application
from plumbot.kit.db import SessionManager
from plumbot.kit.inbox.tables import FROM_CALL, InboxRow
from plumbot.kit.outbox.tables import BotCall
from tests.random.house import House, house
from tests.support.databases import migrated
from tests.support.telegram import Json

ADMINS = (9_001, 9_002, 9_003, 9_004)
FIRST_APPLICANT = 20_001
AT_ONCE = 10  # applications under decision at the same time
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 600.0
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def fill(session: Session, count: int) -> None:
    """Applicants who wait, and admins who know the bot."""
    people = [*ADMINS, *range(FIRST_APPLICANT, FIRST_APPLICANT + count)]
    session.execute(
        insert(Profile),
        [
            {"user_id": one, "first_name": f"P{one}", "karma_start": 10, "karma": 10, "in_club": one in ADMINS,
             "reachable": True, "digest": False, "transcribe": True, "created_at": NOW, "updated_at": NOW}
            for one in people
        ],
    )  # fmt: skip
    admins = [{"user_id": one, "source": "panel", "away": False, "created_at": NOW} for one in ADMINS]
    session.execute(insert(Admin), admins)
    slugs = [(one, f"guest-n{one}-Harvard-CSE-77-3-21") for one in people[len(ADMINS) :]]
    session.execute(
        insert(Application),
        [
            {"user_id": one, "slug": slug, "slug_key": slug.casefold(), "status": "pending", "created_at": NOW,
             "updated_at": NOW}
            for one, slug in slugs
        ],
    )  # fmt: skip


def press(user: int, data: str, numbers: Any) -> Json:
    number = next(numbers)
    message = {"message_id": number, "date": 1, "chat": {"id": user, "type": "private"}, "text": "?"}
    person = {"id": user, "is_bot": False, "first_name": f"P{user}", "language_code": "en"}
    return {
        "update_id": number,
        "callback_query": {"id": str(number), "from": person, "chat_instance": "1", "data": data, "message": message},
    }


@asynccontextmanager
async def processes(folder: Path) -> AsyncIterator[list[House]]:
    """On PostgreSQL two, whose lanes and senders know of each other by the database only."""
    count = 1 if migrated(folder).startswith("sqlite:") else 2
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(house(folder, holder=f"far:{n}:1")) for n in range(count)]


def done(session: Session) -> bool:
    new = select(func.count()).select_from(InboxRow).where(InboxRow.status == "new")
    calls = select(func.count()).select_from(BotCall).where(BotCall.status == "new")
    return not session.scalar(new) and not session.scalar(calls)


@pytest.mark.timeout(7_200)
@pytest.mark.parametrize(
    ("on_both", "count"),
    [
        ("postgres", 30),
        pytest.param("sqlite", 1_000, marks=pytest.mark.soak),
        pytest.param("postgres", 1_000, marks=pytest.mark.soak),
    ],
    indirect=["on_both"],
)
async def test_one_decision_one_link_one_audit_entry(on_both: None, tmp_path: Path, count: int) -> None:
    dice, numbers = random.Random(count), itertools.count(1)
    async with processes(tmp_path) as houses:
        sessions = houses[0].sessions
        await sessions.change(fill, count)
        turns, asking = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(1)

        async def race(application: int, applicant: int) -> None:
            approving = Decide("ok", application).pack()
            wishes = [approving, approving, dice.choice([approving, Because("-", application).pack()])]
            wishes.append(wishes[2])
            presses = [press(admin, wish, numbers) for admin, wish in zip(ADMINS, wishes, strict=True)]
            dice.shuffle(presses)
            accepting = [press(applicant, AcceptRules().pack(), numbers) for _ in range(2)]
            async with turns:
                await hand_over(houses, presses)
                await patiently(sessions, asking, is_decided, application)
                await hand_over(houses, accepting)

        races = await sessions.read(lambda s: s.execute(select(Application.id, Application.user_id)).all())
        await asyncio.gather(*(race(*one) for one in races))
        await patiently(sessions, asking, done)
        await sessions.read(check, count)
        links = [values for one in houses for values in one.post.made("createChatInviteLink")]
        assert len(links) == await sessions.read(how_many_approved)


async def patiently(
    sessions: SessionManager, asking: asyncio.Semaphore, question: Callable[..., bool], *of: int
) -> None:
    """One asks at a time: the houses need their readers themselves."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with asking:
                if await sessions.read(question, *of):
                    return
            await asyncio.sleep(PAUSE_SECONDS)


async def hand_over(houses: list[House], updates: list[Json]) -> None:
    await asyncio.gather(*(houses[n % len(houses)].intake.take([one]) for n, one in enumerate(updates)))


def is_decided(session: Session, application: int) -> bool:
    return session.get_one(Application, application).status != "pending"


def how_many_approved(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Application).where(Application.status == "approved")) or 0


def check(session: Session, count: int) -> None:
    applications = session.execute(select(Application.user_id, Application.status, Application.decided_by)).all()
    assert len(applications) == count
    assert {status for _, status, _ in applications} <= {"approved", "rejected"}
    audit = session.execute(
        select(AuditEntry.subject_id, AuditEntry.action, AuditEntry.actor_id).where(
            AuditEntry.action.in_(("applications.approved", "applications.rejected"))
        )
    ).all()
    assert sorted(map(tuple, audit)) == sorted(
        (user, f"applications.{status}", by) for user, status, by in applications
    )
    rows = session.execute(select(InboxRow.status, InboxRow.attempts).where(InboxRow.source != FROM_CALL)).all()
    assert [tuple(row) for row in rows] == [("done", 0)] * (len(ADMINS) + 2) * count
    links = Counter(session.scalars(select(Invite.user_id)))
    assert links == Counter(user for user, status, _ in applications if status == "approved")
