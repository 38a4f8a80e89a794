"""The questions admission asks of the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from plumbot.club.tables import AuditEntry, Profile
from plumbot.features.admission.rules import DISPUTED, NAMED, OPEN, UNUSED, WAITING
from plumbot.features.admission.schemas import SeenLink
from plumbot.features.admission.tables import Invite
from plumbot.kit.outbox.tables import BotCall
from plumbot.kit.switches import Switch, turn

ARRIVED, LEFT = "admission.arrived", "admission.left"


def invite_of_link(session: Session, link: SeenLink | None) -> Invite | None:
    """Ours by the full address, or by the token that is the link's name."""
    if link is None:
        return None
    address = Invite.invite_link == link.address
    ours = or_(address, Invite.token == link.name) if link.name and link.name.startswith(NAMED) else address
    return session.scalar(select(Invite).where(ours).order_by(Invite.id).limit(1))


def latest_invite(session: Session, user_id: int) -> Invite | None:
    return session.scalar(select(Invite).where(Invite.user_id == user_id).order_by(Invite.id.desc()).limit(1))


def unused_invites(session: Session, user_id: int) -> list[Invite]:
    return list(session.scalars(select(Invite).where(Invite.user_id == user_id, Invite.status.in_(UNUSED))))


def waiting_invites(session: Session) -> list[Invite]:
    """Those for which Telegram refused what was asked."""
    return list(session.scalars(select(Invite).where(Invite.status == WAITING).order_by(Invite.id)))


def overdue_invites(session: Session, now: datetime) -> list[Invite]:
    """Open links whose time is over."""
    return list(session.scalars(select(Invite).where(Invite.status == OPEN, Invite.expires_at <= now)))


def settle_dispute(session: Session, invite_id: int, status: str, now: datetime) -> bool:
    """Compare and set: False when another admin decided first."""
    decided = (
        update(Invite).where(Invite.id == invite_id, Invite.status == DISPUTED).values(status=status, updated_at=now)
    )
    return _touched(session.execute(decided))


def move_unused_invites(session: Session, old: int, new: int) -> None:
    session.execute(update(Invite).where(Invite.chat_id == old, Invite.status.in_(UNUSED)).values(chat_id=new))


def is_asked(session: Session, key: str) -> bool:
    """Whether this call was written down already."""
    return session.scalar(select(BotCall.id).where(BotCall.key == key)) is not None


def last_presence(session: Session, user_id: int) -> tuple[datetime, bool] | None:
    """When the person was last seen to come or go, and whether they were inside after that."""
    moves = select(AuditEntry).where(AuditEntry.subject_id == user_id, AuditEntry.action.in_((ARRIVED, LEFT)))
    last = session.scalar(moves.order_by(AuditEntry.id.desc()).limit(1))
    return (datetime.fromisoformat((last.after or {})["at"]), last.action == ARRIVED) if last else None


def ask_about(session: Session, user_id: int, values: dict[str, Any], now: datetime) -> None:
    """An arrival waits for an admin's decision."""
    turn(session, question_about(user_id), values, now)
    session.flush()


def asked_about(session: Session, user_id: int) -> dict[str, Any] | None:
    found = session.get(Switch, question_about(user_id), populate_existing=True)
    return dict(found.value) if found else None


def take_question(session: Session, user_id: int) -> dict[str, Any] | None:
    """The open question about the person, for the one who comes first; None for everybody after."""
    gone = delete(Switch).where(Switch.name == question_about(user_id)).returning(Switch.value)
    value = session.scalar(gone.execution_options(synchronize_session="fetch"))
    return dict(value) if value is not None else None


def people_to_settle(session: Session, after: int, limit: int) -> list[int]:
    """People who are said to be inside, by id."""
    inside = select(Profile.user_id).where(Profile.in_club, Profile.user_id > after)
    return list(session.scalars(inside.order_by(Profile.user_id).limit(limit)))


def question_about(user_id: int) -> str:
    return f"arrival.{user_id}"


def _touched(result: Any) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
