"""Pending applications in the panel: oldest first, a page at a time."""

from datetime import timedelta

from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.features.applications.pending import PAGE, PendingList
from plumbot.features.applications.tables import Application
from tests.features.conftest import NOON, FixedClock


def application(number: int, status: str = "pending") -> Application:
    slug, sent = f"s-{number}", NOON - timedelta(hours=number)
    return Application(
        id=number, user_id=number, slug=slug, slug_key=slug, status=status, created_at=sent, updated_at=sent
    )


def test_who_waits_is_listed_page_by_page_and_who_was_decided_is_not(session: Session, clock: FixedClock) -> None:
    profiles = Profiles(clock, 10)
    profiles.meet(session, Person(1, "Nina", "Plum"))
    session.add_all([application(number) for number in range(1, PAGE + 3)] + [application(99, "approved")])
    session.flush()
    pending = PendingList(clock, profiles)
    first = pending.page(session, 0)
    assert (first["total"], len(first["items"]), first["following"]) == (PAGE + 2, PAGE, PAGE)
    assert first["items"][0] == {"id": 1, "user_id": 1, "name": "Nina Plum", "slug": "s-1", "hours": 1}
    second = pending.page(session, first["following"])
    assert [item["id"] for item in second["items"]] == [PAGE + 1, PAGE + 2]
    assert (second["items"][0]["name"], second["following"]) == (str(PAGE + 1), None)


def test_a_page_that_was_worked_off_shows_the_first_ones_again(session: Session, clock: FixedClock) -> None:
    session.add(application(1))
    session.flush()
    assert [item["id"] for item in PendingList(clock, Profiles(clock, 10)).page(session, 50)["items"]] == [1]
