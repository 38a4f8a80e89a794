"""The same karma on SQLite and on PostgreSQL; batches are quick; old events become votes and days."""

from datetime import timedelta

from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.orm import Session

from plumbot import migrations
from plumbot.club.audit import Audit
from plumbot.club.chat import ClubChat
from plumbot.club.profiles import Profiles
from plumbot.club.tables import Profile
from plumbot.features.karma import ranking
from plumbot.features.karma.ledger import Ledger, broken_ledgers
from plumbot.features.karma.service import KarmaService
from plumbot.features.karma.statistics import StatisticsService
from plumbot.features.karma.tables import KarmaDay, MessageAuthor, Vote
from plumbot.kit.db import SessionManager
from plumbot.migrations.addresses import sync_address
from tests.features.conftest import FixedClock
from tests.features.karma.conftest import ADA, CLUB, MIRA, OLEG, ZONE, enrol, message, options, reaction
from tests.migrations.old_bot import contents, lay_down, profile
from tests.migrations.old_bot import event as old_event

STATEMENTS_A_BATCH = 12


def service_at(clock: FixedClock) -> KarmaService:
    profiles = Profiles(clock, 10)
    return KarmaService(clock, Ledger(clock, ZONE), ClubChat(CLUB), profiles, Audit(clock), options())


async def test_a_day_of_the_club_gives_the_same_karma(sessions: SessionManager) -> None:
    clock = FixedClock()
    await sessions.change(enrol, clock, [MIRA, OLEG, ADA])
    karma, now = service_at(clock), clock.now()
    said = message(1, MIRA, at=now)
    await sessions.change(karma.observe, [reaction(1, ADA, ["👍"], at=now), said, said])
    await sessions.change(karma.observe, [message(2, OLEG, "Спасибо", at=now, to=said), reaction(1, ADA, [], at=now)])
    await sessions.change(karma.observe, [reaction(1, ADA, ["👎"], at=now + timedelta(seconds=1))])
    assert await sessions.change(karma.set_by_admin, MIRA, 40, ADA, "prize") == 40

    statistics = StatisticsService(clock, Profiles(clock, 10), ZONE)
    stats = await sessions.change(statistics.stats, MIRA)
    assert (stats["karma"], stats["place"], stats["sums"]["today"]) == (40, 1, [32, 2])
    assert [rank[0] for rank in (await sessions.change(statistics.top, ADA, "all"))["ranks"]] == ["Mira", "Ада", "Oleg"]
    assert (await sessions.change(statistics.top, MIRA, "week"))["own"] == [1, 30]
    assert len((await sessions.change(statistics.why, MIRA))["changes"]) == 5
    await sessions.change(ranking.set_marks, now, step=1)
    assert (await sessions.change(statistics.stats, OLEG))["place"] == 3
    await sessions.change(Ledger(clock, ZONE).count_days_in_our_zone, now)
    assert (await sessions.change(statistics.stats, MIRA))["sums"]["today"] == [32, 2]
    await sessions.change(karma.forget_old_messages, now + timedelta(days=91))
    assert await sessions.read(broken_ledgers) == []


def test_a_busy_chat_is_counted_by_the_batch(session: Session, engine: Engine) -> None:
    """However many updates there are in a batch, it asks the database a handful of questions."""
    clock, asked = FixedClock(), 0
    enrol(session, clock, range(1, 51))
    karma, now = service_at(clock), clock.now()
    updates = []
    for n in range(1, 2_001):
        updates.append(message(n, 1 + n % 50, at=now))
        if n % 2:
            updates.append(reaction(n, 1 + (n * 7 + 1) % 50, ["👍"], at=now))

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(engine, "before_cursor_execute", count)
    for start in range(0, len(updates), 100):
        karma.observe(session, updates[start : start + 100])
    session.flush()
    assert asked <= STATEMENTS_A_BATCH * len(updates) / 100
    assert len(session.scalars(select(MessageAuthor)).all()) == 2_000
    assert broken_ledgers(session) == []


def test_what_the_old_bot_counted_becomes_votes_and_days(database_url: str) -> None:
    rows = contents()
    rows["profiles"] = [profile(1, 101, karma=13), profile(2, 102)]
    rows["karma_events"] = [
        old_event(1, 101, reason="reaction", msg_id=7),
        old_event(2, 101, reason="reactions:+", msg_id=8),
        old_event(3, 101, -1, reason="reaction", msg_id=8),
        old_event(4, 101, reason="reply:keyword", msg_id=7),
        old_event(5, 101, reason="reply", msg_id=7),
        old_event(6, 101, reason=None, msg_id=9, actor_id=None),
    ]
    lay_down(database_url, rows)
    migrations.upgrade(database_url)
    engine = create_engine(sync_address(database_url))
    with Session(engine) as session:
        votes = session.scalars(select(Vote).order_by(Vote.message_id, Vote.kind)).all()
        found = [(one.message_id, one.kind, one.receiver_id, one.value, one.applied) for one in votes]
        assert found == [(7, "reaction", 101, 1, 1), (7, "thanks", 101, 1, 1), (8, "reaction", 101, 0, 0)]
        days = session.scalars(select(KarmaDay)).all()
        assert [(one.user_id, one.day.isoformat(), one.plus, one.minus) for one in days] == [(101, "2025-11-01", 5, 1)]
        assert session.scalar(select(Profile.karma).where(Profile.user_id == 101)) == 13
        assert session.scalar(text("SELECT count(*) FROM karma_events WHERE reason = 'opening'")) == 1
    engine.dispose()
