"""What the menu asks the database."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.kit.outbox.tables import BotCall
from plumbot.kit.switches import Switch


def how_many_are_inside(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Profile).where(Profile.in_club)) or 0


def people_with_lists(session: Session, after: int, most: int) -> Sequence[int]:
    """Members, and who chose a language, as far as the bot may write to them; by id."""
    theirs = or_(Profile.in_club, Profile.language.is_not(None))
    query = select(Profile.user_id).where(Profile.user_id > after, Profile.reachable, theirs)
    return session.scalars(query.order_by(Profile.user_id).limit(most)).all()


def last_told(session: Session, name: str) -> BotCall | None:
    """The last call about this list of commands."""
    prefix = f"commands:{name}:"
    if session.get_bind().dialect.name == "sqlite":  # by bytes, so that the index serves
        begins = and_(BotCall.key >= prefix, BotCall.key < f"{prefix[:-1]};")
    else:
        begins = and_(BotCall.key.startswith(prefix, autoescape=True))
    return session.scalar(select(BotCall).where(begins).order_by(BotCall.id.desc()).limit(1))


def locked_switch(session: Session, name: str) -> Switch | None:
    """Nobody else changes it meanwhile."""
    return session.scalar(select(Switch).where(Switch.name == name).with_for_update())
