"""A club in which everything that a handler may touch is there to be touched."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from plumbot.club.tables import Admin, Profile
from plumbot.features.admission import repository as admission
from plumbot.features.admission.tables import Invite
from plumbot.features.applications.tables import Application
from plumbot.features.blacklist.tables import Blacklisted
from plumbot.features.roster.tables import RosterEntry, RosterWord
from plumbot.kit.clock import SystemClock
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.switches import Switch
from tests.access.people import (
    ADMIN,
    APPLICANT,
    ARRIVED,
    BLACKLISTED,
    CLUB,
    CORRECTING,
    DECIDED,
    DEMOTED,
    DISPUTED,
    FORMER,
    GUEST,
    MEMBER,
    NAMELESS,
    OWNER,
)

PENDING, TO_CORRECT, APPROVED, REJECTED = 1, 2, 3, 4
DISPUTED_INVITE, OPEN_INVITE = 1, 2
FIELDS = {
    "first_name": "Ann", "last_name": "Lee", "university": "MIT", "program": "CS", "group_name": "7", "course": "3",
    "start_year": "21",
}  # fmt: skip
QUESTION_MESSAGE, LIST_MESSAGE, OLD_MESSAGE = 501, 502, 503
NOW = SystemClock().now()


def fill(session: Session) -> None:
    for number, user_id in enumerate(
        (OWNER, ADMIN, NAMELESS, DEMOTED, APPLICANT, MEMBER, FORMER, BLACKLISTED, CORRECTING, DISPUTED, ARRIVED)
    ):
        inside = user_id in (OWNER, ADMIN, NAMELESS, MEMBER)
        session.add(
            Profile(
                user_id=user_id, first_name=f"Person {number}", karma_start=10, karma=10, in_club=inside, digest=True,
                reachable=True, joined_at=NOW if inside else None, created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
    for user_id in (ADMIN, NAMELESS):
        session.add(Admin(user_id=user_id, source="panel", away=False, created_at=NOW))
    for number, user_id, status in (
        (PENDING, APPLICANT, "pending"), (TO_CORRECT, CORRECTING, "needs_changes"), (APPROVED, DISPUTED, "approved"),
        (REJECTED, DECIDED, "rejected"),
    ):  # fmt: skip
        session.add(
            Application(
                id=number, user_id=user_id, slug=f"slug-{number}", slug_key=f"slug-{number}", status=status,
                created_at=NOW, updated_at=NOW, decided_by=None if status == "pending" else ADMIN,
                decided_at=None if status == "pending" else NOW, **FIELDS,
            )
        )  # fmt: skip
    session.add(Blacklisted(user_id=BLACKLISTED, reason="seen before", added_by=ADMIN, created_at=NOW))
    session.add(RosterEntry(id=1, slug="some-slug", slug_key="some-slug", created_at=NOW))
    session.flush()
    session.add(RosterWord(word="some", entry_id=1))
    for number, user_id, status in ((DISPUTED_INVITE, DISPUTED, "disputed"), (OPEN_INVITE, GUEST, "revoked")):
        session.add(
            Invite(
                id=number, user_id=user_id, application_id=APPROVED, chat_id=CLUB, token=f"plum-{number}",
                invite_link=f"https://t.me/+link{number}", mode="link", status=status, created_at=NOW,
                expires_at=NOW + timedelta(hours=12), updated_at=NOW,
            )
        )  # fmt: skip
    admission.ask_about(session, ARRIVED, {"at": 1_700_000_000}, NOW)
    session.add(Switch(name="applications.paused", value={"on": True, "note": "later"}, updated_at=NOW))
    session.add(Switch(name="bot.username", value="plum_test_bot", updated_at=NOW))


def shown(
    session: Session, key: str, chat_id: int, screen: str, values: dict[str, Any], message_id: int
) -> ShownMessage:
    """A message that Telegram has."""
    row = ShownMessage(
        key=key, chat_id=chat_id, screen=screen, values=values, rev=1, sent_rev=1, dirty=False, place=message_id,
        message_id=message_id, created_at=NOW, sent_at=NOW, epoch=1, urgency=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def unpaused(session: Session) -> None:
    session.delete(session.get_one(Switch, "applications.paused"))


def with_status(number: int, status: str) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        session.get_one(Application, number).status = status

    return change
