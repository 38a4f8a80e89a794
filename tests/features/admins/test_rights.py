"""Who may do what is read from the database each time; what nobody declared is denied."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from plumbot.club.permissions import NotAMember, NotAnAdmin, NotTheOwner, Permission, Permissions
from plumbot.club.tables import Admin, Profile

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OWNER, ADMIN, AWAY, MEMBER, GUEST = 1, 2, 3, 4, 5
RIGHTS = Permissions(OWNER)


@pytest.fixture
def club(session: Session) -> Session:
    moments = {"created_at": NOW, "updated_at": NOW}
    session.add_all([
        Admin(user_id=ADMIN, source="panel", created_at=NOW),
        Admin(user_id=AWAY, source="panel", away=True, created_at=NOW),
        Profile(user_id=MEMBER, karma_start=10, karma=10, in_club=True, **moments),
        Profile(user_id=GUEST, karma_start=10, karma=10, **moments),
    ])  # fmt: skip
    session.flush()
    return session


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        (Permission.EVERYBODY, {OWNER, ADMIN, AWAY, MEMBER, GUEST}),
        (Permission.MEMBER, {OWNER, ADMIN, AWAY, MEMBER}),
        (Permission.ADMIN, {OWNER, ADMIN, AWAY}),
        (Permission.OWNER, {OWNER}),
    ],
)
def test_each_permission_is_for_those_and_nobody_else(club: Session, permission: Permission, allowed: set[int]) -> None:
    people = (OWNER, ADMIN, AWAY, MEMBER, GUEST, 999)
    assert {user for user in people if RIGHTS.allows(club, user, permission)} - {999} == allowed


@pytest.mark.parametrize(
    ("permission", "refusal"),
    [(Permission.MEMBER, NotAMember), (Permission.ADMIN, NotAnAdmin), (Permission.OWNER, NotTheOwner)],
)
def test_who_lacks_it_gets_its_refusal(club: Session, permission: Permission, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        RIGHTS.require(club, GUEST, permission)


def test_what_is_no_permission_is_allowed_to_nobody(club: Session) -> None:
    assert not RIGHTS.allows(club, OWNER, "unheard of")  # type: ignore[arg-type]  # that is the point


def test_decisions_go_to_admins_who_are_there_or_to_all_when_nobody_is(club: Session) -> None:
    assert RIGHTS.admins(club) == [OWNER, ADMIN, AWAY]
    assert RIGHTS.on_duty(club) == [OWNER, ADMIN]
    without_owner = Permissions(None)
    assert without_owner.on_duty(club) == [ADMIN]
    club.get_one(Admin, ADMIN).away = True
    club.flush()
    assert without_owner.on_duty(club) == [ADMIN, AWAY]
