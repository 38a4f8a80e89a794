"""A club of any size, made from a seed: few people are thanked often, many seldom, as it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Date, Engine, cast, create_engine, func, insert, select, text, update
from sqlalchemy.orm import Session

from plumbot.apps.benches.traffic import FIRST_PERSON
from plumbot.club.tables import Profile
from plumbot.features.karma import ranking
from plumbot.features.karma.ledger import COUNTED_IN
from plumbot.features.karma.repository import plain
from plumbot.features.karma.rules import REACTION
from plumbot.features.karma.tables import KarmaDay, KarmaEvent
from plumbot.features.roster.rules import words
from plumbot.features.roster.tables import RosterEntry, RosterWord
from plumbot.kit.switches import turn
from plumbot.kit.tables import Table

SEED = 8
EVENTS_EACH, WORDS_EACH = 10, 7
KARMA_START = 10
DAYS = 730
AT_ONCE = 20_000
TODAY = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = "Ada Mira Nina Boris Clara David Elena Fedor Galina Hugo Irina Jan Kira Lev Marta Nikita Olga Pavel".split()
LAST = "Plum Quince Medlar Sloe Damson Cherry Apple Pear Almond Hazel Rowan Elder Maple Linden Birch".split()
PLACES = "Harvard MIT MSU SPbU HSE Oxford ETH EPFL Leiden Uppsala".split()
PROGRAMS = "CSE Math Physics Law Biology History Music Econ".split()

Progress = Callable[[str, int, int], None]
Rows = Iterator[tuple[Any, ...]]


def fill(url: str, members: int, progress: Progress) -> None:
    """Into an empty database at head: profiles, roster with its words, and a ledger ten times as long."""
    engine = create_engine(url)
    try:
        for model, columns, rows, count in (
            (Profile, PROFILE, profiles(members), members),
            (RosterEntry, ROSTER, roster(members), members),
            (RosterWord, ("word", "entry_id"), roster_words(members), members * WORDS_EACH),
            (KarmaEvent, EVENT, events(members), members * EVENTS_EACH),
        ):
            done = 0
            for part in _loaded(engine, model, columns, rows):
                progress(model.__tablename__, done := done + part, count)
        progress("sums", 0, 1)
        with Session(engine) as session, session.begin():
            _sum_up(session)
        _analyze(engine)
        progress("sums", 1, 1)
    finally:
        engine.dispose()


PROFILE = (
    "user_id", "first_name", "last_name", "username", "username_key", "language", "karma_start", "karma", "in_club",
    "joined_at", "reachable", "digest", "transcribe", "created_at", "updated_at",
)  # fmt: skip
ROSTER = ("id", "slug", "slug_key", "user_id", "created_at")
EVENT = ("user_id", "actor_id", "chat_id", "message_id", "delta", "reason", "created_at")


def profiles(members: int) -> Rows:
    random = Random(SEED)  # noqa: S311  # the same club each time
    for number in range(members):
        who = FIRST_PERSON + number
        joined = TODAY - timedelta(seconds=random.randrange(DAYS * 86_400))
        first, last = random.choice(FIRST), random.choice(LAST)
        yield (
            who, first, last, f"{first}_{number}", f"{first}_{number}".casefold(), "en", KARMA_START, KARMA_START, True,
            joined, True, True, True, joined, joined,
        )  # fmt: skip


def roster(members: int) -> Rows:
    for number, slug in enumerate(slugs(members), 1):
        yield number, slug, slug.casefold(), FIRST_PERSON + number - 1, TODAY


def roster_words(members: int) -> Rows:
    for number, slug in enumerate(slugs(members), 1):
        yield from ((word, number) for word in words(slug))


def slugs(members: int) -> Iterator[str]:
    random = Random(SEED + 1)  # noqa: S311
    for number in range(members):
        names = random.choice(FIRST), f"{random.choice(LAST)}{number}", random.choice(PLACES), random.choice(PROGRAMS)
        yield "-".join((*names, str(random.randrange(100)), str(random.randint(1, 6)), str(random.randint(15, 26))))


def events(members: int) -> Rows:
    """In the order of time. Whoever is early in the list is thanked most."""
    random, count = Random(SEED + 2), members * EVENTS_EACH  # noqa: S311
    step = timedelta(days=DAYS) / count
    for number in range(count):
        receiver = min(int(random.paretovariate(0.6)) - 1, members - 1)
        receiver = receiver if random.random() < 0.5 else random.randrange(members)
        delta = -1 if random.random() < 0.1 else 1
        at = TODAY - timedelta(days=DAYS) + number * step
        yield FIRST_PERSON + receiver, FIRST_PERSON + random.randrange(members), -100, number, delta, REACTION, at


def _loaded(engine: Engine, model: type[Table], columns: Sequence[str], rows: Rows) -> Iterator[int]:
    """Gives how many, part by part; committed when it is used up.

    By COPY on PostgreSQL, by one prepared statement on SQLite; nothing else is quick enough for ten million.
    """
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    with engine.begin() as connection:
        cursor: Any = connection.connection.cursor()
        while part := [*islice(rows, AT_ONCE)]:
            if engine.dialect.name == "sqlite":
                insertion = f"INSERT INTO {model.__tablename__} ({names}) VALUES ({marks})"  # noqa: S608  # our names
                cursor.executemany(insertion, [_as_text(row) for row in part])
            else:
                with cursor.copy(f"COPY {model.__tablename__} ({names}) FROM STDIN") as copy:
                    for row in part:
                        copy.write_row(row)
            yield len(part)


def _as_text(row: Iterable[Any]) -> tuple[Any, ...]:
    """As SQLAlchemy writes moments to SQLite."""
    return tuple(f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value for value in row)


def _sum_up(session: Session) -> None:
    """What the bot keeps beside the ledger: days, karma, the marks of the ranking. The club's day is UTC's here."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    day = func.date(KarmaEvent.created_at) if on_sqlite else cast(KarmaEvent.created_at, Date)
    plus, minus = (
        func.sum(func.max(sign * KarmaEvent.delta, 0) if on_sqlite else func.greatest(sign * KarmaEvent.delta, 0))
        for sign in (1, -1)
    )
    days = select(KarmaEvent.user_id, day, plus, minus).group_by(KarmaEvent.user_id, day)
    session.execute(insert(plain(KarmaDay)).from_select(["user_id", "day", "plus", "minus"], days))
    total = select(func.coalesce(func.sum(KarmaDay.plus - KarmaDay.minus), 0)).where(
        KarmaDay.user_id == Profile.user_id
    )
    session.execute(update(plain(Profile)).values(karma=KARMA_START + total.scalar_subquery()))
    turn(session, COUNTED_IN, "UTC", TODAY)
    ranking.set_marks(session, TODAY)
    if not on_sqlite:
        session.execute(text("SELECT setval(pg_get_serial_sequence('roster', 'id'), (SELECT max(id) FROM roster))"))


def _analyze(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
