"""Which commands Telegram offers: by role and language, asked for only when something has changed."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.events import AdminsChanged, MemberLeft
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import Command, Places
from plumbot.club.profiles import Person, Profiles
from plumbot.features.menu.command_lists import CommandLists
from plumbot.features.menu.commands import AT_ONCE, CommandService
from plumbot.kit.outbox.tables import BotCall
from plumbot.kit.outbox.verbs import Answer, Outbox
from tests.features.conftest import FixedClock

OWNER, NINA, MIRA = 1, 12, 13


def places(*more: Command) -> Places:
    everything = Places()
    everything.commands += [
        Command("help", "What I can do", in_group=True),
        Command("join", "Apply to the club", in_group=True, for_guests=True),
        Command("top", "Who has the most karma", Permission.MEMBER, in_group=True),
        Command("profile", "My place, karma and card", Permission.MEMBER),
        Command("away", "Let others decide", Permission.ADMIN, in_group=True),
        Command("admin_add", "Make an admin", Permission.OWNER),
        *more,
    ]
    return everything


@pytest.fixture
def profiles(clock: FixedClock, session: Session) -> Profiles:
    profiles = Profiles(clock, 10)
    profiles.meet(session, Person(OWNER, "Olga", language_code="ru"), reachable=True)
    profiles.meet(session, Person(NINA, "Nina", language_code="en"), reachable=True)
    profiles.meet(session, Person(MIRA, "Mira", language_code="ru"), reachable=True)
    profiles.arrive(session, MIRA)
    session.flush()
    return profiles


def service(profiles: Profiles, clock: FixedClock, *more: Command) -> CommandService:
    return CommandService(CommandLists(places(*more), Permissions(OWNER), profiles, "ru"), clock, Outbox(clock))


@pytest.fixture
def commands(profiles: Profiles, clock: FixedClock) -> CommandService:
    return service(profiles, clock)


def calls(session: Session) -> list[BotCall]:
    return list(session.scalars(select(BotCall).order_by(BotCall.id)))


def names(call: BotCall) -> list[str]:
    return [each["command"] for each in call.values["commands"]]


def answered(session: Session, *, ok: bool = True) -> None:
    for call in calls(session):
        call.status = "done" if ok else "failed"
    session.flush()


def start(session: Session, commands: CommandService, clock: FixedClock) -> None:
    commands.begin(session, clock.now())
    session.flush()
    while commands.carry_on(session, clock.now()):
        session.flush()


def test_everybody_is_offered_what_guests_may_and_groups_what_members_may(
    session: Session, commands: CommandService, clock: FixedClock
) -> None:
    start(session, commands, clock)
    found: dict[tuple[str, str], BotCall] = {}
    for call in calls(session):
        if "chat_id" not in call.values["scope"]:
            found[call.values["scope"]["type"], call.values.get("language_code", "")] = call
    languages = ("", "en", "ru", "be", "uk", "kk")
    assert set(found) == {(scope, code) for scope in ("all_private_chats", "all_group_chats") for code in languages}
    assert names(found["all_private_chats", ""]) == ["help", "join"]
    assert names(found["all_group_chats", "ru"]) == ["help", "top"]
    assert found["all_private_chats", ""].values["commands"][0]["description"] == "What I can do"
    assert found["all_private_chats", "ru"].values["commands"][0]["description"] == "Что я умею"


def test_members_and_admins_have_lists_of_their_own_in_their_language(
    session: Session, commands: CommandService, clock: FixedClock
) -> None:
    start(session, commands, clock)
    own = {call.values["scope"]["chat_id"]: call for call in calls(session) if "chat_id" in call.values["scope"]}
    assert {who: names(call) for who, call in own.items()} == {
        OWNER: ["help", "top", "profile", "away", "admin_add"],
        MIRA: ["help", "top", "profile"],
    }
    assert own[MIRA].values["commands"][0]["description"] == "Что я умею"


def test_a_second_start_asks_for_nothing(session: Session, commands: CommandService, clock: FixedClock) -> None:
    start(session, commands, clock)
    before = len(calls(session))
    start(session, commands, clock)
    answered(session)
    start(session, commands, clock)
    assert len(calls(session)) == before


def test_what_telegram_refused_is_asked_for_again(
    session: Session, commands: CommandService, clock: FixedClock
) -> None:
    start(session, commands, clock)
    before = len(calls(session))
    answered(session, ok=False)
    commands.begin(session, clock.now())
    assert len(calls(session)) > before
    commands.commands_told(session, Answer(False, None, 400, "chat not found", {"list": "13.all", "content": "x"}))


def test_new_commands_reach_everybody(
    session: Session, commands: CommandService, profiles: Profiles, clock: FixedClock
) -> None:
    start(session, commands, clock)
    newer = service(profiles, clock, Command("why", "The last changes of my karma", Permission.MEMBER))
    assert newer.slot(clock.now()) != commands.slot(clock.now())
    before = len(calls(session))
    start(session, newer, clock)
    since = calls(session)[before:]
    assert {call.values["scope"].get("chat_id") for call in since} == {OWNER, MIRA}


def test_whoever_leaves_is_offered_what_guests_are_and_comes_back_to_the_members_list(
    session: Session, commands: CommandService, profiles: Profiles, clock: FixedClock
) -> None:
    start(session, commands, clock)
    profiles.leave(session, MIRA)
    commands.on_change(session, MemberLeft(MIRA))
    last = calls(session)[-1]
    assert (last.method, last.values) == ("deleteMyCommands", {"scope": {"type": "chat", "chat_id": MIRA}})
    profiles.arrive(session, MIRA)
    commands.tell(session, MIRA)
    assert names(calls(session)[-1]) == ["help", "top", "profile"]
    assert calls(session)[-1].order_key == last.order_key


def test_a_language_that_was_chosen_is_offered_to_a_guest_too(
    session: Session, commands: CommandService, profiles: Profiles
) -> None:
    commands.tell(session, NINA)
    assert calls(session) == []
    profiles.meet_by_id(session, NINA).language = "ru"
    commands.tell(session, NINA)
    assert calls(session)[-1].values["commands"][0] == {"command": "help", "description": "Что я умею"}
    assert names(calls(session)[-1]) == ["help", "join"]


def test_who_cannot_be_written_to_is_not_told(session: Session, commands: CommandService, profiles: Profiles) -> None:
    profiles.meet(session, Person(99, "Far"))
    profiles.arrive(session, 99)
    commands.on_change(session, AdminsChanged(99, True, None))
    commands.tell(session, 12345)
    assert calls(session) == []


def test_many_members_are_told_in_pieces(
    session: Session, commands: CommandService, profiles: Profiles, clock: FixedClock
) -> None:
    many = range(1000, 1000 + AT_ONCE + 5)
    for who in many:
        profiles.meet(session, Person(who, "P"), reachable=True)
        profiles.arrive(session, who)
    session.flush()
    commands.begin(session, clock.now())
    session.flush()
    pieces = 1
    while commands.carry_on(session, clock.now()):
        session.flush()
        pieces += 1
    assert pieces == 2
    told: set[Any] = {call.values["scope"].get("chat_id") for call in calls(session)}
    assert told >= {*many, MIRA, OWNER}
