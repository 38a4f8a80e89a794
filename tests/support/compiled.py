"""Statements are compiled once a process: each test has a database of its own, and would compile them all anew."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

STATEMENTS = 5_000


def share_what_is_compiled() -> None:
    """Engines of a kind share their cache, since their dialects are as good as the same."""
    statements: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    shared = property(lambda _: statements, lambda *_: None)

    def is_same(self: DefaultDialect, other: object) -> bool:
        return type(self) is type(other)

    def hashed(self: DefaultDialect) -> int:
        return hash(type(self))

    Engine._compiled_cache = shared  # type: ignore[assignment]
    DefaultDialect.__eq__ = is_same  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = hashed  # type: ignore[method-assign, assignment]
