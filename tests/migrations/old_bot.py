"""An old bot's database at revision 0001: invented people, and every oddity that the migrations must bear."""

import sqlite3
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import create_engine, inspect, select

from plumbot import migrations
from plumbot.migrations.addresses import is_sqlite, sqlite_path, sync_address
from plumbot.migrations.moving import untyped
from plumbot.migrations.old_schema import OLD

Rows = dict[str, list[dict[str, Any]]]

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
CLUB = -1001
EARLY, LATE, FUTURE = "2025-10-01 08:00:00", "2025-11-01 09:30:15", "2099-01-01 00:00:00"


def profile(number: int, user_id: Any, **other: Any) -> dict[str, Any]:
    usual = {"username": f"user{number}", "points": 10, "created_at": EARLY, "updated_at": EARLY, "karma": 10}
    return {"id": number, "user_id": user_id, "joined_at": None, "slug": None} | usual | other


def application(number: int, user_id: Any, status: Any, **other: Any) -> dict[str, Any]:
    usual = {"username": None, "slug": f"a-b-c-d-e-f-{number}", "reason": None, "created_at": EARLY, "updated_at": LATE}
    return {"id": number, "user_id": user_id, "status": status} | usual | other


def event(number: int, user_id: Any, delta: Any = 1, **other: Any) -> dict[str, Any]:
    usual = {"actor_id": 102, "chat_id": CLUB, "msg_id": 7, "reason": "reaction", "created_at": LATE}
    return {"id": number, "user_id": user_id, "delta": delta} | usual | other


def invite(number: int, user_id: Any, expires_at: Any, **other: Any) -> dict[str, Any]:
    link = f"https://t.me/+{number}"
    usual = {"chat_id": CLUB, "invite_link": link, "created_at": EARLY, "updated_at": EARLY}
    return {"id": number, "user_id": user_id, "expires_at": expires_at} | usual | other


def job(number: int, user_id: Any, status: Any, **other: Any) -> dict[str, Any]:
    usual = {
        "lang": "ru", "backend": "vosk", "file_path": "/tmp/a.ogg", "audio_seconds": 3.5, "created_at": EARLY,
        "finished_at": EARLY, "duration_ms": 900, "text_len": 40, "error": None,
    }  # fmt: skip
    return {"id": number, "user_id": user_id, "status": status} | usual | other


def slug(number: int, text: Any, created_at: Any = EARLY) -> dict[str, Any]:
    return {"id": number, "slug": text, "created_at": created_at}


def contents() -> Rows:
    """Odd rows that both databases can hold."""
    return {
        "profiles": [
            profile(9, 101, karma=14, username="Женя_K"),
            profile(2, 102, karma=None, points=3, slug="x-y"),
            profile(3, 103, karma=14, joined_at="2025-10-05 00:00:00", username=None),
            profile(4, 104, karma=14, joined_at="2025-10-04 00:00:00"),
            profile(5, 105, karma=-2, created_at="yesterday", updated_at=""),
            profile(12, 106, karma=30, created_at=None, updated_at="2025-11-01T10:00:00.250+03:00"),
        ],
        "admins": [{"id": 2, "user_id": 104, "created_at": EARLY}, {"id": 1, "user_id": 900, "created_at": None}],
        "roster": [
            slug(1, "Ivan-Ivanov-Harward-CSE-77-3-21"),
            slug(2, "ivan-ivanov-harward-cse-77-3-21"),
            slug(5, "Жанна-ПЕТРОВА_Старшая-МГУ-М-1-2-20", created_at="?"),
            slug(7, None),
        ],
        "applications": [
            application(1, 101, "done", slug="жанна-петрова_старшая-мгу-м-1-2-20", username="Женя_K"),
            application(2, 201, "done"),
            application(3, 202, "done"),
            application(4, 203, "pending"),
            application(5, 203, "approved", created_at="never"),
            application(6, 204, "rejected", reason="<b>&"),
            application(7, 204, "lost"),
            application(8, 205, None),
            application(9, 205, "pending", slug="only-four-parts-here"),
            application(10, 206, "pending", slug=None),
        ],
        "invites": [
            invite(1, 202, FUTURE),
            invite(2, 203, FUTURE),
            invite(3, 204, EARLY),
            invite(4, 204, "soon", updated_at=None),
            invite(5, 204, FUTURE, invite_link=None),
        ],
        "blacklist": [
            {"id": 4, "user_id": 666, "reason": None, "created_at": None},
            {"id": 3, "user_id": 667, "reason": "spam", "created_at": LATE},
        ],
        "karma_events": [
            event(1, 101),
            event(2, 101, 3, actor_id=None, chat_id=None, msg_id=None),
            event(3, 103, -1, created_at="last week"),
            event(4, 999, 5),
            event(6, 104, None),
        ],
        "message_authors": [{"chat_id": CLUB, "msg_id": 1, "author_id": 101}],
        "msg_authors": [
            {"chat_id": CLUB, "msg_id": 1, "user_id": 101},
            {"chat_id": CLUB, "msg_id": 2, "user_id": 102},
        ],
        "messages_index": [
            {"chat_id": CLUB, "message_id": 2, "user_id": 103, "pos_count": 1, "neg_count": 0},
            {"chat_id": CLUB, "message_id": 3, "user_id": 103, "pos_count": 2, "neg_count": 1},
        ],
        "a2t_jobs": [
            job(1, 101, "done"),
            job(2, 101, "downloaded", finished_at=None, audio_seconds=None, lang="x" * 20),
            job(4, 102, "odd"),
            job(5, None, "failed"),
        ],
    }  # fmt: skip


