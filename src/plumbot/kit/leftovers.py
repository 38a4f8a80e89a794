"""Rows of an older database that have no place in ours: kept with the reason, never dropped."""

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, RowId, Table


class Leftover(Table):
    """One source row as JSON."""

    __tablename__ = "legacy_leftovers"

    id: Mapped[RowId]
    source_table: Mapped[str] = mapped_column(String(120), index=True)
    source_row: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
