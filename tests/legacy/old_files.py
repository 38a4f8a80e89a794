"""Old bots' files in many shapes, with invented people: as found in the field, and as damaged as a file can be."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
CLUB = -1001
PEOPLE = range(101, 131)
FIRST_DAY = datetime(2025, 10, 1, 8, tzinfo=UTC)

NOVEMBER = """
CREATE TABLE roster (id INTEGER NOT NULL, slug VARCHAR NOT NULL,
    created_at VARCHAR DEFAULT (CURRENT_TIMESTAMP) NOT NULL, PRIMARY KEY (id));
CREATE UNIQUE INDEX ix_roster_slug ON roster (slug);
CREATE TABLE applications (id INTEGER NOT NULL, user_id BIGINT NOT NULL, username VARCHAR, slug VARCHAR NOT NULL,
    status VARCHAR DEFAULT 'pending' NOT NULL, reason TEXT, created_at VARCHAR NOT NULL, updated_at VARCHAR NOT NULL,
    PRIMARY KEY (id));
CREATE TABLE invites (id INTEGER NOT NULL, user_id BIGINT NOT NULL, chat_id BIGINT NOT NULL,
    invite_link VARCHAR NOT NULL, expires_at VARCHAR NOT NULL, created_at VARCHAR NOT NULL,
    updated_at VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (invite_link));
CREATE TABLE blacklist (id INTEGER NOT NULL, user_id BIGINT NOT NULL UNIQUE, reason TEXT, created_at VARCHAR NOT NULL,
    PRIMARY KEY (id));
CREATE TABLE admins (id INTEGER NOT NULL, user_id BIGINT NOT NULL UNIQUE, created_at VARCHAR NOT NULL,
    PRIMARY KEY (id));
CREATE TABLE profiles (id INTEGER NOT NULL, user_id BIGINT NOT NULL UNIQUE, username VARCHAR,
    points INTEGER DEFAULT 10 NOT NULL, created_at VARCHAR NOT NULL, updated_at VARCHAR NOT NULL, karma INTEGER,
    PRIMARY KEY (id));
CREATE TABLE karma_events (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, actor_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL, msg_id INTEGER, delta INTEGER NOT NULL, reason TEXT, created_at TEXT NOT NULL);
CREATE TABLE message_authors (chat_id INTEGER NOT NULL, msg_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
    PRIMARY KEY (chat_id, msg_id));
CREATE TABLE a2t_jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, lang TEXT, status TEXT,
    backend TEXT, file_path TEXT, audio_seconds REAL, created_at TEXT, finished_at TEXT, duration_ms INTEGER,
    text_len INTEGER, error TEXT);
"""
OCTOBER = """
ALTER TABLE profiles DROP COLUMN karma;
ALTER TABLE blacklist DROP COLUMN created_at;
DROP TABLE a2t_jobs;
DROP TABLE message_authors;
CREATE TABLE messages_index (chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    pos_count INTEGER NOT NULL DEFAULT 0, neg_count INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (chat_id, message_id));
INSERT INTO messages_index SELECT -1001, value, 101 + value % 30, value % 4, 0 FROM generated;
CREATE TABLE events_before AS SELECT * FROM karma_events;
DROP TABLE karma_events;
CREATE TABLE karma_events (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, actor_id INTEGER,
    chat_id INTEGER, message_id INTEGER, delta INTEGER NOT NULL, reason TEXT, created_at TEXT NOT NULL);
