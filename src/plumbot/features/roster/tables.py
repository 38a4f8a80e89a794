"""The roster: slugs of the club's members, each claimed by a person or not yet."""

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import BigId, Moment, RowId, Table


class RosterEntry(Table):
    """One slug. `slug_key` is its casefold; it is not unique, since old lists repeat slugs in other letters."""

    __tablename__ = "roster"
    __table_args__ = (Index("ix_roster_slug_key", "slug_key"), Index("ix_roster_user_id", "user_id"))

    id: Mapped[RowId]
    slug: Mapped[str] = mapped_column(Text)
    slug_key: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    added_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Moment]


class RosterWord(Table):
    """A casefolded word of a slug, for search by the beginnings of words on both databases."""

    __tablename__ = "roster_words"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True, index=True
    )
