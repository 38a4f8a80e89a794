"""Records in memory, each change written to SQLite; nothing is answered before it is committed."""

import json
import sqlite3
from collections.abc import Callable, Hashable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")

SCHEMA = "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key))"


class Store:
    """One table of JSON. WAL with NORMAL survives any kill; only a power cut may take the tail."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(SCHEMA)

    def read(self, kind: str) -> list[str]:
        rows = self._db.execute("SELECT body FROM record WHERE kind = ? ORDER BY rowid", (kind,))
        return [row[0] for row in rows]

    def write(self, kind: str, key: str, body: str) -> None:
        self._db.execute(
            "INSERT INTO record (kind, key, body) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, body),
        )

    def erase(self, kind: str, key: str) -> None:
        self._db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def commit(self) -> None:
        self._db.commit()

    def clear(self) -> None:
        self._db.execute("DELETE FROM record")

    def close(self) -> None:
        self._db.commit()
        self._db.close()


class Shelf(Generic[R]):
    """All records of one kind, in the order they came."""

    def __init__(self, store: Store, of: type[R], key: Callable[[R], Hashable]) -> None:
        self._store = store
        self._kind = of.__name__
        self._of = of
        self._key = key
        self._items: dict[Hashable, R] = {}
        self.load()

    def load(self) -> None:
        records = (self._of(**json.loads(body)) for body in self._store.read(self._kind))
        self._items = {self._key(record): record for record in records}

    def get(self, key: Hashable) -> R | None:
        return self._items.get(key)

    def all(self) -> list[R]:
        return list(self._items.values())

    def where(self, wanted: Callable[[R], bool]) -> list[R]:
        return [item for item in self._items.values() if wanted(item)]

    def put(self, item: R) -> R:
        key = self._key(item)
        self._items[key] = item
        self._store.write(self._kind, repr(key), json.dumps(asdict(item), ensure_ascii=False))
        return item

    def drop(self, items: Iterable[R]) -> None:
        for item in items:
            key = self._key(item)
            self._items.pop(key, None)
            self._store.erase(self._kind, repr(key))

    def __len__(self) -> int:
        return len(self._items)
