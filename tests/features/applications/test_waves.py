"""Many applications at once: one list instead of a heap of cards."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from plumbot.features.applications.refusals import NothingSelected
from tests.features.applications.conftest import ADA, NINA, OWNER, REVIEW, House


def values(house: House, chat: int = ADA) -> dict[str, Any]:
    return house.shown(f"wave:{chat}").values


def test_the_first_ten_in_an_hour_come_as_cards_the_rest_on_one_list(house: House) -> None:
    house.crowd(10)
    assert house.keys("wave:") == []
    assert len(house.keys("card:")) == 30
    house.crowd(0)
    people = [house.apply(), *house.crowd(0)]
    assert len(people) == 1
    assert house.keys(f"card:{people[0].id}:") == []
    assert house.keys("wave:") == [f"wave:{chat}" for chat in (OWNER, ADA, REVIEW)]
    assert (values(house)["total"], values(house)["pages"], len(values(house)["items"])) == (11, 2, 8)


def test_one_list_is_edited_while_more_come(house: House) -> None:
    house.crowd(11)
    house.sent_to_telegram(f"wave:{ADA}")
    message = house.shown(f"wave:{ADA}").message_id
    house.apply()
    assert (house.shown(f"wave:{ADA}").message_id, values(house)["total"]) == (message, 12)


def test_after_a_quiet_hour_applications_come_as_cards_again(house: House) -> None:
    house.crowd(11)
    house.clock.forward(hours=1, seconds=1)
    application = house.apply()
    assert len(house.keys(f"card:{application.id}:")) == 3


def test_pages_turn_and_stay_within_the_list(house: House, session: Session) -> None:
    house.crowd(20)
    house.waves.press(session, ADA, "page", 2)
    assert (values(house)["page"], [item["id"] for item in values(house)["items"]]) == (2, [17, 18, 19, 20])
    house.waves.press(session, ADA, "page", 99)
    assert values(house)["page"] == 2
    house.waves.press(session, ADA, "page", -5)
    assert values(house)["page"] == 0
    assert values(house, OWNER)["page"] == 0


def test_each_can_be_opened_as_a_card_that_is_then_kept_true(house: House, session: Session) -> None:
    application = house.crowd(11)[-1]
    house.decisions.open_card(session, application.id, ADA)
    assert house.keys(f"card:{application.id}:") == [f"card:{application.id}:{ADA}"]
    house.decisions.approve(session, application.id, by=OWNER)
    assert house.shown(f"card:{application.id}:{ADA}").values["status"] == "approved"
    assert values(house)["total"] == 10


def test_several_are_denied_at_once_and_each_applicant_is_told(house: House, session: Session) -> None:
    house.crowd(12)
    for number in (3, 11, 12):
        house.waves.press(session, ADA, "pick", number)
    house.waves.press(session, ADA, "pick", 3)
    house.waves.press(session, ADA, "page", 1)
    assert values(house)["picked"] == [11, 12]
    house.waves.press(session, ADA, "deny", 0)
    assert values(house)["denying"] is True
    picked = house.waves.picked(session, ADA)
    assert house.decisions.deny_many(session, picked, by=ADA, reason="@deny.full") == 2
    for user_id in (1010, 1011):
        assert house.shown(f"join:{user_id}").values["reason"] == "@deny.full"
    assert house.shown("join:1002").screen == "applications.pending"
    assert (values(house)["total"], values(house)["picked"], values(house)["denying"]) == (10, [], False)
    assert len(house.audited()) == 2


def test_what_another_admin_decided_meanwhile_is_not_denied(house: House, session: Session) -> None:
    house.crowd(11)
    house.waves.press(session, ADA, "pick", 1)
    house.waves.press(session, ADA, "pick", 2)
    house.decisions.approve(session, 1, by=OWNER)
    assert house.waves.picked(session, ADA) == [2]
    assert house.decisions.deny_many(session, [1, 2], by=ADA, reason=None) == 1


def test_nothing_picked_is_nothing_to_deny(house: House, session: Session) -> None:
    house.crowd(11)
    with pytest.raises(NothingSelected):
        house.waves.press(session, ADA, "deny", 0)
    house.waves.press(session, ADA, "pick", 777)
    with pytest.raises(NothingSelected):
        house.waves.press(session, ADA, "deny", 0)


def test_the_choice_of_a_reason_can_be_left(house: House, session: Session) -> None:
    house.crowd(11)
    house.waves.press(session, ADA, "pick", 1)
    house.waves.press(session, ADA, "deny", 0)
    house.waves.press(session, ADA, "list", 0)
    assert (values(house)["denying"], values(house)["picked"]) == (False, [1])


def test_a_list_that_was_worked_off_says_so_and_a_new_wave_brings_it_to_the_bottom(
    house: House, session: Session
) -> None:
    house.crowd(11)
    house.sent_to_telegram(f"wave:{ADA}")
    house.decisions.deny_many(session, range(1, 12), by=ADA, reason=None)
    assert values(house)["total"] == 0
    house.sent_to_telegram(f"wave:{ADA}")
    application = house.apply()
    assert (application.user_id, house.keys(f"card:{application.id}:")) == (NINA, [])
    assert (values(house)["total"], house.shown(f"wave:{ADA}").message_id) == (1, None)