def wilder_contents() -> Rows:
    """What only SQLite lets in: any type in any column."""
    rows = contents()
    rows["profiles"] += [
        profile(20, "nobody"),
        profile(21, 107, karma="a lot", username=b"\xff\x00name"),
        profile(22, 108, joined_at=1_760_000_000, username="a\0b"),
        profile(23, 109, karma=2.5, created_at=b"2025"),
    ]
    rows["karma_events"] += [event(10, 101, "one"), event(11, b"101"), event(12, 103, 2, msg_id="x")]
    rows["applications"] += [application(20, "x", "pending"), application(21, 210, b"done")]
    rows["messages_index"] += [
        {"chat_id": "here", "message_id": 1, "user_id": 103, "pos_count": "?", "neg_count": None}
    ]
    rows["a2t_jobs"] += [job(20, 101, "done", audio_seconds="long", duration_ms=2**40)]
    rows["blacklist"] += [{"id": 9, "user_id": 6.5, "reason": 5, "created_at": 0}]
    return rows


def lay_down(url: str, rows: Rows) -> None:
    """A database at 0001 that holds these rows."""
    migrations.upgrade(url, "0001", now=NOW)
    engine = create_engine(sync_address(url))
    with engine.begin() as connection:
        for name, some in rows.items():
            if some:
                connection.execute(untyped(OLD.tables[name]).insert(), some)
    engine.dispose()


def old_rows(url: str) -> Rows:
    """Every row of every old table as it stands, types and all."""
    engine = create_engine(sync_address(url))
    with engine.connect() as connection:
        found = {
            name: [dict(row) for row in connection.execute(select(untyped(table))).mappings()]
            for name, table in OLD.tables.items()
        }
    engine.dispose()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def ask(url: str, question: str) -> list[tuple[Any, ...]]:
    """Plain SQL, plain rows."""
    if is_sqlite(url):
        connection = sqlite3.connect(sqlite_path(url))
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()
    engine = create_engine(sync_address(url))
    with engine.connect() as other:
        found = [tuple(row) for row in other.exec_driver_sql(question)]
    engine.dispose()
    return found


def schema(url: str) -> dict[str, Any]:
    """Tables with their columns, indexes and constraints, whatever order they were made in."""
    engine = create_engine(sync_address(url))
    with engine.connect() as connection:
        look = inspect(connection)
        found = {
            table: {
                "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in look.get_columns(table)},
                "key": look.get_pk_constraint(table)["constrained_columns"],
                "indexes": sorted((one["name"], one["column_names"]) for one in look.get_indexes(table)),
            }
            for table in look.get_table_names()
        }
    engine.dispose()
    return found


def wrong_ledgers(url: str) -> list[tuple[Any, ...]]:
    return ask(
        url,
        "SELECT user_id FROM profiles AS p WHERE karma <> karma_start"
        " + COALESCE((SELECT SUM(delta) FROM karma_events AS e WHERE e.user_id = p.user_id), 0)",
    )
