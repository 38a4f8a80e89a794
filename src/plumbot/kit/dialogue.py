"""Where a person stands in a dialogue; written in the update's own commit."""

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from plumbot.kit.tables import Json, Moment, Table


class Dialogue(Table):
    """State and data of one person in one private chat."""

    __tablename__ = "dialogues"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str | None] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[Moment]
