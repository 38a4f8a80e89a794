"""Files that are made when they are sent: the outbox keeps the name of their maker, never their content."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from plumbot.kit.screens import Document

Maker = Callable[..., bytes]


class Documents:
    """Makers by name; filled while the house is wired."""

    def __init__(self) -> None:
        self._makers: dict[str, Maker] = {}

    def offer(self, source: str, maker: Maker) -> None:
        """`maker(session, **values)` gives the bytes."""
        self._makers[source] = maker

    def content(self, session: Session, document: Document) -> bytes:
        values: dict[str, Any] = document.values
        return self._makers[document.source](session, **values)
