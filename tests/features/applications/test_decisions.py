"""Deciding: the first one counts, everybody sees it, and it is on record."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationApproved, ApplicationClosed, MemberArrived
from plumbot.club.profiles import Person
from plumbot.features.applications.reasons import DENIALS, field_named, own_words, ready_made
from plumbot.features.applications.refusals import NoSuchApplication, ReasonTooLong
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application
from tests.features.applications.conftest import ADA, NINA, NINAS_LINE, OUTSIDE, OWNER, REVIEW, House, MovingClock

DECISIONS = ["approve", "deny", "ask_to_correct"]


def decide(house: House, name: str, application_id: int, by: int) -> bool:
    decisions = house.decisions
    match name:
        case "approve":
            return decisions.approve(house.session, application_id, by=by).counted
        case "deny":
            return decisions.deny(house.session, application_id, by=by, reason="@deny.full").counted
    return decisions.ask_to_correct(house.session, application_id, by=by, reason="@fix.course").counted


def test_every_admin_on_duty_and_the_review_chat_get_a_card(house: House, session: Session) -> None:
    house.add_admin(11, "Away", away=True)
    house.apply()
    assert house.keys("card:1:") == [f"card:1:{chat}" for chat in (OWNER, ADA, REVIEW)]
    values = house.shown(f"card:1:{ADA}").values
    assert (values["name"], values["username"], values["user_id"]) == ("Nina Petrova", "nina", NINA)
    assert (values["fields"]["university"], values["slug"], values["earlier"]) == ("MSU", NINAS_LINE, {})


def test_when_all_are_away_all_get_the_card(session: Session, clock: MovingClock) -> None:
    house = House(session, clock, review_chat_id=None)
    house.add_admin(OWNER, "Oleg", away=True)
    house.add_admin(ADA, away=True)
    house.apply()
    assert house.keys("card:1:") == [f"card:1:{OWNER}", f"card:1:{ADA}"]


def test_approving_lets_admission_go_on_and_is_on_record(house: House, session: Session, engine: Engine) -> None:
    application = house.apply()
    verdict = house.decisions.approve(session, application.id, by=ADA)
    assert verdict.counted
    assert house.happened == [ApplicationApproved(1, NINA, NINAS_LINE)]
    session.commit()
    with Session(engine) as second:
        row = second.get_one(Application, 1)
        assert (row.status, row.decided_by, row.decided_at) == ("approved", ADA, house.clock.now())
    assert house.audited() == [("applications.approved", ADA, NINA)]


def test_denying_tells_the_applicant_the_reason_and_when_to_try_again(house: House, session: Session) -> None:
    application = house.apply()
    house.decisions.deny(session, application.id, by=ADA, reason="You <wrote> nonsense")
    row = house.shown(f"join:{NINA}")
    assert (row.screen, row.values) == (
        "applications.rejected",
        {"reason": "You <wrote> nonsense", "after": "03.03.2026 12:00"},
    )
    assert house.happened == [ApplicationClosed(1, NINA)]
    assert house.audited() == [("applications.rejected", ADA, NINA)]


def test_asking_to_correct_gives_the_application_back(house: House, session: Session) -> None:
    application = house.apply()
    house.decisions.ask_to_correct(session, application.id, by=ADA, reason="@fix.course")
    row = house.shown(f"join:{NINA}")
    assert (row.screen, row.values["reason"]) == ("applications.changes_wanted", "@fix.course")
    assert house.happened == []


def test_defect_14_a_decision_updates_the_cards_of_all_admins(house: House, session: Session) -> None:
    application = house.apply()
    for key in house.keys("card:1:"):
        house.sent_to_telegram(key)
    house.decisions.approve(session, application.id, by=ADA)
    for key in house.keys("card:1:"):
        row = house.shown(key)
        assert (row.values["status"], row.values["decided_by"]) == ("approved", "Ada")
        assert row.dirty
        assert row.message_id is not None, "a card is edited in place"


def test_defect_14_admins_who_were_told_later_see_the_decision_too(house: House, session: Session) -> None:
    application = house.apply()
    house.add_admin(12, "Late")
    house.cards.deal_all(session, [application], 12)
    house.decisions.deny(session, application.id, by=12, reason=None)
    assert {house.shown(key).values["decided_by"] for key in house.keys("card:1:")} == {"Late"}
    assert len(house.keys("card:1:")) == 4


@pytest.mark.parametrize("first", DECISIONS)
@pytest.mark.parametrize("second", DECISIONS)
def test_defect_12_two_admins_cannot_decide_differently(
    house: House, session: Session, first: str, second: str
) -> None:
    application = house.apply()
    assert decide(house, first, application.id, ADA) is True
    status, told, happened = application.status, house.shown(f"join:{NINA}").values, list(house.happened)
    assert decide(house, second, application.id, OWNER) is False
    assert (application.status, application.decided_by) == (status, ADA)
    assert (house.shown(f"join:{NINA}").values, house.happened) == (told, happened)
    assert len(house.audited()) == 1


def test_defect_12_an_admin_who_read_it_as_pending_cannot_overwrite_a_decision(
    house: House, session: Session, engine: Engine, clock: MovingClock
) -> None:
    """The second admin's session has the row in memory as it was before the first one's commit."""
    application = house.apply()
    session.commit()
    with Session(engine) as second:
        stale = second.get_one(Application, application.id)
        assert stale.status == "pending"
        second.rollback()
        stale_again = second.get_one(Application, application.id)
        second.expire_on_commit = False
        second.commit()
        house.decisions.deny(session, application.id, by=ADA, reason=None)
        session.commit()
        assert stale_again.status == "pending"
        verdict = House(second, clock).decisions.approve(second, application.id, by=OWNER)
        assert (verdict.counted, verdict.values["by"]) == (False, "Ada")
        second.commit()
    with Session(engine) as third:
        assert third.get_one(Application, application.id).status == "rejected"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (Status.APPROVED, "Already approved by {by}."),
        (Status.REJECTED, "Already rejected by {by}."),
        (Status.NEEDS_CHANGES, "{by} has already asked {name} to correct it."),
        (Status.WITHDRAWN, "{name} has withdrawn the application."),
        (Status.DONE, "{name} is in the club already."),
    ],
)
def test_the_second_admin_learns_what_was_decided_and_by_whom(
    house: House, session: Session, after: Status, words: str
) -> None:
    application = house.apply()
    application.status, application.decided_by = after, ADA
    session.flush()
    verdict = house.decisions.approve(session, application.id, by=OWNER)
    assert (verdict.counted, verdict.text) == (False, words)
    assert verdict.values == {"by": "Ada", "name": "Nina Petrova"}
    assert house.decisions.decided_before(session, application.id) == verdict


def test_what_is_pending_has_not_been_decided_before(house: House, session: Session) -> None:
    house.apply()
    assert house.decisions.decided_before(session, 1) is None


@pytest.mark.parametrize("name", DECISIONS)
def test_a_forged_id_decides_nothing(house: House, name: str) -> None:
    house.apply()
    with pytest.raises(NoSuchApplication):
        decide(house, name, 999, ADA)
    assert house.audited() == []


def test_of_an_application_that_is_not_there_no_card_is_shown(house: House, session: Session) -> None:
    house.apply()
    house.decisions.refresh(session, 999)
    assert house.keys("card:999:") == []


def test_arrival_counts_even_if_the_admins_had_denied_a_moment_ago(house: House, session: Session) -> None:
    """What was rejected stays rejected: the arrival is reported by admission, not made good here."""
    application = house.apply()
    house.decisions.deny(session, application.id, by=ADA, reason=None)
    assert house.approved.finish(session, MemberArrived(NINA).user_id) is None
    assert application.status == "rejected"


def test_earlier_applications_stand_on_the_card(house: House, session: Session) -> None:
    first = house.apply()
    house.decisions.deny(session, first.id, by=ADA, reason=None)
    house.clock.forward(hours=25)
    second = house.apply()
    house.applications.withdraw(session, second.id, by=NINA)
    house.apply()
    assert house.shown(f"card:3:{ADA}").values["earlier"] == {"rejected": 1, "withdrawn": 1}


def test_a_person_without_a_name_is_called_by_id(house: House) -> None:
    house.apply(person=Person(NINA))
    assert house.shown(f"card:1:{ADA}").values["name"] == str(NINA)


def test_in_a_group_own_words_lead_into_the_private_chat(house: House, session: Session) -> None:
    from plumbot.kit.switches import Switch

    house.apply()
    session.add(Switch(name="bot.username", value="plum_bot", updated_at=house.clock.now()))
    session.flush()
    in_group = house.decisions.question(session, 1, deny=True, private=False)
    assert in_group["url"] == "https://t.me/plum_bot?start=deny_1"
    assert house.decisions.question(session, 1, deny=False, private=True)["url"] is None


def test_a_corrected_application_is_decided_like_a_new_one(house: House, session: Session) -> None:
    application = house.apply()
    house.decisions.ask_to_correct(session, application.id, by=ADA, reason=None)
    assert house.decisions.approve(session, application.id, by=OWNER).counted is False
    house.send(application_id=application.id)
    house.answer(application, OUTSIDE)
    assert house.decisions.approve(session, application.id, by=OWNER).counted is True


def test_ready_made_reasons_are_kept_by_name_and_nothing_else_passes_as_one() -> None:
    assert [ready_made(f"@deny.{name}") for name in DENIALS] == [f"@deny.{name}" for name in DENIALS]
    assert ready_made("-") is ready_made("@deny.<b>") is None
    assert field_named("@fix.course") == "course"
    assert field_named("course") is field_named("@fix.x") is field_named(None) is None


def test_own_words_are_kept_as_written_and_a_lone_hyphen_means_none() -> None:
    assert own_words("  Which faculty? ") == "Which faculty?"
    assert own_words("-") is own_words(" — ") is None
    assert own_words("@deny.full") == "deny.full"
    with pytest.raises(ReasonTooLong):
        own_words("x" * 501)


@pytest.mark.parametrize("reachable", [True, False])
def test_an_admin_is_told_that_the_applicant_hears_of_it_only_where_that_is_so(house: House, reachable: bool) -> None:
    application = house.apply()
    house.profiles.meet_by_id(house.session, NINA).reachable = reachable
    said = house.decisions.deny(house.session, application.id, by=ADA, reason=None).text
    assert ("They hear it from me" in said, "may have blocked me" in said) == (reachable, not reachable)
