"""The blacklist keeps people out, and lets them off."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.events import Events, PersonBlacklisted
from plumbot.club.permissions import Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import AuditEntry
from plumbot.features.blacklist import rules, screens
from plumbot.features.blacklist.bans import Bans
from plumbot.features.blacklist.rules import Meant, meant
from plumbot.features.blacklist.service import BlacklistService
from plumbot.kit.alerts import Alerts
from plumbot.kit.outbox.tables import BotCall
from plumbot.kit.outbox.verbs import Answer, Outbox
from plumbot.kit.screens import known
from plumbot.kit.texts import Texts
from tests.features.conftest import FixedClock

CHAT, OWNER, BORIS = -1001, 1, 202
INSIDE = Meant(BORIS, None, "rude")


class House:
    """The service with its real collaborators."""

    def __init__(self, session: Session, clock: FixedClock) -> None:
        self.session, self.outbox, self.profiles = session, Outbox(clock), Profiles(clock, 10)
        self.heard: list[PersonBlacklisted] = []
        events, permissions = Events(), Permissions(OWNER)
        events.on(PersonBlacklisted, lambda _, event: self.heard.append(event))
        self.bans = Bans(self.outbox, ClubChat(CHAT), Alerts(self.outbox, OWNER))
        self.blacklist = BlacklistService(clock, self.bans, events, Audit(clock), self.profiles, permissions)
        self.profiles.meet(session, Person(BORIS, "Boris", None, "boris"))

    def calls(self) -> list[BotCall]:
        return list(self.session.scalars(select(BotCall).order_by(BotCall.id)))

    def ask(self, meant: Meant = INSIDE) -> tuple[str, dict[str, Any]]:
        """The command, and its answer shown as the message `q`."""
        screen, values = self.blacklist.ask_or_add(self.session, meant, by=OWNER)
        self.outbox.show(self.session, "q", OWNER, screen, **values)
        return screen, values


@pytest.fixture
def house(session: Session, clock: FixedClock) -> House:
    return House(session, clock)


def test_somebody_outside_is_added_at_once_and_barred_at_telegram(house: House) -> None:
    assert house.ask()[0] == "blacklist.added"
    assert house.blacklist.has(house.session, BORIS)
    assert house.heard == [PersonBlacklisted(BORIS, OWNER)]
    ban = house.calls()[0]
    assert (ban.method, ban.values) == ("banChatMember", {"chat_id": CHAT, "user_id": BORIS})


def test_a_present_member_is_removed_after_a_question(house: House) -> None:
    house.profiles.arrive(house.session, BORIS)
    screen, values = house.ask()
    assert (screen, values["name"], values["reason"]) == ("blacklist.question", "Boris", "rude")
    assert (house.calls(), house.blacklist.has(house.session, BORIS)) == ([], False)
    house.blacklist.confirm(house.session, "q", BORIS, by=OWNER)
    assert [call.method for call in house.calls()] == ["banChatMember"]
    entry = house.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.subject_id, entry.after) == (
        "blacklist.add", OWNER, BORIS, {"reason": "rude"}
    )  # fmt: skip


def test_a_question_is_answered_once_and_only_for_its_person(house: House) -> None:
    house.profiles.arrive(house.session, BORIS)
    house.ask()
    for question, user_id in (("q", 303), (None, BORIS), ("other", BORIS)):
        with pytest.raises(rules.QuestionGone):
            house.blacklist.confirm(house.session, question, user_id, by=OWNER)
    house.blacklist.confirm(house.session, "q", BORIS, by=OWNER)
    with pytest.raises(rules.ListedAlready):
        house.blacklist.confirm(house.session, "q", BORIS, by=OWNER)
    with pytest.raises(rules.ListedAlready):
        house.blacklist.cancel(house.session, BORIS)
    assert len(house.heard) == 1


def test_a_cancelled_question_changes_nothing(house: House) -> None:
    house.profiles.arrive(house.session, BORIS)
    house.ask()
    assert house.blacklist.cancel(house.session, BORIS)["name"] == "Boris"
    assert house.calls() == []


def test_a_person_is_found_by_the_name_they_were_last_seen_with(house: House) -> None:
    assert house.ask(meant("@BORIS", None))[1]["user_id"] == BORIS
    with pytest.raises(rules.UnknownName):
        house.ask(meant("@nobody", None))


def test_admins_cannot_be_blacklisted(house: House) -> None:
    with pytest.raises(rules.AdminsStay):
        house.ask(Meant(OWNER, None, ""))
    assert house.calls() == []


def test_nobody_is_added_twice(house: House) -> None:
    house.ask()
    with pytest.raises(rules.ListedAlready):
        house.ask()
    assert not house.blacklist.add(house.session, BORIS, by=None, reason="")
    assert len(house.calls()) == 1


def test_removing_from_the_list_lifts_the_ban_and_says_who_did_it(house: House, clock: FixedClock) -> None:
    house.ask()
    clock.forward(days=1)
    house.blacklist.remove_named(house.session, Meant(BORIS, None, ""), by=OWNER)
    assert not house.blacklist.has(house.session, BORIS)
    ban, lift = house.calls()
    assert (lift.method, lift.values["only_if_banned"]) == ("unbanChatMember", True)
    assert ban.order_key == lift.order_key
    with pytest.raises(rules.NotListed):
        house.blacklist.remove(house.session, BORIS, by=OWNER)
    last = house.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.before) == ("blacklist.remove", {"reason": "rude", "added_by": OWNER})


def test_somebody_can_be_listed_again_after_they_were_let_off(house: House, clock: FixedClock) -> None:
    for _ in range(2):
        clock.forward(hours=1)
        house.ask()
        clock.forward(hours=1)
        house.blacklist.remove(house.session, BORIS, by=OWNER)
    methods = [call.method for call in house.calls()]
    assert methods == ["banChatMember", "unbanChatMember"] * 2


@pytest.mark.parametrize(
    ("error", "told"),
    [("Bad Request: not enough rights to restrict/unrestrict chat member", True),
     ("Bad Request: PARTICIPANT_ID_INVALID", False)],
)  # fmt: skip
def test_a_ban_that_lacks_the_right_is_an_alert_and_a_ban_of_somebody_unknown_is_not(
    house: House, error: str, told: bool
) -> None:
    house.bans.banned(house.session, Answer(ok=False, error_code=400, error=error, values={"person": BORIS}))
    assert (house.outbox.find(house.session, f"alert:ban:{BORIS}") is not None) is told


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", ["question", "added", "removed", "cancelled"])
def test_names_and_reasons_cannot_bring_markup(name: str, language: str) -> None:
    values: dict[str, Any] = {"user_id": BORIS, "name": "<b>" * 100}
    if name in ("question", "added"):
        values["reason"] = "<i>x</i>"
    message = known()[f"blacklist.{name}"](Texts(language), **values)
    assert "<b><b>" not in message.text
    assert "<i>" not in message.text
    assert screens.Confirm(BORIS).pack() == f"bl-yes:{BORIS}"
