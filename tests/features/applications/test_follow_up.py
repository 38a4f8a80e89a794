"""Nothing falls through: reminders, admins who come later or go, applicants who come back."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from plumbot.club.events import AdminsChanged, PersonReachable
from plumbot.club.tables import Admin
from tests.features.applications.conftest import ADA, NINA, OUTSIDE, OWNER, REVIEW, House


def remind(house: House, **later: float) -> None:
    house.follow_up.remind(house.session, house.clock.forward(**later))


def all_sent(house: House) -> None:
    for key in (*house.keys("card:"), *house.keys("wave:"), *house.keys("join:")):
        house.sent_to_telegram(key)


def brought_up(house: House) -> list[str]:
    """Keys of messages that are to be sent anew."""
    keys = (*house.keys("card:"), *house.keys("wave:"), *house.keys("join:"))
    return [key for key in keys if house.shown(key).message_id is None]


def test_after_a_day_the_cards_come_up_again_and_the_applicant_is_told(house: House) -> None:
    house.apply()
    all_sent(house)
    remind(house, hours=23, minutes=59)
    assert brought_up(house) == []
    remind(house, minutes=1)
    assert brought_up(house) == [f"card:1:{OWNER}", f"card:1:{ADA}", f"card:1:{REVIEW}", f"join:{NINA}"]
    assert house.shown(f"card:1:{ADA}").values["note"] == "late"
    assert house.shown(f"join:{NINA}").values["reminded"] is True


def test_the_applicant_is_told_once_the_admins_daily(house: House) -> None:
    house.apply()
    remind(house, hours=24)
    all_sent(house)
    remind(house, hours=1)
    assert brought_up(house) == []
    house.newest().escalated_at = house.clock.now()
    remind(house, hours=23)
    assert brought_up(house) == [f"card:1:{OWNER}", f"card:1:{ADA}", f"card:1:{REVIEW}"]


def test_after_two_days_the_owner_is_told_once(house: House) -> None:
    house.apply()
    remind(house, hours=24)
    all_sent(house)
    remind(house, hours=24)
    assert house.shown(f"card:1:{OWNER}").values["note"] == "owner"
    assert house.shown(f"card:1:{ADA}").values["note"] == "late"
    all_sent(house)
    remind(house, hours=1)
    assert brought_up(house) == []


def test_the_owner_is_told_even_when_away(house: House, session: Session) -> None:
    house.add_admin(OWNER, "Oleg", away=True)
    house.apply()
    assert house.keys("card:1:") == [f"card:1:{ADA}", f"card:1:{REVIEW}"]
    remind(house, hours=48)
    assert house.shown(f"card:1:{OWNER}").values["note"] == "owner"


def test_what_is_decided_or_with_the_applicant_is_not_brought_up(house: House, session: Session) -> None:
    first, second = house.crowd(2)
    house.decisions.approve(session, first.id, by=ADA)
    house.decisions.ask_to_correct(session, second.id, by=ADA, reason=None)
    all_sent(house)
    remind(house, hours=72)
    assert brought_up(house) == []


def test_a_corrected_application_waits_from_its_correction_on(house: House, session: Session) -> None:
    application = house.apply()
    remind(house, hours=24)
    house.decisions.ask_to_correct(session, application.id, by=ADA, reason=None)
    house.clock.forward(hours=24)
    house.send(application_id=application.id)
    house.answer(application, OUTSIDE)
    assert house.shown(f"join:{NINA}").values["reminded"] is False
    all_sent(house)
    remind(house, hours=23)
    assert brought_up(house) == []
    remind(house, hours=1)
    assert f"join:{NINA}" in brought_up(house)


def test_many_late_ones_come_up_as_one_list(house: House) -> None:
    house.crowd(11)
    all_sent(house)
    remind(house, hours=24)
    assert [key for key in brought_up(house) if not key.startswith("join:")] == [
        f"wave:{OWNER}", f"wave:{ADA}", f"wave:{REVIEW}",
    ]  # fmt: skip


def test_an_admin_who_presses_start_only_now_gets_what_is_pending(house: House, session: Session) -> None:
    house.apply()
    row = house.shown(f"card:1:{ADA}")
    row.closed, row.dirty = True, False
    house.events.publish(session, PersonReachable(ADA))
    assert (house.shown(f"card:1:{ADA}").closed, house.shown(f"card:1:{ADA}").dirty) == (False, True)


def test_an_applicant_who_comes_back_sees_how_it_stands(house: House, session: Session) -> None:
    house.apply()
    house.sent_to_telegram(f"join:{NINA}")
    house.events.publish(session, PersonReachable(NINA))
    assert brought_up(house)[-1] == f"join:{NINA}"


def test_a_decision_that_could_not_be_delivered_is_told_when_the_applicant_comes_back(
    house: House, session: Session
) -> None:
    application = house.apply()
    house.decisions.deny(session, application.id, by=ADA, reason="no")
    row = house.shown(f"join:{NINA}")
    house.events.publish(session, PersonReachable(NINA))
    assert row.epoch == 2, "one that was delivered is not repeated"
    row.closed, row.dirty = True, False
    house.events.publish(session, PersonReachable(NINA))
    assert (row.screen, row.values["reason"], row.closed, row.dirty) == ("applications.rejected", "no", False, True)


def test_a_stranger_who_comes_gets_nothing(house: House, session: Session) -> None:
    house.apply()
    house.events.publish(session, PersonReachable(777))
    assert [key for key in house.keys("card:") if key.endswith(":777")] == []
    assert house.row("join:777") is None


def test_a_new_admin_gets_what_is_pending(house: House, session: Session) -> None:
    first, second = house.crowd(2)
    house.decisions.approve(session, first.id, by=ADA)
    house.add_admin(12, "New")
    house.events.publish(session, AdminsChanged(12, is_admin=True, by=OWNER))
    assert [key for key in house.keys("card:") if key.endswith(":12")] == [f"card:{second.id}:12"]


def test_an_admin_no_longer_has_nothing_left_to_press(house: House, session: Session) -> None:
    applications = house.crowd(11)
    session.execute(delete(Admin).where(Admin.user_id == ADA))
    house.events.publish(session, AdminsChanged(ADA, is_admin=False, by=OWNER))
    theirs = [house.shown(key) for key in house.keys("card:") + house.keys("wave:") if key.endswith(f":{ADA}")]
    assert len(theirs) == 11
    assert all(row.retired for row in theirs)
    house.decisions.approve(session, applications[0].id, by=OWNER)
    assert house.shown(f"card:1:{ADA}").retired, "a decision does not bring the card back"
    assert house.shown(f"wave:{ADA}").retired
