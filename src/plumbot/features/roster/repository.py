"""The questions the roster answers."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from plumbot.features.roster.rules import words
from plumbot.features.roster.tables import RosterEntry, RosterWord

SURROGATES = range(0xD800, 0xE000)


def owners(session: Session, slug_key: str) -> list[int | None]:
    """Who owns the entries with this slug."""
    return list(session.scalars(select(RosterEntry.user_id).where(RosterEntry.slug_key == slug_key)))


def claim_unclaimed(session: Session, slug_key: str, user_id: int) -> bool:
    """Give the oldest unclaimed entry with this slug to the person, unless somebody was quicker."""
    oldest = select(func.min(RosterEntry.id)).where(RosterEntry.slug_key == slug_key, RosterEntry.user_id.is_(None))
    claim = (
        update(RosterEntry)
        .where(RosterEntry.id == oldest.scalar_subquery(), RosterEntry.user_id.is_(None))
        .values(user_id=user_id)
        .returning(RosterEntry.id)
    )
    return session.scalar(claim) is not None


def add(session: Session, entry: RosterEntry) -> None:
    session.add(entry)
    session.flush()
    index(session, [entry])


def index(session: Session, entries: Sequence[RosterEntry]) -> None:
    """Make the entries findable by their words."""
    found = [{"word": word, "entry_id": entry.id} for entry in entries for word in words(entry.slug)]
    if found:
        session.execute(insert(RosterWord), found)


def forget_words(session: Session, entry_id: int) -> None:
    session.execute(delete(RosterWord).where(RosterWord.entry_id == entry_id))


def keys(session: Session) -> set[str]:
    """Every slug that is listed, as it is compared."""
    return set(session.scalars(select(RosterEntry.slug_key)))


def matching(session: Session, text: str, most: int) -> list[ColumnElement[bool]]:
    """Conditions of a search: each word of the text begins some word of the entry."""
    return [
        RosterEntry.id.in_(select(RosterWord.entry_id).where(_begins(session, word))) for word in words(text)[:most]
    ]


def count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count(RosterEntry.id)).where(*conditions)) or 0


def listed(session: Session, conditions: list[ColumnElement[bool]], offset: int, limit: int) -> list[RosterEntry]:
    """Entries by slug."""
    by_slug = select(RosterEntry).where(*conditions).order_by(RosterEntry.slug_key, RosterEntry.id)
    return list(session.scalars(by_slug.offset(offset).limit(limit)))


def every_slug(session: Session) -> list[str]:
    return list(session.scalars(select(RosterEntry.slug).order_by(RosterEntry.slug_key, RosterEntry.id)))


def _begins(session: Session, prefix: str) -> ColumnElement[bool]:
    # A range uses SQLite's index (LIKE would not); PostgreSQL's order depends on the collation, so there LIKE is right.
    if session.get_bind().dialect.name == "sqlite":
        return (RosterWord.word >= prefix) & (RosterWord.word < _after(prefix))
    return RosterWord.word.startswith(prefix, autoescape=True)


def _after(prefix: str) -> str:
    """The first text that comes after everything that begins with the prefix."""
    following = min(ord(prefix[-1]) + 1, 0x10FFFF)
    return prefix[:-1] + chr(SURROGATES.stop if following in SURROGATES else following)
