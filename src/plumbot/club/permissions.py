"""Who may do what: rights are read from the database, inside the transaction of the effect; undeclared means denied."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.tables import Admin, Profile
from plumbot.kit.refusals import N_, Refusal


class Permission(StrEnum):
    """What a handler asks of the person; each includes the ones before it only as `allows` says."""

    EVERYBODY = "everybody"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"


class NotAMember(Refusal):
    text = N_("This is for members of the club. Press /start to see how to join.")


class NotAnAdmin(Refusal):
    text = N_("Only an admin of the club can do this.")


class NotTheOwner(Refusal):
    text = N_("Only the club's main admin can do this.")


REFUSALS: dict[Permission, type[Refusal]] = {
    Permission.MEMBER: NotAMember,
    Permission.ADMIN: NotAnAdmin,
    Permission.OWNER: NotTheOwner,
}
DENIALS = tuple(REFUSALS.values())


class Permissions:
    """Reads rights by the real id of the person who acts, never by the name a message is sent under."""

    def __init__(self, owner_id: int | None) -> None:
        self.owner_id = owner_id

    def require(self, session: Session, user_id: int, permission: Permission) -> None:
        """Raise the permission's refusal unless the person has it now."""
        if not self.allows(session, user_id, permission):
            raise REFUSALS[permission]

    def allows(self, session: Session, user_id: int, permission: Permission) -> bool:
        match permission:
            case Permission.EVERYBODY:
                return True
            case Permission.MEMBER:
                profile = session.get(Profile, user_id)
                return (profile is not None and profile.in_club) or self.is_admin(session, user_id)
            case Permission.ADMIN:
                return self.is_admin(session, user_id)
            case Permission.OWNER:
                return user_id == self.owner_id

    def is_admin(self, session: Session, user_id: int) -> bool:
        return user_id == self.owner_id or session.get(Admin, user_id) is not None

    def admins(self, session: Session) -> list[int]:
        """Ids of all admins, the owner first."""
        others = session.scalars(select(Admin.user_id).order_by(Admin.created_at, Admin.user_id))
        return list(dict.fromkeys([*([self.owner_id] if self.owner_id else []), *others]))

    def on_duty(self, session: Session) -> list[int]:
        """Admins who are not away; all of them when everybody is away, so that nothing falls through."""
        away = set(session.scalars(select(Admin.user_id).where(Admin.away)))
        everybody = self.admins(session)
        return [admin for admin in everybody if admin not in away] or everybody
