"""The blacklist in the admins' panel: newest first, page by page, and what is gone meanwhile harms nothing."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from plumbot.club.profiles import Person, Profiles
from plumbot.features.blacklist import rules
from plumbot.features.blacklist.panel import PAGE, BlacklistPanel
from tests.features.blacklist.test_blacklist_service import BORIS, OWNER, House
from tests.features.conftest import FixedClock


@pytest.fixture
def house(session: Session, clock: FixedClock) -> House:
    return House(session, clock)


@pytest.fixture
def panel(house: House, clock: FixedClock) -> BlacklistPanel:
    return BlacklistPanel(house.blacklist, Profiles(clock, 10), ZoneInfo("Europe/Moscow"))


def test_pages_follow_each_other_newest_first_also_within_one_moment(
    house: House, panel: BlacklistPanel, session: Session, clock: FixedClock
) -> None:
    for number in range(PAGE * 2 + 1):
        house.blacklist.add(session, 5_000 + number, by=None, reason="")
        clock.forward(minutes=number % 2)
    seen, after = [], 0
    while True:
        page = panel.page(session, after)
        seen.append([entry[0] for entry in page["entries"]])
        if page["following"] is None:
            break
        after = page["following"]
    assert [len(part) for part in seen] == [PAGE, PAGE, 1]
    assert [number for part in seen for number in part] == [5_000 + n for n in reversed(range(PAGE * 2 + 1))]
    assert page["total"] == PAGE * 2 + 1


def test_after_somebody_who_is_off_the_list_the_newest_are_shown(
    house: House, panel: BlacklistPanel, session: Session
) -> None:
    house.blacklist.add(session, BORIS, by=OWNER, reason="rude")
    assert panel.page(session, 777)["after"] == 0
    assert panel.open(session, BORIS) | {"created_at": ""} == {
        "user_id": BORIS, "name": "Boris", "username": "boris", "reason": "rude", "by": str(OWNER), "created_at": "",
        "named": [OWNER],
    }  # fmt: skip
    assert panel.take_off(session, BORIS, by=OWNER)["entries"] == []
    with pytest.raises(rules.NotListed):
        panel.open(session, BORIS)


def test_words_typed_in_the_panel_name_a_person_and_a_reason(
    house: House, panel: BlacklistPanel, session: Session, clock: FixedClock
) -> None:
    Profiles(clock, 10).meet(session, Person(303, "Rosa", None, "rosa"))
    screen, values = panel.add(session, "@ROSA sells  things", by=OWNER)
    assert (screen, values["in_panel"], values["reason"]) == ("blacklist.added", True, "sells things")
    with pytest.raises(rules.NobodyNamed):
        panel.add(session, "sells things", by=OWNER)
