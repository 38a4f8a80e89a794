"""Where a person stands in a dialogue; written in the update's own commit."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbot.kit.inserting import put
from plumbot.kit.tables import Json, Moment, Table


class Dialogue(Table):
    """State and data of one person in one private chat."""

    __tablename__ = "dialogues"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str | None] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[Moment]


@dataclass
class Position:
    """State and data as they will be after the update."""

    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


def read(session: Session, chat_id: int, user_id: int) -> Position:
    row = session.get(Dialogue, (chat_id, user_id))
    return Position(row.state, row.data) if row else Position()


def write(session: Session, chat_id: int, user_id: int, position: Position) -> None:
    """Keep the position; an ended dialogue leaves no row."""
    if position.state is None and not position.data:
        session.execute(delete(Dialogue).where(Dialogue.chat_id == chat_id, Dialogue.user_id == user_id))
        return
    put(
        session, Dialogue, "chat_id", "user_id", chat_id=chat_id, user_id=user_id, state=position.state,
        data=position.data, updated_at=datetime.now(UTC),
    )  # fmt: skip
