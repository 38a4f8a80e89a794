"""Every question about the table of admins."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.tables import Admin, Profile


def row_of(session: Session, user_id: int) -> Admin | None:
    return session.get(Admin, user_id)


def named_by_settings(session: Session) -> list[Admin]:
    return list(session.scalars(select(Admin).where(Admin.source == "env").order_by(Admin.user_id)))


def admins_among(session: Session, user_ids: Iterable[int]) -> dict[int, Admin]:
    found = session.scalars(select(Admin).where(Admin.user_id.in_(list(user_ids))))
    return {row.user_id: row for row in found}


def profiles_of(session: Session, user_ids: Iterable[int]) -> dict[int, Profile]:
    found = session.scalars(select(Profile).where(Profile.user_id.in_(list(user_ids))))
    return {row.user_id: row for row in found}
