"""What an older database holds and ours has no place for: kept with the reason, never dropped."""

from typing import Any

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, RowId, Table, TelegramId


class Leftover(Table):
    """One source row as JSON. `became`: what stands for it now, in the old table's words; NULL: nothing."""

    __tablename__ = "legacy_leftovers"

    id: Mapped[RowId]
    source_table: Mapped[str] = mapped_column(String(120), index=True)
    source_row: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    became: Mapped[dict[str, Any] | None] = mapped_column(Json)


class LegacyNumber(Table):
    """The number that an old table gave a person, for the way back; ours are keyed by Telegram id."""

    __tablename__ = "legacy_numbers"

    source_table: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[TelegramId]
