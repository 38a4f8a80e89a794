"""Timers: a firing is a row, so that it happens once, whatever runs twice."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, Table


class Firing(Table):
    """`name` fired for `slot` (for example a day)."""

    __tablename__ = "firings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[Moment]
