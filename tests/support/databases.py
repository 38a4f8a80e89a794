"""Databases at head for tests: a copy of a SQLite file, unless a fixture has placed another in the folder."""

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
    path = Path(tempfile.mkdtemp(prefix="plum-head-")) / "head.db"
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
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True, timeout=10)) as file:
            return file.execute(question, values).fetchall()
    words = question if not values else question.replace("%", "%%").replace("?", "%s")
    with psycopg.connect(url.replace("+psycopg", ""), connect_timeout=10) as server:
        return server.execute(words.encode(), values or None).fetchall()