INSERT INTO karma_events SELECT * FROM events_before;
DROP TABLE events_before;
"""


def at(minutes: int) -> str:
    return (FIRST_DAY + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")


def slug(number: int) -> str:
    return f"ivan{number}-ivanov-uni-CSE-77-3-21"


def november(found: sqlite3.Connection) -> None:
    """As at the roadmap's date."""
    dice = random.Random(7)
    found.executescript(NOVEMBER)
    rows: dict[str, list[tuple[Any, ...]]] = {
        "roster": [(one, slug(one), at(one)) for one in PEOPLE]
        + [(900, slug(900), at(1)), (901, slug(101).upper(), at(2))],
        "applications": [(one, one, f"User_{one}", slug(one), "done", None, at(one), at(one + 5)) for one in PEOPLE]
        + [
            (200, 201, "Женя", "Женя-Ким-МГУ-М-1-2-20", "pending", None, at(9), at(9)),
            (201, 202, None, slug(202), "approved", None, at(9), at(10)),
            (202, 203, None, slug(203), "done", None, at(9), at(10)),
            (203, 204, None, slug(204), "done", None, at(9), at(10)),
            (204, 205, None, slug(205), "rejected", "не студент <b>&", at(9), at(10)),
            (205, 202, None, slug(206), "pending", None, at(8), at(8)),
        ],
        "invites": [
            (1, 202, CLUB, "https://t.me/+old202", "2099-01-01 00:00:00", at(10), at(10)),
            (2, 203, CLUB, "https://t.me/+old203", "2099-01-01 00:00:00", at(10), at(10)),
            (3, 204, CLUB, "https://t.me/+old204", at(20), at(10), at(10)),
        ],
        "blacklist": [
            (1, 701, "Вступил по чужой персональной ссылке", at(3)),
            (2, 702, "Его персональная ссылка использована чужим аккаунтом", at(3)),
            (3, 703, None, at(3)),
        ],
        "admins": [(1, 101, at(1)), (2, 801, at(1))],
        "profiles": [
            (one - 100, one, f"User_{one}", 10, at(one), at(one), None if one % 10 == 0 else 10 + one % 6)
            for one in PEOPLE
        ],
        "karma_events": [
            (
                one, dice.choice(PEOPLE), dice.choice(PEOPLE), CLUB, dice.randrange(1, 60), dice.choice((1, 1, -1)),
                dice.choice(("reaction", "reply:keyword")), at(one * 3),
            )
            for one in range(1, 201)
        ] + [(999, 999_000, 101, CLUB, 5, 1, "reaction", at(900))],
        "a2t_jobs": [
            (one, 101, "ru", status, None, "/tmp/a.ogg", 3.5, at(one), None, 90, 4, None)
            for one, status in enumerate(("done", "failed", "downloaded", "done", "done"), 1)
        ],
    }  # fmt: skip
    for name, some in rows.items():
        marks = ", ".join("?" * len(some[0]))
        found.executemany(f"INSERT INTO {name} VALUES ({marks})", some)


def october(found: sqlite3.Connection) -> None:
    """Before it: no karma column, no dates in the blacklist, another table of authors, another shape of events."""
    november(found)
    numbers = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 90)"
    found.execute(f"CREATE TEMP TABLE generated AS {numbers} SELECT value FROM n")
    found.executescript(OCTOBER)


def without_keys(found: sqlite3.Connection) -> None:
    """Tables that somebody rebuilt by CREATE TABLE AS: rows stand twice, numbers are missing or another row's."""
    november(found)
    for name in ("roster", "profiles", "karma_events", "applications", "admins", "message_authors"):
        found.execute(f"CREATE TABLE other AS SELECT * FROM {name}")
        found.execute(f"DROP TABLE {name}")
        found.execute(f"ALTER TABLE other RENAME TO {name}")
    found.execute("INSERT INTO roster SELECT * FROM roster WHERE id < 110")
    found.execute("INSERT INTO profiles SELECT * FROM profiles WHERE user_id = 105")
    found.execute("INSERT INTO profiles SELECT id + 500, user_id, username, points, created_at, updated_at, 77"
                  " FROM profiles WHERE user_id = 106")  # fmt: skip
    found.execute("INSERT INTO karma_events SELECT * FROM karma_events WHERE id BETWEEN 10 AND 20")
    found.execute("INSERT INTO karma_events SELECT id, 107, actor_id, chat_id, msg_id, 5, reason, created_at"
                  " FROM karma_events WHERE id = 30")  # fmt: skip
    found.execute("UPDATE karma_events SET id = NULL WHERE id BETWEEN 50 AND 60")
    found.execute(
        "INSERT INTO message_authors VALUES (-1001, 1, 101), (-1001, 1, 102), (-1001, 2, 103), (-1001, 2, 103)"
    )
    found.execute("INSERT INTO message_authors VALUES (NULL, 9, 104)")


