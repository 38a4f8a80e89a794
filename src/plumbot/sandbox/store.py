"""Where records rest: one table of JSON in SQLite; nothing is answered before it is committed."""

import sqlite3
from pathlib import Path

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
