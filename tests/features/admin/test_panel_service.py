"""The panel's frame: who sees which section, what stands badly, what was done."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from plumbot.club.audit import Audit
from plumbot.club.permissions import Permission, Permissions
from plumbot.club.places import AdminSection, AdminSwitch, Places
from plumbot.club.profiles import Person, Profiles
from plumbot.club.tables import Admin
from plumbot.features.admin import glances
from plumbot.features.admin.rules import PAGE, UnknownSwitch
from plumbot.features.admin.service import PanelService
from plumbot.kit.inbox.tables import InboxRow
from tests.features.conftest import NOON, FixedClock

OWNER, ADMIN = 5, 6


@pytest.fixture
def places() -> Places:
    return Places()


@pytest.fixture
def panel(clock: FixedClock, places: Places) -> PanelService:
    return PanelService(clock, places, Permissions(OWNER), ZoneInfo("Europe/Moscow"))


def update(seq: int, status: str, received_at: datetime) -> InboxRow:
    return InboxRow(
        seq=seq, bot_id=1, source="telegram", update_id=seq, kind="message", lane=1, body="{}", status=status,
        received_at=received_at,
    )  # fmt: skip


def test_an_admin_sees_what_an_admin_may_open_and_the_owner_sees_all(
    session: Session, panel: PanelService, places: Places
) -> None:
    session.add(Admin(user_id=ADMIN, source="panel", away=False, created_at=NOON))
    places.sections += [
        AdminSection(20, "Admins", "b", Permission.OWNER),
        AdminSection(10, "Applications", "a", count=lambda _: 3),
    ]
    assert panel.home(session, ADMIN)["sections"] == [["Applications", "a", 3]]
    assert panel.home(session, OWNER)["sections"] == [["Applications", "a", 3], ["Admins", "b", None]]


def test_health_says_what_waits_too_long_and_what_was_set_aside(
    session: Session, panel: PanelService, places: Places
) -> None:
    glances.add_to(places)

    def facts() -> dict[str, tuple[object, bool]]:
        parts = panel.health(session)["parts"]
        return {text: (values.get("n"), bad) for _, found in parts for text, values, bad in found}

    first = facts()
    assert first["Updates waiting: {n}, the first for {seconds} s"] == (0, False)
    assert not any(bad for _, bad in first.values())
    session.add_all([update(1, "new", NOON - timedelta(seconds=61)), update(2, "dead", NOON), update(3, "done", NOON)])
    session.flush()
    found = facts()
    assert found["Updates waiting: {n}, the first for {seconds} s"] == (1, True)
    assert found["Updates set aside: {n}. See: plumbot inbox list"] == (1, True)


def test_a_switch_turned_to_what_it_is_changes_nothing_and_an_unknown_one_is_refused(
    session: Session, panel: PanelService, places: Places
) -> None:
    turned: list[tuple[bool, int]] = []
    places.switches.append(
        AdminSwitch(1, "x", "X", lambda _: bool(turned) and turned[-1][0], lambda _, on, by: turned.append((on, by)))
    )
    assert panel.turn(session, "x", on=True, by=ADMIN)["switches"] == [["x", "X", True]]
    panel.turn(session, "x", on=True, by=OWNER)
    assert turned == [(True, ADMIN)]
    with pytest.raises(UnknownSwitch):
        panel.turn(session, "y", on=True, by=ADMIN)


def test_the_audit_is_read_page_by_page_newest_first_in_three_queries_each(
    session: Session, panel: PanelService, clock: FixedClock
) -> None:
    Profiles(clock, 10).meet(session, Person(ADMIN, "Ada"))
    audit = Audit(clock)
    for number in range(PAGE * 2 + 1):
        audit.record(session, "roster.add", by=ADMIN, after={"slug": f"s{number}"})
        clock.forward(minutes=1)
    session.flush()
    queries: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _u, sql, *_: queries.append(sql))
    pages, before = [], None
    while True:
        page = panel.audit(session, before)
        pages.append([entry["values"]["slug"] for entry in page["entries"]])
        if page["following"] is None:
            break
        before = page["following"]
    assert [len(page) for page in pages] == [PAGE, PAGE, 1]
    assert pages[0][0] == f"s{PAGE * 2}"
    assert pages[-1] == ["s0"]
    assert len(queries) <= 3 * 3
    newest = panel.audit(session, None)["entries"][0]
    assert newest["by"] == "Ada"
    assert newest["at"] == (clock.now() - timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Moscow")).isoformat(
        timespec="minutes"
    )


def test_moments_are_the_clubs(session: Session, panel: PanelService) -> None:
    assert panel.health(session)["at"] == datetime(2026, 3, 2, 12, tzinfo=UTC).astimezone(
        ZoneInfo("Europe/Moscow")
    ).isoformat(timespec="seconds")