def wrong_types(found: sqlite3.Connection) -> None:
    """SQLite takes any type in any column, and so did the old bot."""
    without_keys(found)
    found.execute("UPDATE profiles SET user_id = CAST(user_id AS TEXT) WHERE user_id IN (110, 111)")
    found.execute("UPDATE profiles SET karma = '14' WHERE user_id = 112")
    found.execute("UPDATE profiles SET karma = 14.0 WHERE user_id = 113")
    found.execute("UPDATE profiles SET karma = 'a lot' WHERE user_id = 114")
    found.execute("UPDATE profiles SET karma = 2.5, username = x'ff00' WHERE user_id = 115")
    found.execute("UPDATE profiles SET username = CAST(x'D0' AS TEXT) WHERE user_id = 116")
    found.execute("INSERT INTO profiles (id, user_id, karma) VALUES ('seven', 'nobody', 1), (9999, NULL, 2)")
    found.execute("UPDATE karma_events SET delta = 'one' WHERE id = 5")
    found.execute("UPDATE karma_events SET user_id = '108', actor_id = 'x', msg_id = 3.0 WHERE id = 6")
    found.execute("UPDATE applications SET status = x'646f6e65' WHERE id = 205")
    found.execute("INSERT INTO admins VALUES (NULL, 'boss', 'today'), (4, '101', NULL)")


def odd_dates(found: sqlite3.Connection) -> None:
    """Empty, unreadable, in another writing, as numbers, with NULs in the text; columns that allow NULL."""
    without_keys(found)
    found.execute("UPDATE roster SET created_at = '' WHERE id < 105")
    found.execute("UPDATE roster SET slug = slug || char(0) || 'x' WHERE id = 106")
    found.execute("UPDATE roster SET slug = NULL WHERE id = 107")
    found.execute("UPDATE profiles SET created_at = 'yesterday', updated_at = NULL WHERE user_id < 110")
    found.execute("UPDATE applications SET created_at = '2025-10-01T08:00:00.250+03:00' WHERE id < 110")
    found.execute("UPDATE applications SET updated_at = 1760000000 WHERE id < 105")
    found.execute("UPDATE applications SET status = 'lost' WHERE id = 204")
    found.execute("UPDATE applications SET status = NULL WHERE id = 205")
    found.execute("UPDATE karma_events SET created_at = '2025-02-31 00:00:00' WHERE id < 20")
    found.execute("UPDATE karma_events SET created_at = '2025-02-28 24:00:00' WHERE id BETWEEN 20 AND 25")
    found.execute("UPDATE invites SET expires_at = 'soon' WHERE id = 2")
    found.execute("UPDATE invites SET created_at = '9999-12-31 23:59:59', expires_at = 'never' WHERE id = 3")
    found.execute("UPDATE karma_events SET created_at = '9999-12-31 23:59:59' WHERE id BETWEEN 26 AND 28")
    found.execute("UPDATE karma_events SET created_at = '0001-01-01 00:00:00' WHERE id BETWEEN 29 AND 31")


def missing(found: sqlite3.Connection) -> None:
    """Hardly anything is there."""
    found.execute("CREATE TABLE profiles (user_id INTEGER, karma INTEGER)")
    found.executemany("INSERT INTO profiles VALUES (?, ?)", [(one, one % 4) for one in PEOPLE] + [(101, 50)])
    found.execute("CREATE TABLE karma_events (user_id INTEGER, delta INTEGER)")
    found.executemany("INSERT INTO karma_events VALUES (?, ?)", [(one, 1) for one in PEOPLE for _ in range(3)])


