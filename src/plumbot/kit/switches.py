"""Switches that people turn while the bot runs (applications paused, the club's present chat id): one row each."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbot.kit.inserting import put
from plumbot.kit.tables import Json, Moment, Table


class Switch(Table):
    """One named value, JSON."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[Moment]


def turn(session: Session, name: str, value: Any, now: datetime) -> None:
    """The switch has this value from now on; two processes may turn it at once."""
    put(session, Switch, "name", name=name, value=value, updated_at=now)
