"""A club of real services on a real database, in which people apply, press, ask to join and arrive."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.events import (
    ApplicationApproved,
    ApplicationClosed,
    Events,
    MemberArrived,
    MemberLeft,
    PersonBlacklisted,
)
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Profile
from plumbot.features.admission.arrivals import ArrivalService
from plumbot.features.admission.attendance import Attendance
from plumbot.features.admission.door import Door
from plumbot.features.admission.gate import GateService
from plumbot.features.admission.notices import Notices
from plumbot.features.admission.options import AdmissionOptions
from plumbot.features.admission.schemas import Change, JoinRequest, SeenLink
from plumbot.features.admission.service import AdmissionService
from plumbot.features.admission.settling import SettlingService
from plumbot.features.admission.tables import Invite
from plumbot.features.admission.upkeep import UpkeepService
from plumbot.features.applications.approved import ApprovedApplications
from plumbot.features.applications.cards import Cards
from plumbot.features.applications.tables import Application
from plumbot.features.applications.waves import Waves
from plumbot.features.blacklist.bans import Bans
from plumbot.features.blacklist.service import BlacklistService
from plumbot.features.roster.service import RosterService
from plumbot.kit.alerts import Alerts
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from plumbot.kit.outbox.verbs import Answer, Outbox
from tests.features.conftest import FixedClock

CHAT, OWNER, ADMIN = -1001, 1, 2
NINA, BORIS, BOT = 101, 202, 999
SLUG = "nina-novak-Plum-CSE-7-3-21"


@dataclass
class Club:
    """The services wired as in the house, and shorthands for what people and Telegram do."""

    session: Session
    clock: FixedClock
    mode: str = "request"
    heard: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outbox, self.events, self.audit = Outbox(self.clock), Events(), Audit(self.clock)
        self.profiles, self.permissions = Profiles(self.clock, 10), Permissions(OWNER)
        self.club_chat = ClubChat(CHAT)
        options = AdmissionOptions(club="Plum", rules_url="https://plum.example/rules", mode=self.mode)
        self.roster = RosterService(self.clock, self.audit)
        bans = Bans(self.outbox, self.club_chat, Alerts(self.outbox, OWNER))
        self.blacklist = BlacklistService(self.clock, bans, self.events, self.audit, self.profiles, self.permissions)
        cards = Cards(
            self.clock, self.outbox, self.permissions, self.profiles, self.roster, Waves(self.outbox, self.profiles),
            review_chat_id=None, zone=ZoneInfo("UTC"),
        )  # fmt: skip
        applications = ApprovedApplications(self.clock, cards)
        self.applications = applications
        attendance = Attendance(self.profiles, self.audit, self.events, self.permissions)
        door = Door(self.clock, self.outbox, self.club_chat, options)
        notices = Notices(self.outbox, self.permissions, self.profiles, options)
        self.admission = AdmissionService(door, notices, attendance, applications, self.blacklist)
        self.gate = GateService(door, notices, attendance, applications, self.blacklist)
        self.arrivals = ArrivalService(door, notices, attendance, applications, self.roster, self.blacklist)
        self.upkeep = UpkeepService(door, notices, self.club_chat, applications, self.blacklist)
        self.settling = SettlingService(self.clock, self.outbox, self.club_chat, attendance)
        self.events.on(ApplicationApproved, self.admission.on_approved)
        self.events.on(ApplicationApproved, self.arrivals.on_approved)
        self.events.on(ApplicationClosed, self.admission.on_closed)
        self.events.on(PersonBlacklisted, self.admission.on_blacklisted)
        for event in (MemberArrived, MemberLeft):
            self.events.on(event, lambda _, told: self.heard.append(told))

    # What people do

    def approve(self, user_id: int = NINA, slug: str = SLUG) -> Application:
        """An application that an admin approved."""
        application = self.apply(user_id, slug)
        self.decide_for(application)
        return application

    def apply(self, user_id: int = NINA, slug: str = SLUG) -> Application:
        now = self.clock.now()
        self.profiles.meet(self.session, person(user_id))
        application = Application(
            user_id=user_id, slug=slug, slug_key=slug.casefold(), status="pending", created_at=now, updated_at=now
        )
        self.session.add(application)
        self.session.flush()
        return application

    def decide_for(self, application: Application) -> None:
        application.status = "approved"
        self.session.flush()
        event = ApplicationApproved(application.id, application.user_id, application.slug)
        self.events.publish(self.session, event)

    def link_for(self, user_id: int = NINA, slug: str = SLUG) -> Invite:
        """Approved, rules accepted, link made."""
        self.approve(user_id, slug)
        self.admission.accept_rules(self.session, user_id)
        return self.make_link(user_id)

    def make_link(self, user_id: int = NINA) -> Invite:
        """Telegram answers the newest wish for a link."""
        call = self.calls("createChatInviteLink")[-1]
        self.answer(call, result={"invite_link": f"https://t.me/+secret{call.id}", "name": call.values["name"]})
        return self.invite(user_id)

    def ask(self, user_id: int, link: Invite | SeenLink | None, *, at: datetime | None = None) -> None:
        """A request to join."""
        seen = seen_as(link) if isinstance(link, Invite) else link
        request = JoinRequest(
            chat_id=CHAT, person=person(user_id), reply_to=user_id, at=at or self.clock.now(), link=seen
        )
        self.gate.request_came(self.session, request)

    def come(self, user_id: int, link: Invite | SeenLink | None = None, **told: Any) -> None:
        """From outside to inside."""
        self.arrivals.presence_changed(
            self.session, self.change(user_id, link, was_inside=False, is_inside=True, **told)
        )

    def go(self, user_id: int, **told: Any) -> None:
        """From inside to outside."""
        self.arrivals.presence_changed(self.session, self.change(user_id, was_inside=True, is_inside=False, **told))

    def change(self, user_id: int, link: Invite | SeenLink | None = None, by: int | None = None, **told: Any) -> Change:
        seen = seen_as(link) if isinstance(link, Invite) else link
        told = {"chat_id": CHAT, "at": self.clock.now(), **told}
        return Change(person=person(user_id), by=person(by or user_id), link=seen, **told)

    def answer(self, call: BotCall, *, result: Any = True, error: str = "", code: int = 400) -> None:
        """Telegram's answer goes where `then` says."""
        told = Answer(not error, None if error else result, code if error else None, error, call.then_values)
        takers = {
            "admission.link_made": self.admission.link_made,
            "admission.request_answered": self.gate.request_answered,
            "admission.right_checked": self.upkeep.right_checked,
            "admission.presence_known": self.settling.presence_known,
        }
        takers[call.then or ""](self.session, told)

    # What can be seen

    def calls(self, method: str | None = None, user_id: int | None = None) -> list[BotCall]:
        every = self.session.scalars(select(BotCall).order_by(BotCall.id)).all()
        return [
            call for call in every if method in (None, call.method) and user_id in (None, call.values.get("user_id"))
        ]

    def screen(self, key: str) -> str | None:
        """The name of the screen that a message shows."""
        row = self.session.scalar(select(ShownMessage).where(ShownMessage.key == key))
        return row.screen if row is not None else None

    def values(self, key: str) -> dict[str, Any]:
        row = self.session.scalars(select(ShownMessage).where(ShownMessage.key == key)).one()
        return row.values

    def shown(self, screen: str) -> list[ShownMessage]:
        return list(self.session.scalars(select(ShownMessage).where(ShownMessage.screen == screen)))

    def invite(self, user_id: int = NINA) -> Invite:
        """The person's newest link."""
        newest = select(Invite).where(Invite.user_id == user_id).order_by(Invite.id.desc()).limit(1)
        return self.session.scalars(newest).one()

    def is_inside(self, user_id: int) -> bool:
        profile = self.session.get(Profile, user_id)
        return profile is not None and profile.in_club


def person(user_id: int) -> Person:
    return Person(user_id, f"Person {user_id}", None, f"p{user_id}", "en")


def seen_as(invite: Invite) -> SeenLink:
    """The bot's own links arrive complete."""
    return SeenLink(address=invite.invite_link or "https://t.me/+unknown", name=invite.token)


@pytest.fixture
def club(session: Session, clock: FixedClock) -> Club:
    return Club(session, clock)


@pytest.fixture
def link_club(session: Session, clock: FixedClock) -> Club:
    """The old way in: links for one member, without requests."""
    return Club(session, clock, mode="link")
