"""The feature put together on a real database: real roster, blacklist and outbox; admission is not there yet."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.events import (
    AdminsChanged,
    ApplicationApproved,
    ApplicationClosed,
    Events,
    PersonBlacklisted,
    PersonReachable,
)
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Admin, AuditEntry
from plumbot.features.applications.applicant import ApplicantView
from plumbot.features.applications.approved import ApprovedApplications
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.cooldown import Cooldown
from plumbot.features.applications.decisions import DecisionService
from plumbot.features.applications.draft import Draft
from plumbot.features.applications.eligibility import Eligibility
from plumbot.features.applications.follow_up import FollowUpService
from plumbot.features.applications.leaving import Leaving
from plumbot.features.applications.membership import MembershipCheck, MembershipQuestion
from plumbot.features.applications.pausing import PauseService
from plumbot.features.applications.rules import parse_line
from plumbot.features.applications.service import ApplicationService
from plumbot.features.applications.tables import Application
from plumbot.features.applications.waves import Waves
from plumbot.features.blacklist.bans import Bans
from plumbot.features.blacklist.service import BlacklistService
from plumbot.features.roster.service import RosterService
from plumbot.kit.alerts import Alerts
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer, Outbox

OWNER, ADA, NINA, BORIS = 1, 10, 100, 101
CLUB, REVIEW = -1001, -1002
NINAS_LINE = "Nina-Petrova-MSU-Law-7-2-24"
OUTSIDE, INSIDE = {"status": "left"}, {"status": "member"}


class MovingClock(Clock, Protocol):
    def forward(self, **of_timedelta: float) -> datetime: ...


@dataclass
class PaperAdmission:
    """Stands behind the ports that admission fills: links by person, and whom it was told about."""

    links: dict[int, datetime] = field(default_factory=dict)
    confirmed: list[tuple[int, str]] = field(default_factory=list)

    def open_until(self, session: Session, user_id: int) -> datetime | None:
        return self.links.get(user_id)

    def confirm(self, session: Session, user_id: int, slug: str) -> None:
        self.confirmed.append((user_id, slug))


class House:
    """All of the feature, and questions that tests ask."""

    def __init__(self, session: Session, clock: MovingClock, review_chat_id: int | None = REVIEW) -> None:
        self.session, self.clock = session, clock
        self.outbox, self.events, self.audit = Outbox(clock), Events(), Audit(clock)
        self.profiles, self.permissions = Profiles(clock, 10), Permissions(OWNER)
        chat, self.admission = ClubChat(CLUB), PaperAdmission()
        bans = Bans(self.outbox, chat, Alerts(self.outbox, OWNER))
        self.roster = RosterService(clock, self.audit)
        self.blacklist = BlacklistService(clock, bans, self.events, self.audit, self.profiles, self.permissions)
        self.waves = Waves(self.outbox, self.profiles)
        self.cards = Cards(
            clock, self.outbox, self.permissions, self.profiles, self.roster, self.waves,
            review_chat_id=review_chat_id, zone=UTC,
        )  # fmt: skip
        self.cooldown = Cooldown(clock, reapply_hours=24)
        self.applicant = ApplicantView(self.outbox, self.events, self.cooldown, zone=UTC)
        self.eligibility = Eligibility(
            self.cooldown, self.profiles, self.roster, self.blacklist, self.admission, zone=UTC
        )
        question = MembershipQuestion(self.outbox, chat, self.cards)
        self.applications = ApplicationService(
            clock, self.events, self.eligibility, self.applicant, self.cards, question
        )
        self.decisions = DecisionService(clock, self.events, self.audit, self.cards, self.applicant)
        self.check = MembershipCheck(clock, self.cards, self.applicant, self.admission)
        self.approved = ApprovedApplications(clock, self.cards)
        self.follow_up = FollowUpService(self.permissions, self.cards, self.applicant, remind_hours=24)
        self.pausing = PauseService(clock, self.audit)
        self.leaving = Leaving(clock, self.events, self.cards, self.cooldown)
        self.happened: list[object] = []
        for event in (ApplicationApproved, ApplicationClosed):
            self.events.on(event, lambda _, one: self.happened.append(one))
        self.events.on(PersonBlacklisted, self.applications.on_blacklisted)
        self.events.on(PersonReachable, self.follow_up.on_reachable)
        self.events.on(AdminsChanged, self.follow_up.on_admins_changed)

    def add_admin(self, user_id: int, name: str = "Ada", *, away: bool = False) -> None:
        self.profiles.meet(self.session, Person(user_id, name))
        self.session.add(Admin(user_id=user_id, source="panel", added_by=OWNER, away=away, created_at=self.clock.now()))
        self.session.flush()

    def send(self, line: str = NINAS_LINE, person: Person | None = None, application_id: int | None = None) -> None:
        """The person fills in the form and sends it; what Telegram says of them is still to come."""
        person = person or Person(NINA, "Nina", "Petrova", "nina", "en")
        self.profiles.meet(self.session, person)
        draft = Draft(at="summary", values=parse_line(line), application_id=application_id)
        self.applications.submit(self.session, person, draft)

    def apply(self, line: str = NINAS_LINE, person: Person | None = None) -> Application:
        """Sent, and Telegram says that the person is outside: the admins have it."""
        self.send(line, person)
        application = self.newest()
        self.answer(application, OUTSIDE)
        return application

    def answer(self, application: Application, result: dict[str, Any] | None) -> None:
        """Telegram's answer to getChatMember; None is an error."""
        values = {"application_id": application.id}
        ok = result is not None
        self.check.membership_known(self.session, Answer(ok, result, None if ok else 400, "", values))

    def newest(self) -> Application:
        self.session.flush()
        return self.session.scalars(select(Application).order_by(Application.id.desc()).limit(1)).one()

    def crowd(self, count: int) -> list[Application]:
        """So many people apply one after the other."""
        people = [Person(1000 + number, f"Guest {number}") for number in range(count)]
        return [self.apply(f"Guest-N{p.user_id}-MSU-Law-7-2-24", p) for p in people]

    def row(self, key: str) -> ShownMessage | None:
        self.session.flush()
        return self.outbox.find(self.session, key)

    def shown(self, key: str) -> ShownMessage:
        row = self.row(key)
        assert row is not None, f"nothing is shown under {key}"
        return row

    def keys(self, prefix: str) -> list[str]:
        self.session.flush()
        return self.outbox.keys(self.session, prefix)

    def sent_to_telegram(self, key: str) -> None:
        """As if the sender had sent this message."""
        row = self.shown(key)
        row.message_id, row.sent_rev, row.dirty = 5000 + row.id, row.rev, False
        self.session.flush()

    def audited(self) -> list[tuple[str, int | None, int | None]]:
        self.session.flush()
        rows = self.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.actor_id, row.subject_id) for row in rows]

    def calls(self, method: str) -> list[BotCall]:
        self.session.flush()
        return list(self.session.scalars(select(BotCall).where(BotCall.method == method).order_by(BotCall.id)))


@pytest.fixture
def house(session: Session, clock: MovingClock) -> House:
    """Ada is an admin beside the owner, and there is a review chat."""
    house = House(session, clock)
    house.profiles.meet(session, Person(OWNER, "Oleg", language_code="ru"))
    house.add_admin(ADA)
    return house
