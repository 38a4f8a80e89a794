"""Faults, grouped: the same place and kind is one row, however often it happens."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Moment, Table


class ErrorRow(Table):
    """`trace` and `context` are of the last time, without secrets; `told_at` is when maintainers last heard of it."""

    __tablename__ = "errors"
    __table_args__ = (Index("ix_errors_last_at", "last_at"),)

    reference: Mapped[str] = mapped_column(String(8), primary_key=True)
    place: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(120))
    trace: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]
    told_at: Mapped[Moment | None]
