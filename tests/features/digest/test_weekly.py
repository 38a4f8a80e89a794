"""The week of the club: only when admins want it, once, and without pinging anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plumbot.club.tables import AuditEntry
from plumbot.features.digest.screens import weekly as weekly_screen
from plumbot.features.digest.service import DigestService
from plumbot.features.digest.weekly import WeeklyDigest
from plumbot.kit.texts import Texts
from tests.features.digest.conftest import CLUB, NINE, SUNDAY, Earns, told

ADMIN = 77


def test_it_is_off_until_an_admin_switches_it_on(
    session: Session, weekly: WeeklyDigest, digests: DigestService, earns: Earns
) -> None:
    earns(session, 1, 5)
    weekly.tell(session, NINE)
    assert told(session) == []
    digests.switch_weekly(session, True, ADMIN)
    session.flush()
    weekly.tell(session, NINE)
    weekly.tell(session, NINE + timedelta(minutes=1))
    (row,) = told(session)
    assert (row.chat_id, row.key, row.at_most_once) == (CLUB, "digest:week:2026-03-01", True)


def test_switching_leaves_a_trace_and_the_switch_goes_before_the_setting(
    session: Session, digests: DigestService
) -> None:
    digests.switch_weekly(session, True, ADMIN)
    digests.switch_weekly(session, True, ADMIN)
    digests.switch_weekly(session, False, ADMIN)
    session.flush()
    assert not digests.is_weekly(session)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor_id, entry.after) for entry in entries] == [(ADMIN, {"on": True}), (ADMIN, {"on": False})]


def test_it_names_movers_and_newcomers_of_the_week(
    session: Session, weekly: WeeklyDigest, digests: DigestService, earns: Earns
) -> None:
    digests.switch_weekly(session, True, ADMIN)
    earns(session, 1, 2, 1, joined_at=datetime(2026, 2, 20, tzinfo=UTC))
    earns(session, 1, 4, day=SUNDAY - timedelta(days=6))
    earns(session, 2, 9, day=SUNDAY - timedelta(days=7))
    earns(session, 3, 0, 4, joined_at=datetime(2026, 2, 22, 21, 0, tzinfo=UTC))  # Monday 00:00 in Moscow
    earns(session, 4, 6, username="quick", first_name="", joined_at=datetime(2026, 2, 22, 20, 59, tzinfo=UTC))
    weekly.tell(session, NINE)
    (row,) = told(session)
    assert row.values["movers"] == [["quick", 6], ["P1", 5]]
    assert (row.values["newcomers"], row.values["newcomer_count"]) == (["P3"], 1)


def test_other_days_quiet_weeks_and_late_hours_are_passed_over(
    session: Session, weekly: WeeklyDigest, digests: DigestService, earns: Earns
) -> None:
    digests.switch_weekly(session, True, ADMIN)
    weekly.tell(session, NINE)  # nothing happened
    earns(session, 1, 5, joined_at=datetime(2026, 1, 1, tzinfo=UTC))
    weekly.tell(session, NINE + timedelta(days=1))
    weekly.tell(session, NINE + timedelta(hours=4))
    assert told(session) == []


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "1 newcomer: A"),
        ("en", 12, "12 newcomers: A and 11 more"),
        ("ru", 2, "2 новичка: A и ещё 1"),
        ("ru", 21, "21 новичок"),
    ],
)
def test_newcomers_are_counted_in_the_right_form(language: str, count: int, words: str) -> None:
    said = weekly_screen(
        Texts(language), first="2026-02-23", last="2026-03-01", movers=[], newcomers=["A"], newcomer_count=count
    )
    assert words in said.text.striptags()


def test_the_longest_week_fits_a_message_and_pings_nobody() -> None:
    for language in ("en", "ru"):
        movers: list[list[str | int]] = [["<Ж>" * 60, 2_000_000]] * 5
        said = weekly_screen(
            Texts(language), first="2026-02-23", last="2026-03-01", movers=movers, newcomers=["Ж" * 200] * 10,
            newcomer_count=10_000,
        )  # fmt: skip
        assert len(said.text.striptags()) < 4096
        assert "@" not in said.text
