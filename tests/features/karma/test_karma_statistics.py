"""What /stats, /why and /top answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma import ranking
from plumbot.features.karma.ledger import Change
from plumbot.features.karma.reports import Day
from plumbot.features.karma.rules import OPENING, UnknownPeriod
from plumbot.features.karma.statistics import POINTS_DRAWN, curve, sums_since
from plumbot.features.karma.tables import KarmaEvent, KarmaMark
from tests.features.conftest import NOON, FixedClock
from tests.features.karma.conftest import ADA, CLUB, MIRA, OLEG, Talk, enrol


def changed(talk: Talk, user_id: int, delta: int, **ago: float) -> None:
    talk.ledger.write(talk.session, [Change(user_id, delta, "x", talk.clock.now() - timedelta(**ago), ADA)])


def test_stats_count_the_clubs_days(talk: Talk, session: Session) -> None:
    talk.clock.at = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)  # in Berlin the day is 90 minutes old
    changed(talk, MIRA, 1, minutes=80)
    changed(talk, MIRA, 2, minutes=100)
    changed(talk, MIRA, -4, days=6)
    changed(talk, MIRA, 8, days=29)
    changed(talk, MIRA, 16, days=40)
    sums = talk.statistics.stats(session, MIRA)["sums"]
    assert sums == {"today": [1, 0], "week": [3, 4], "month": [11, 4], "all": [27, 4]}


def test_stats_leave_the_opening_entry_out_and_start_the_curve_above_it(talk: Talk, session: Session) -> None:
    session.add(KarmaEvent(user_id=MIRA, delta=90, reason=OPENING, created_at=NOON - timedelta(days=9)))
    mira = session.get(Profile, MIRA)
    assert mira is not None
    mira.karma = 100
    session.flush()
    changed(talk, MIRA, 5, days=2)
    stats = talk.statistics.stats(session, MIRA)
    assert stats["sums"]["all"] == [5, 0]
    assert stats["curve"] == [["2026-02-27", 100], ["2026-02-28", 105], ["2026-03-02", 105]]


def test_stats_of_somebody_new_are_empty_and_not_an_error(talk: Talk, session: Session) -> None:
    stats = talk.statistics.stats(session, 555)
    assert (stats["karma"], stats["curve"], stats["givers"], stats["name"]) == (10, [], [], "555")


def test_who_gave_most_stands_first_and_admins_corrections_are_not_gifts(talk: Talk, session: Session) -> None:
    for _ in range(3):
        talk.reacts(OLEG, talk.says(MIRA), "👍")
    talk.reacts(ADA, talk.says(MIRA), "👍")
    talk.service.change_by_admin(session, MIRA, 50, ADA, "prize")
    assert talk.statistics.stats(session, MIRA)["givers"] == [[OLEG, "Oleg", None, 3], [ADA, "Ада", None, 1]]


def test_a_curve_of_many_years_has_few_points_and_ends_today() -> None:
    today = date(2026, 3, 2)
    days = [Day(today - timedelta(days=n), 1, 0) for n in range(1000, 0, -1)]
    points = curve(1010, days, today)
    assert len(points) <= POINTS_DRAWN + 1
    assert points[0][1] == 10
    assert points[-1] == ["2026-03-02", 1010]
    assert [value for _, value in points] == sorted(value for _, value in points)


def test_sums_of_no_days_are_nothing() -> None:
    assert sums_since([], None) == [0, 0]


def test_why_tells_the_last_ten_changes_with_who_when_and_where(talk: Talk, session: Session) -> None:
    for _ in range(9):
        talk.reacts(ADA, talk.says(MIRA), "👍")
        talk.clock.forward(minutes=1)
    thanked = talk.says(MIRA)
    talk.says(OLEG, "спасибо", to=thanked)
    talk.clock.forward(minutes=1)
    talk.service.change_by_admin(session, MIRA, -2, ADA, "joke")
    told = talk.statistics.why(session, MIRA)["changes"]
    assert len(told) == 10
    assert told[0] | {"at": ""} == {
        "delta": -2, "kind": "other", "who": None, "at": "", "link": None, "reason": "joke",
    }  # fmt: skip
    link = f"https://t.me/c/{str(CLUB)[4:]}/{thanked}"
    assert told[1] == {
        "delta": 1, "kind": "thanks", "who": "Oleg", "at": "2026-03-02T13:09+01:00", "link": link, "reason": None,
    }  # fmt: skip
    assert {(one["kind"], one["who"]) for one in told[2:]} == {("reaction", "Ада")}


def test_why_reads_what_the_old_bot_wrote(talk: Talk, session: Session) -> None:
    for reason, actor in (("reactions:+", OLEG), ("reply:keyword", None), (None, None)):
        session.add(
            KarmaEvent(
                user_id=MIRA, actor_id=actor, chat_id=CLUB, message_id=5, delta=1, reason=reason, created_at=NOON
            )
        )
    session.flush()
    told = talk.statistics.why(session, MIRA)["changes"]
    assert [(one["kind"], one["who"]) for one in told[::-1]] == [
        ("reaction", "Oleg"),
        ("thanks", None),
        ("thanks", None),
    ]


# The ranking


def standing(session: Session, clock: FixedClock, people: dict[int, tuple[int, int | None]]) -> None:
    """People by id: karma, and the hour at which they joined."""
    enrol(session, clock, list(people))
    for user_id, (karma, hour) in people.items():
        profile = session.get(Profile, user_id)
        assert profile is not None
        profile.karma = karma
        profile.joined_at = None if hour is None else NOON + timedelta(hours=hour)
    session.flush()


def test_order_is_karma_then_who_joined_first_then_the_id(talk: Talk, session: Session, clock: FixedClock) -> None:
    people = {1: (50, None), 2: (50, 3), 3: (50, 1), 4: (60, None), 5: (50, None), 6: (50, 1)}
    standing(session, clock, people)
    found = [one.user_id for one in ranking.best(session, 10)]
    assert found == [4, 3, 6, 2, 1, 5, MIRA, ADA, OLEG] or found[:6] == [4, 3, 6, 2, 1, 5]
    places = {one.user_id: ranking.place_of(session, one) for one in ranking.best(session, 10)}
    assert list(places.values()) == list(range(1, len(places) + 1))


def test_marks_make_counting_short_and_places_stay_exact(talk: Talk, session: Session, clock: FixedClock) -> None:
    people = {n: (n * 7 % 13, None if n % 5 == 0 else n * 3 % 11) for n in range(1, 120)}
    standing(session, clock, people)
    everybody = ranking.best(session, 1_000)
    ranking.set_marks(session, NOON, step=10)
    assert len(session.scalars(select(KarmaMark)).all()) == len(everybody) // 10 - (len(everybody) % 10 == 0)
    assert [ranking.place_of(session, one) for one in everybody] == list(range(1, len(everybody) + 1))


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)  # the other's planner reads small tables whole
def test_no_place_is_found_by_reading_everybody(session: Session, engine: Engine, clock: FixedClock) -> None:
    standing(session, clock, {n: (n % 3, None if n % 5 == 0 else n) for n in range(1, 60)})
    ranking.set_marks(session, NOON, step=10)
    session.flush()
    asked: list[tuple[str, tuple[object, ...]]] = []

    def listen(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", listen)
    for one in ranking.best(session, 60):
        ranking.place_of(session, one)
    event.remove(engine, "before_cursor_execute", listen)
    plans = {
        str(row[3])
        for statement, values in set(asked)
        if "profiles" in statement
        for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    }
    assert any("ix_profiles_ranking" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN") or "B-TREE" in plan] == []


def test_a_small_club_needs_no_marks(talk: Talk, session: Session) -> None:
    ranking.set_marks(session, NOON)
    assert session.scalars(select(KarmaMark)).all() == []


def test_top_shows_ten_and_ones_own_place_beyond_them(talk: Talk, session: Session, clock: FixedClock) -> None:
    standing(session, clock, {n: (100 - n, n) for n in range(1, 15)})
    top = talk.statistics.top(session, 14, "all")
    assert [rank[1] for rank in top["ranks"]] == list(range(99, 89, -1))
    assert (top["own"], top["name"]) == ([14, 86], "P14")


def test_who_left_is_not_among_the_best(talk: Talk, session: Session) -> None:
    changed(talk, MIRA, 5)
    mira = session.get(Profile, MIRA)
    assert mira is not None
    mira.in_club = False
    session.flush()
    assert "Mira" not in [name for name, _ in talk.statistics.top(session, OLEG, "all")["ranks"]]
    assert talk.statistics.top(session, OLEG, "today")["ranks"] == []


def test_top_of_a_period_ranks_by_what_was_won_in_it(talk: Talk, session: Session) -> None:
    changed(talk, MIRA, 3)
    changed(talk, OLEG, 2)
    changed(talk, OLEG, 2, days=5)
    changed(talk, ADA, 50, days=20)
    changed(talk, ADA, -1)

    def ranks(period: str) -> list[list[object]]:
        found: list[list[object]] = talk.statistics.top(session, ADA, period)["ranks"]
        return found

    assert ranks("today") == [["Mira", 3], ["Oleg", 2]]
    assert ranks("week") == [["Oleg", 4], ["Mira", 3]]
    assert ranks("month") == [["Ада", 49], ["Oleg", 4], ["Mira", 3]]
    assert talk.statistics.top(session, ADA, "today")["own"] == [0, -1]
    assert talk.statistics.top(session, MIRA, "week")["own"] == [2, 3]


def test_equal_gains_are_ranked_as_in_the_whole_ranking(talk: Talk, session: Session, clock: FixedClock) -> None:
    standing(session, clock, {1: (10, None), 2: (10, 5), 3: (10, 1)})
    for person in (1, 2, 3):
        changed(talk, person, 4)
    names = [name for name, _ in talk.statistics.top(session, 1, "week")["ranks"]]
    assert names == ["P3", "P2", "P1"]
    assert [talk.statistics.top(session, person, "week")["own"][0] for person in (3, 2, 1)] == [1, 2, 3]


def test_a_period_that_was_never_offered_is_refused(talk: Talk, session: Session) -> None:
    with pytest.raises(UnknownPeriod):
        talk.statistics.top(session, MIRA, "century")