def later_features(found: sqlite3.Connection) -> None:
    """Tables and columns that we know nothing of, names in other letters, columns in another order."""
    november(found)
    found.execute("CREATE TABLE polls (id INTEGER PRIMARY KEY, question TEXT, picture BLOB)")
    found.execute("INSERT INTO polls VALUES (1, 'Пицца?', x'00ff'), (2, NULL, NULL)")
    found.execute('CREATE TABLE "odd ""name" (k TEXT PRIMARY KEY, v) WITHOUT ROWID')
    found.execute('INSERT INTO "odd ""name" VALUES (?, ?)', ("a", 1.5))
    found.execute("CREATE TABLE outbox (id INTEGER, text TEXT)")
    found.execute("INSERT INTO outbox VALUES (1, 'not ours')")
    found.execute("CREATE TABLE alembic_version (version_num TEXT)")
    found.execute("INSERT INTO alembic_version VALUES ('77aa')")
    found.execute("ALTER TABLE profiles ADD COLUMN joined_at TEXT")
    found.execute("ALTER TABLE profiles ADD COLUMN mood TEXT")
    found.execute("UPDATE profiles SET joined_at = '2025-10-0' || (user_id % 9 + 1) || ' 00:00:00' WHERE user_id < 120")
    found.execute("UPDATE profiles SET mood = 'good' WHERE user_id = 101")
    found.execute("CREATE TABLE other AS SELECT created_at AS CREATED_AT, slug AS Slug, id AS ID FROM roster")
    found.execute("DROP TABLE roster")
    found.execute("ALTER TABLE other RENAME TO Roster")
    found.execute("CREATE VIEW everybody AS SELECT * FROM profiles")


def two_names(found: sqlite3.Connection) -> None:
    """Both names of the message's column, which agree and do not; three tables of authors that do not agree either."""
    november(found)
    found.execute("ALTER TABLE karma_events ADD COLUMN message_id INTEGER")
    found.execute("UPDATE karma_events SET message_id = msg_id WHERE id < 50")
    found.execute("UPDATE karma_events SET message_id = msg_id + 1 WHERE id BETWEEN 50 AND 55")
    found.execute("UPDATE karma_events SET message_id = msg_id, msg_id = NULL WHERE id BETWEEN 56 AND 60")
    found.execute("INSERT INTO message_authors VALUES (-1001, 1, 101), (-1001, 2, 102)")
    found.execute("CREATE TABLE msg_authors (chat_id INTEGER, msg_id INTEGER, user_id INTEGER)")
    found.execute("INSERT INTO msg_authors VALUES (-1001, 1, 101), (-1001, 3, 103), (-1001, 3, 103), (NULL, 4, 104)")
    found.execute("CREATE TABLE messages_index (chat_id INTEGER, message_id INTEGER, user_id INTEGER)")
    found.execute("INSERT INTO messages_index VALUES (-1001, 2, 109), (-1001, 5, 105)")


def without_events_messages(found: sqlite3.Connection) -> None:
    """The third shape of events: no column for the message at all; and nothing in most tables."""
    november(found)
    found.execute("ALTER TABLE karma_events DROP COLUMN msg_id")
    for name in ("roster", "invites", "blacklist", "admins"):
        found.execute(f"DELETE FROM {name}")


SHAPES: dict[str, Callable[[sqlite3.Connection], None]] = {
    "november": november,
    "october": october,
    "without_keys": without_keys,
    "wrong_types": wrong_types,
    "odd_dates": odd_dates,
    "missing": missing,
    "later_features": later_features,
    "two_names": two_names,
    "without_events_messages": without_events_messages,
}


def write(path: Path, shape: str) -> Path:
    with closing(sqlite3.connect(path)) as found, found:
        SHAPES[shape](found)
    return path


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, types and all."""
    with closing(sqlite3.connect(path)) as found:
        found.text_factory = bytes
        names = [name.decode() for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(found.execute(f'SELECT * FROM "{name.replace(chr(34), chr(34) * 2)}"'), key=repr)
            for name in names
        }
