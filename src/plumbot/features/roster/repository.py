"""The questions the roster answers."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.roster.rules import words
from plumbot.features.roster.tables import RosterEntry, RosterWord

Conditions = Sequence[ColumnElement[bool]]
Cursor = tuple[str, int]  # slug_key and id: a place in the list, whether an entry is there or not

AT_ONCE = 500
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


def keys_among(session: Session, wanted: Collection[str]) -> set[str]:
    """Which of these slugs are listed, as they are compared."""
    found: set[str] = set()
    numbered = sorted(wanted)
    for start in range(0, len(numbered), AT_ONCE):
        part = numbered[start : start + AT_ONCE]
        found.update(session.scalars(select(RosterEntry.slug_key).where(RosterEntry.slug_key.in_(part))))
    return found


def matching(session: Session, text: str, most: int) -> list[ColumnElement[bool]]:
    """Conditions of a search: each word of the text begins some word of the entry.

    A rare word is looked up first, and the others only in its entries: no database knows beforehand which one is rare.
    """
    begun = [_begins(session, word) for word in words(text)[:most]]
    for rare in begun:
        found = session.scalars(select(RosterWord.entry_id).where(rare).distinct().limit(AT_ONCE + 1)).all()
        if len(found) <= AT_ONCE:
            others = (RosterWord.entry_id == RosterEntry.id,)
            rest = [select(RosterWord.word).where(*others, one).exists() for one in begun if one is not rare]
            return [RosterEntry.id.in_(found), *rest]
    return [RosterEntry.id.in_(select(RosterWord.entry_id).where(one)) for one in begun]


def count(session: Session, conditions: Conditions) -> int:
    return session.scalar(select(func.count(RosterEntry.id)).where(*conditions)) or 0


def from_here(session: Session, conditions: Conditions, start: Cursor | None, limit: int) -> list[RosterEntry]:
    """Entries by slug, from this place on."""
    by_slug = select(RosterEntry).where(*conditions).order_by(RosterEntry.slug_key, RosterEntry.id)
    if start is not None:
        key, number = start
        by_slug = by_slug.where(
            RosterEntry.slug_key >= key, or_(RosterEntry.slug_key > key, RosterEntry.id >= number)
        )  # fmt: skip
    return list(session.scalars(by_slug.limit(limit)))


def up_to_here(session: Session, conditions: Conditions, end: Cursor, limit: int) -> list[RosterEntry]:
    """The last entries before this place, by slug."""
    downwards = select(RosterEntry).where(*conditions, before(end))
    downwards = downwards.order_by(RosterEntry.slug_key.desc(), RosterEntry.id.desc())
    return list(session.scalars(downwards.limit(limit)))[::-1]


def before(place: Cursor) -> ColumnElement[bool]:
    key, number = place
    return (RosterEntry.slug_key <= key) & or_(RosterEntry.slug_key < key, RosterEntry.id < number)


def owners_of(session: Session, ids: Collection[int]) -> dict[int, Profile]:
    """The people behind claimed entries."""
    found = session.scalars(select(Profile).where(Profile.user_id.in_(sorted(ids)))) if ids else ()
    return {profile.user_id: profile for profile in found}


def everything(session: Session) -> list[RosterEntry]:
    return list(session.scalars(select(RosterEntry).order_by(RosterEntry.slug_key, RosterEntry.id)))


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
