"""Admins: who may appoint and dismiss, what the settings decide, and being away."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.events import AdminsChanged, Events
from plumbot.club.permissions import NotTheOwner, Permissions
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Admin, AuditEntry
from plumbot.features.admins import rules
from plumbot.features.admins.service import AdminService
from plumbot.kit.clock import Clock
from plumbot.kit.outbox.tables import ShownMessage
from plumbot.kit.outbox.verbs import Outbox
from plumbot.kit.refusals import Refusal

OWNER, ADA, OLEG, NINA = 1, 10, 11, 12


@pytest.fixture
def permissions() -> Permissions:
    return Permissions(OWNER)


@pytest.fixture
def told() -> list[AdminsChanged]:
    return []


@pytest.fixture
def profiles(clock: Clock) -> Profiles:
    return Profiles(clock, 10)


@pytest.fixture
def admins(clock: Clock, permissions: Permissions, profiles: Profiles, told: list[AdminsChanged]) -> AdminService:
    events = Events()
    events.on(AdminsChanged, lambda _, event: told.append(event))
    return AdminService(clock, Outbox(clock), events, Audit(clock), profiles, permissions)


def audited(session: Session) -> list[tuple[str, int | None, int | None]]:
    session.flush()
    return [(row.action, row.actor_id, row.subject_id) for row in session.scalars(select(AuditEntry))]


def shown_to(session: Session, user_id: int) -> list[str]:
    session.flush()
    return list(session.scalars(select(ShownMessage.screen).where(ShownMessage.chat_id == user_id)))


def test_the_owner_appoints_by_id_and_it_is_audited_and_told(
    session: Session, engine: Engine, admins: AdminService, permissions: Permissions, told: list[AdminsChanged]
) -> None:
    person = admins.add(session, "10", by=OWNER)
    session.commit()
    with Session(engine) as second:
        assert permissions.is_admin(second, ADA)
        assert audited(second) == [("admins.add", OWNER, ADA)]
    assert (person["source"], person["reachable"]) == ("panel", False)
    assert told == [AdminsChanged(ADA, is_admin=True, by=OWNER)]


def test_the_owner_appoints_by_name_in_any_letters(session: Session, admins: AdminService, profiles: Profiles) -> None:
    profiles.meet(session, Person(ADA, "Ada", username="Ada_L"), reachable=True)
    session.flush()
    person = admins.add(session, "@aDA_l", by=OWNER)
    assert (person["user_id"], person["name"]) == (ADA, "Ada")
    assert shown_to(session, ADA) == ["admins.appointed"]


def test_who_cannot_be_written_to_is_not(session: Session, admins: AdminService, profiles: Profiles) -> None:
    profiles.meet(session, Person(ADA, "Ada"))
    admins.add(session, str(ADA), by=OWNER)
    assert shown_to(session, ADA) == []


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("", rules.NobodyNamed),
        ("@nobody_here", rules.NeverMet),
        ("0", rules.NotAPerson),
        ("-5", rules.NotAPerson),
        ("9" * 30, rules.NotAPerson),
        ("<b>x</b>", rules.NotAPerson),
        ("@", rules.NotAPerson),
        ("two words", rules.NotAPerson),
        ("1", rules.AdminAlready),
    ],
)
def test_whoever_cannot_be_appointed_is_refused_with_a_reason(
    session: Session, admins: AdminService, who: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        admins.add(session, who, by=OWNER)
    assert session.scalars(select(Admin)).all() == []


def test_only_the_owner_appoints_and_dismisses(
    session: Session, admins: AdminService, told: list[AdminsChanged]
) -> None:
    admins.add(session, str(ADA), by=OWNER)
    told.clear()
    with pytest.raises(NotTheOwner):
        admins.add(session, str(NINA), by=ADA)
    with pytest.raises(NotTheOwner):
        admins.remove(session, str(ADA), by=ADA)
    assert told == []


def test_the_owner_dismisses_and_the_former_admin_is_told(
    session: Session, admins: AdminService, permissions: Permissions, profiles: Profiles, told: list[AdminsChanged]
) -> None:
    profiles.meet(session, Person(ADA, "Ada"), reachable=True)
    admins.add(session, str(ADA), by=OWNER)
    admins.remove(session, str(ADA), by=OWNER)
    assert not permissions.is_admin(session, ADA)
    assert shown_to(session, ADA) == ["admins.dismissed"]
    assert told[-1] == AdminsChanged(ADA, is_admin=False, by=OWNER)
    assert audited(session)[-1] == ("admins.remove", OWNER, ADA)


def test_the_owner_cannot_be_removed(session: Session, admins: AdminService) -> None:
    with pytest.raises(rules.OwnerStays) as refused:
        admins.remove(session, str(OWNER), by=OWNER)
    assert refused.value.values == {"variable": "PLUM_CLUB__OWNER_ID"}


def test_whom_the_settings_name_cannot_be_removed_and_the_variable_is_named(
    session: Session, admins: AdminService, permissions: Permissions
) -> None:
    admins.reconcile(session, (ADA,))
    with pytest.raises(rules.NamedInSettings) as refused:
        admins.remove(session, str(ADA), by=OWNER)
    assert refused.value.values == {"variable": "PLUM_CLUB__ADMIN_IDS"}
    assert permissions.is_admin(session, ADA)


def test_the_last_admin_of_a_club_without_an_owner_stays(
    session: Session, clock: Clock, profiles: Profiles, admins: AdminService
) -> None:
    ownerless = AdminService(clock, Outbox(clock), Events(), Audit(clock), profiles, Permissions(None))
    ownerless.add(session, str(ADA), by=None)
    ownerless.add(session, str(OLEG), by=None)
    ownerless.remove(session, str(ADA), by=None)
    with pytest.raises(rules.LastAdminStays):
        ownerless.remove(session, str(OLEG), by=None)
    assert admins.remove(session, str(OLEG), by=OWNER)["user_id"] == OLEG


def test_somebody_who_is_no_admin_cannot_be_dismissed(session: Session, admins: AdminService) -> None:
    with pytest.raises(rules.NoAdmin):
        admins.remove(session, str(NINA), by=OWNER)


def test_a_start_makes_the_settings_true_and_a_second_start_changes_nothing(
    session: Session, admins: AdminService, permissions: Permissions, told: list[AdminsChanged]
) -> None:
    admins.reconcile(session, (ADA, OLEG, OWNER))
    assert permissions.admins(session) == [OWNER, ADA, OLEG]
    admins.reconcile(session, (ADA, OLEG, OWNER))
    assert len(told) == len(audited(session)) == 2
    admins.reconcile(session, (OLEG,))
    assert permissions.admins(session) == [OWNER, OLEG]
    assert told[-1] == AdminsChanged(ADA, is_admin=False, by=None)


def test_a_start_leaves_appointed_admins_alone(
    session: Session, admins: AdminService, permissions: Permissions
) -> None:
    admins.add(session, str(NINA), by=OWNER)
    admins.reconcile(session, (ADA,))
    admins.reconcile(session, ())
    assert permissions.admins(session) == [OWNER, NINA]


def test_an_appointed_admin_whom_the_settings_name_too_becomes_theirs(
    session: Session, admins: AdminService, told: list[AdminsChanged]
) -> None:
    admins.add(session, str(ADA), by=OWNER)
    admins.reconcile(session, (ADA,))
    assert len(told) == 1
    with pytest.raises(rules.NamedInSettings):
        admins.remove(session, str(ADA), by=OWNER)


def test_away_admins_are_not_on_duty_until_they_are_back(
    session: Session, admins: AdminService, permissions: Permissions
) -> None:
    admins.reconcile(session, (ADA, OLEG))
    assert admins.go_away(session, ADA) is False
    assert permissions.on_duty(session) == [OWNER, OLEG]
    admins.come_back(session, ADA)
    assert permissions.on_duty(session) == [OWNER, ADA, OLEG]
    assert [action for action, *_ in audited(session)][-2:] == ["admins.away", "admins.away"]


def test_the_owner_may_be_away_too_and_stays_owner_after_a_start(
    session: Session, admins: AdminService, permissions: Permissions
) -> None:
    admins.reconcile(session, (ADA,))
    assert admins.go_away(session, OWNER) is False
    admins.reconcile(session, (ADA,))
    assert permissions.on_duty(session) == [ADA]


def test_when_everybody_is_away_applications_still_reach_everybody(
    session: Session, admins: AdminService, permissions: Permissions
) -> None:
    admins.reconcile(session, (ADA,))
    admins.go_away(session, ADA)
    assert admins.go_away(session, OWNER) is True
    assert permissions.on_duty(session) == [OWNER, ADA]


def test_the_list_says_of_each_admin_what_the_owner_wants_to_know(
    session: Session, admins: AdminService, profiles: Profiles
) -> None:
    profiles.meet(session, Person(OWNER, "Olga", "Owner", username="olga"), reachable=True)
    admins.reconcile(session, (ADA,))
    admins.add(session, str(NINA), by=None)
    admins.go_away(session, NINA)
    owner, ada, nina = admins.everybody(session)
    assert (owner["name"], owner["owner"], owner["reachable"]) == ("Olga Owner", True, True)
    assert (ada["source"], ada["reachable"], ada["away"]) == ("env", False, False)
    assert (nina["source"], nina["away"]) == ("panel", True)
