"""Switches that people turn while the bot runs (applications paused, the club's present chat id): one row each."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, Moment, Table


class Switch(Table):
    """One named value, JSON."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[Moment]
