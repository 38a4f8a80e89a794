"""The menu's answers: what a guest, a member and an admin find, and what is remembered of them."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from plumbot.club.events import Events, MemberArrived, MemberLeft, PersonReachable
from plumbot.club.language import Languages
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import Command, MenuEntry, Places
from plumbot.club.profiles import Person, Profiles
from plumbot.features.menu import screens
from plumbot.features.menu.rules import UnknownLanguage
from plumbot.features.menu.service import ClubFacts, MenuService, PresenceService, menu_key
from plumbot.features.profile.screens import add_transcribing_to
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox

OWNER, NINA = 1, 12
FACTS = ClubFacts("Plum Club", "https://club.example/rules", "ru")


class Busy:
    """A feature in which these people are in the middle of something."""

    def __init__(self, *user_ids: int) -> None:
        self.user_ids = user_ids

    def ask_again(self, session: Session, user_id: int) -> None:
        """Nobody is asked anything here."""

    def bring_up(self, session: Session, user_id: int) -> bool:
        return user_id in self.user_ids


@pytest.fixture
def places() -> Places:
    places = Places()
    screens.add_to(places)
    places.menu += [
        MenuEntry(5, "Profile", "profile", member=True),
        MenuEntry(15, "Audio to text", "a2t", member=True),
        MenuEntry(30, "Join the club", "join", guest=True),
    ]
    places.commands += [
        Command("away", "Let others decide", Permission.ADMIN),
        Command("top", "Top", Permission.MEMBER),
        Command("join", "Apply", for_guests=True),
    ]
    return places


@pytest.fixture
def profiles(clock: Clock, session: Session) -> Profiles:
    profiles = Profiles(clock, 10)
    profiles.meet(session, Person(NINA, "Nina", language_code="en"), reachable=True)
    session.flush()
    return profiles


@pytest.fixture
def menu(places: Places, profiles: Profiles) -> MenuService:
    return MenuService(FACTS, places, profiles, Permissions(OWNER), Events(), [Busy()])


@pytest.fixture
def reached() -> list[PersonReachable]:
    return []


@pytest.fixture
def presence(menu: MenuService, profiles: Profiles, clock: Clock, reached: list[PersonReachable]) -> PresenceService:
    events = Events()
    events.on(PersonReachable, lambda _, event: reached.append(event))
    return PresenceService(menu, profiles, Outbox(clock), events)


def texts_of(values: dict[str, object]) -> list[str]:
    entries = values["entries"]
    assert isinstance(entries, list)
    return [text for text, _ in entries]


def test_a_guest_finds_rules_help_join_and_club_info(session: Session, menu: MenuService) -> None:
    values = menu.home(session, NINA)
    assert texts_of(values) == ["Rules", "Help", "Join the club", "Club info"]
    assert values["member"] is False
    assert values["name"] == "Nina"


def test_a_member_finds_profile_rules_audio_help_and_settings(
    session: Session, menu: MenuService, profiles: Profiles
) -> None:
    profiles.arrive(session, NINA)
    values = menu.home(session, NINA)
    assert texts_of(values) == ["Profile", "Rules", "Audio to text", "Help", "Settings"]
    assert values["member"] is True


def test_a_former_member_is_a_guest_again(session: Session, menu: MenuService, profiles: Profiles) -> None:
    profiles.arrive(session, NINA)
    profiles.leave(session, NINA)
    assert menu.home(session, NINA)["member"] is False


def test_a_chosen_language_is_kept_in_the_database(session: Session, engine: Engine, menu: MenuService) -> None:
    assert menu.settings(session, NINA) == {"language": "en", "preferences": []}
    assert menu.speak(session, NINA, "ru") == {"language": "ru", "preferences": []}
    session.commit()
    with Session(engine) as second:
        assert Languages("en").of(second, NINA) == "ru"


def test_a_language_that_the_bot_does_not_speak_is_refused(session: Session, menu: MenuService) -> None:
    with pytest.raises(UnknownLanguage):
        menu.speak(session, NINA, "tlh")
    assert menu.settings(session, NINA) == {"language": "en", "preferences": []}


def test_help_names_the_commands_of_the_persons_role(session: Session, menu: MenuService, profiles: Profiles) -> None:
    def names(user_id: int, part: str) -> list[str]:
        return [name for name, _ in menu.help(session, user_id)[part]]

    assert names(NINA, "commands") == ["start", "menu", "help", "language", "join"]
    assert names(NINA, "admin_commands") == []
    profiles.arrive(session, NINA)
    assert names(NINA, "commands") == ["start", "menu", "help", "language", "top"]
    assert names(OWNER, "admin_commands") == ["away"]


def test_the_wish_not_to_be_transcribed_is_ticked_where_it_holds(
    session: Session, menu: MenuService, places: Places, profiles: Profiles
) -> None:
    add_transcribing_to(places)
    assert menu.settings(session, NINA)["preferences"] == []  # a guest's
    profiles.arrive(session, NINA)
    words = "Do not transcribe my messages"
    assert menu.settings(session, NINA)["preferences"] == [[words, "pref:transcribe:0", False]]
    assert menu.prefer(session, NINA, "transcribe", False)["preferences"] == [[words, "pref:transcribe:1", True]]
    assert profiles.meet_by_id(session, NINA).transcribe is False


def test_club_info_counts_who_is_inside(session: Session, menu: MenuService, profiles: Profiles) -> None:
    profiles.arrive(session, NINA)
    profiles.arrive(session, 13)
    profiles.leave(session, 13)
    session.flush()
    assert menu.info(session, NINA)["members"] == 1


@pytest.mark.parametrize(
    ("text", "screen", "values"),
    [
        ("hello there", "menu.not_understood", {}),
        ("", "menu.not_understood", {}),
        ("/", "menu.not_understood", {}),
        ("/hepl", "menu.unknown_command", {"command": "hepl", "meant": "help"}),
        ("/xyzzy@plum_bot now", "menu.unknown_command", {"command": "xyzzy", "meant": None}),
        ("/awy", "menu.unknown_command", {"command": "awy", "meant": None}),
    ],
)
def test_what_nobody_understood_is_explained(
    session: Session, menu: MenuService, text: str, screen: str, values: dict[str, object]
) -> None:
    assert menu.explain(session, NINA, text, None) == (screen, values)


def test_an_admins_picture_is_answered_with_its_file_id_and_only_an_admins(session: Session, menu: MenuService) -> None:
    assert menu.explain(session, OWNER, "", "AgAC") == ("menu.file_id", {"file_id": "AgAC"})
    assert menu.explain(session, NINA, "", "AgAC") == ("menu.not_understood", {})


def test_an_unknown_button_brings_what_is_under_way_else_the_menu(
    session: Session, places: Places, profiles: Profiles
) -> None:
    menu = MenuService(FACTS, places, profiles, Permissions(OWNER), Events(), [Busy(), Busy(NINA)])
    assert menu.bring_back(session, NINA) is None
    assert menu.bring_back(session, OWNER) == menu.home(session, OWNER)


def screen_of(session: Session, user_id: int) -> tuple[str, bool, int] | None:
    session.flush()
    row = session.scalar(select(ShownMessage).where(ShownMessage.key == menu_key(user_id)))
    return (row.screen, row.values["member"], row.epoch) if row else None


def test_who_arrives_gets_the_members_menu(session: Session, presence: PresenceService, profiles: Profiles) -> None:
    profiles.arrive(session, NINA)
    presence.on_arrival(session, MemberArrived(NINA))
    assert screen_of(session, NINA) == ("menu.home", True, 1)


def test_who_never_wrote_to_the_bot_gets_nothing(
    session: Session, presence: PresenceService, profiles: Profiles
) -> None:
    profiles.arrive(session, 77)
    presence.on_arrival(session, MemberArrived(77))
    presence.on_arrival(session, MemberArrived(78))
    assert screen_of(session, 77) is None


def test_the_menu_of_who_leaves_becomes_a_guests_in_place(
    session: Session, presence: PresenceService, profiles: Profiles
) -> None:
    profiles.arrive(session, NINA)
    presence.on_arrival(session, MemberArrived(NINA))
    profiles.leave(session, NINA)
    presence.on_leaving(session, MemberLeft(NINA))
    presence.on_leaving(session, MemberLeft(99))
    assert screen_of(session, NINA) == ("menu.home", False, 1)
    assert screen_of(session, 99) is None


def test_blocking_and_unblocking_the_bot_is_remembered_and_told_once(
    session: Session, presence: PresenceService, profiles: Profiles, reached: list[PersonReachable]
) -> None:
    def reachable() -> bool:
        profile = profiles.find(session, NINA)
        return profile is not None and profile.reachable

    presence.blocked(session, NINA)
    assert not reachable()
    presence.unblocked(session, NINA)
    presence.unblocked(session, NINA)
    assert reachable()
    assert reached == [PersonReachable(NINA)]
