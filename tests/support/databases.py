"""Databases at head for tests: a copy of a SQLite file, unless a fixture has placed another in the folder."""

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from plumbot import migrations

PLACED = "database.url"


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="plum-head-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "head.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


def place(folder: Path, url: str) -> None:
    """From now on `migrated` gives this one here."""
    (folder / PLACED).write_text(url, encoding="utf-8")


def migrated(folder: Path) -> str:
    """The URL of a database of this test's own, at head."""
    placed = folder / PLACED
    if placed.exists():
        return placed.read_text(encoding="utf-8")
    shutil.copy(_template(), folder / "plum.db")
    return f"sqlite:///{folder / 'plum.db'}"


def asked(url: str, question: str, *values: object) -> list[tuple[Any, ...]]:
    """What a reader beside the bot sees. `?` stands for a value."""
    with closing(Reader(url)) as reader:
        return reader.asks(question, *values)


class Reader:
    """Asks beside the bot, again and again; to PostgreSQL it keeps its connection, which is dear."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server: psycopg.Connection[tuple[Any, ...]] | None = None

    def asks(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        if self._url.startswith("sqlite:"):
            place = f"file:{self._url.removeprefix('sqlite:///')}?mode=ro"
            with closing(sqlite3.connect(place, uri=True, timeout=10)) as file:
                return file.execute(question, values).fetchall()
        words = question if not values else question.replace("%", "%%").replace("?", "%s")
        try:
            return self._connected().execute(words.encode(), values or None).fetchall()
        except psycopg.OperationalError:
            self.close()  # the server was away meanwhile: a new connection tells whether it is back
            return self._connected().execute(words.encode(), values or None).fetchall()

    def _connected(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._server is None or self._server.closed:
            self._server = psycopg.connect(self._url.replace("+psycopg", ""), connect_timeout=10, autocommit=True)
        return self._server

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
