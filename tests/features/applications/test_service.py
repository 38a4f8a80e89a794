"""Applying: what is sent, what is refused and in which order, correcting, withdrawing."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from plumbot.club.events import ApplicationApproved, ApplicationClosed
from plumbot.club.profiles import Person
from plumbot.features.applications import refusals
from plumbot.features.applications.draft import Draft
from plumbot.features.applications.personal import erase, export
from plumbot.features.applications.rules import EXAMPLE
from plumbot.features.applications.states import Status
from plumbot.features.applications.tables import Application
from plumbot.kit.dialogue import Position, write
from plumbot.kit.refusals import Refusal
from plumbot.kit.switches import Switch
from tests.features.applications.conftest import ADA, BORIS, CLUB, INSIDE, NINA, NINAS_LINE, OUTSIDE, OWNER, House


def statuses(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(Application.status).order_by(Application.id)))


def test_sending_keeps_the_seven_fields_the_slug_and_its_key(house: House, session: Session, engine: Engine) -> None:
    house.send("Нина - Petrova-MSU-Law-7-2-24")
    session.commit()
    with Session(engine) as second:
        row = second.scalars(select(Application)).one()
        assert (row.user_id, row.username, row.status) == (NINA, "nina", "pending")
        assert (row.first_name, row.group_name, row.start_year) == ("Нина", "7", "24")
        assert (row.slug, row.slug_key) == ("Нина-Petrova-MSU-Law-7-2-24", "нина-petrova-msu-law-7-2-24")


def test_telegram_is_asked_whether_the_applicant_is_inside_before_the_admins_are(house: House) -> None:
    house.send()
    (call,) = house.calls("getChatMember")
    assert (call.values, call.then, call.lane) == (
        {"chat_id": CLUB, "user_id": NINA},
        "applications.membership_known",
        NINA,
    )
    assert house.shown(f"join:{NINA}").screen == "applications.pending"
    assert house.keys("card:") == []


@pytest.mark.parametrize("answer", [OUTSIDE, {"status": "kicked"}, {"status": "restricted", "is_member": False}, None])
def test_who_is_outside_or_unknown_comes_before_the_admins(house: House, answer: dict[str, object] | None) -> None:
    house.send()
    house.answer(house.newest(), answer)
    assert len(house.keys("card:1:")) == 3
    assert house.admission.confirmed == []


@pytest.mark.parametrize("answer", [INSIDE, {"status": "administrator"}, {"status": "restricted", "is_member": True}])
def test_who_is_inside_already_is_done_at_once_and_nobody_has_to_decide(
    house: House, session: Session, answer: dict[str, object]
) -> None:
    house.send()
    house.answer(house.newest(), answer)
    assert statuses(session) == ["done"]
    assert house.admission.confirmed == [(NINA, NINAS_LINE)]
    assert house.keys("card:") == []
    assert house.shown(f"join:{NINA}").screen == "applications.already_inside"


def test_an_answer_that_comes_after_the_withdrawal_changes_nothing(house: House, session: Session) -> None:
    house.send()
    application = house.newest()
    house.applications.withdraw(session, application.id, by=NINA)
    house.answer(application, OUTSIDE)
    assert (statuses(session), house.keys("card:")) == (["withdrawn"], [])


def test_two_presses_of_send_make_one_application(house: House, session: Session) -> None:
    house.send()
    with pytest.raises(refusals.AlreadyApplied):
        house.send()
    with pytest.raises(refusals.AlreadyApplied):
        house.applications.submit(session, Person(NINA, "Nina"), Draft())
    assert statuses(session) == ["pending"]


def test_even_past_the_checks_the_database_takes_one_open_application_a_person(house: House, session: Session) -> None:
    house.send()
    first = house.newest()
    session.add(
        Application(
            user_id=NINA,
            slug="x",
            slug_key="x",
            status="needs_changes",
            created_at=first.created_at,
            updated_at=first.created_at,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_empty_form_is_not_sent(house: House, session: Session) -> None:
    with pytest.raises(refusals.DraftGone):
        house.applications.submit(session, Person(NINA, "Nina"), Draft())


def refusal_of(house: House, line: str = NINAS_LINE) -> type[Refusal] | None:
    try:
        house.send(line)
    except Refusal as refusal:
        return type(refusal)
    return None


def test_the_checks_stand_in_the_order_in_which_the_club_always_made_them(house: House, session: Session) -> None:
    """Every obstacle at once; taken away one by one, the next one speaks."""
    now = house.clock.now()
    house.apply()
    house.decisions.deny(session, 1, by=ADA, reason=None)
    house.clock.forward(hours=25)
    house.send()
    house.pausing.pause(session, by=ADA, note="")
    house.admission.links[NINA] = now
    house.profiles.arrive(session, NINA)
    house.roster.claim(session, NINAS_LINE.lower(), BORIS)
    assert refusal_of(house) is refusals.SlugTaken
    assert refusal_of(house, EXAMPLE) is refusals.AlreadyInside
    house.profiles.leave(session, NINA)
    assert refusal_of(house, EXAMPLE) is refusals.InviteIsOpen
    house.admission.links.clear()
    assert refusal_of(house, EXAMPLE) is refusals.AlreadyApplied
    house.decisions.deny(session, 2, by=ADA, reason=None)
    assert refusal_of(house, EXAMPLE) is refusals.TooSoon
    house.clock.forward(hours=25)
    assert refusal_of(house, EXAMPLE) is refusals.ApplicationsPaused
    house.pausing.resume(session, by=ADA)
    assert refusal_of(house, EXAMPLE) is None


def test_the_blacklist_comes_before_everything_but_the_slug(house: House, session: Session) -> None:
    house.blacklist.add(session, NINA, by=ADA, reason="spam")
    house.profiles.arrive(session, NINA)
    assert refusal_of(house) is refusals.MayNotJoin
    with pytest.raises(refusals.MayNotJoin):
        house.applications.may_begin(session, NINA)


def test_a_slug_of_the_list_that_nobody_claimed_speaks_for_the_applicant(house: House, session: Session) -> None:
    house.roster.add(session, NINAS_LINE.upper(), by=OWNER)
    house.apply()
    assert house.shown(f"card:1:{ADA}").values["standing"] == "unclaimed"


def test_the_pause_says_why(house: House, session: Session) -> None:
    house.pausing.pause(session, by=ADA, note="  We answer\nin September. ")
    with pytest.raises(refusals.ApplicationsPausedBecause) as caught:
        house.applications.may_begin(session, NINA)
    assert caught.value.values == {"note": "We answer in September."}
    assert house.audited() == [("applications.pause", ADA, None)]


def test_a_long_note_of_the_pause_is_refused(house: House, session: Session) -> None:
    with pytest.raises(refusals.ReasonTooLong):
        house.pausing.pause(session, by=ADA, note="x" * 151)


def test_who_asks_again_sees_how_the_application_stands_at_the_bottom(house: House, session: Session) -> None:
    house.apply()
    house.sent_to_telegram(f"join:{NINA}")
    assert house.applications.may_begin(session, NINA) is False
    row = house.shown(f"join:{NINA}")
    assert (row.screen, row.message_id, row.dirty) == ("applications.pending", None, True)


def test_who_was_approved_gets_the_next_step_again(house: House, session: Session) -> None:
    application = house.apply()
    house.decisions.approve(session, application.id, by=ADA)
    house.happened.clear()
    assert house.applications.bring_up(session, NINA) is True
    assert house.happened == [ApplicationApproved(1, NINA, NINAS_LINE)]
    house.outbox.show(session, f"join:{NINA}", NINA, "admission.link", url="https://t.me/+x")
    assert house.applications.may_begin(session, NINA) is False
    row = house.shown(f"join:{NINA}")
    assert (row.screen, row.values, row.epoch) == ("admission.link", {"url": "https://t.me/+x"}, 2)


def test_who_is_in_the_middle_of_the_form_gets_its_question_again(house: House, session: Session) -> None:
    assert house.applications.bring_up(session, NINA) is False
    write(session, NINA, NINA, Position("Joining:form", Draft().pressed("steps").dump()))
    assert house.applications.bring_up(session, NINA) is True
    assert house.shown(f"join:{NINA}").values == {"field": "first_name", "value": None}


def test_defect_13_who_was_once_done_and_left_can_apply_again(house: House, session: Session) -> None:
    for _ in range(2):
        application = house.apply()
        house.decisions.approve(session, application.id, by=ADA)
        assert house.approved.finish(session, NINA) == (application.id, NINAS_LINE)
        house.profiles.arrive(session, NINA)
        house.roster.claim(session, NINAS_LINE, NINA)
        house.profiles.leave(session, NINA)
    assert statuses(session) == ["done", "done"]
    house.apply()
    card = house.shown(f"card:3:{ADA}")
    assert (card.values["earlier"], card.values["standing"]) == ({"done": 2}, "mine")


def test_who_withdrew_may_apply_again_at_once_and_the_admins_cards_say_withdrawn(
    house: House, session: Session
) -> None:
    application = house.apply()
    house.applications.withdraw(session, application.id, by=NINA)
    assert {house.shown(key).values["status"] for key in house.keys("card:1:")} == {"withdrawn"}
    assert house.happened == [ApplicationClosed(1, NINA)]
    house.send()
    assert statuses(session) == ["withdrawn", "pending"]


def test_a_withdrawal_is_asked_about_first(house: House, session: Session) -> None:
    house.apply()
    house.applications.ask_withdrawal(session, 1, by=NINA)
    assert house.shown(f"join:{NINA}").screen == "applications.withdraw"
    house.applications.show_own(session, 1, by=NINA)
    assert house.shown(f"join:{NINA}").screen == "applications.pending"


def test_what_was_decided_meanwhile_is_not_withdrawn(house: House, session: Session) -> None:
    application = house.apply()
    house.decisions.deny(session, application.id, by=ADA, reason="no")
    house.applications.withdraw(session, application.id, by=NINA)
    assert statuses(session) == [Status.REJECTED]
    assert house.shown(f"join:{NINA}").screen == "applications.rejected"


@pytest.mark.parametrize("application_id", [1, 0, -1, 999])
def test_nobody_touches_the_application_of_somebody_else(house: House, session: Session, application_id: int) -> None:
    house.apply()
    for verb in (
        house.applications.withdraw, house.applications.ask_withdrawal, house.applications.show_own,
        house.applications.begin_correction,
    ):  # fmt: skip
        with pytest.raises(refusals.NoSuchApplication):
            verb(session, application_id, by=BORIS)
    assert statuses(session) == ["pending"]


def test_a_corrected_application_comes_before_the_admins_anew(house: House, session: Session) -> None:
    application = house.apply()
    house.sent_to_telegram(f"card:1:{ADA}")
    house.decisions.ask_to_correct(session, application.id, by=ADA, reason="@fix.course")
    draft = house.applications.begin_correction(session, application.id, by=NINA)
    assert (draft.at, draft.values["course"]) == ("course", "2")
    house.clock.forward(hours=1)
    house.applications.submit(session, Person(NINA, "Nina"), draft.answered("3"))
    house.answer(application, OUTSIDE)
    assert (application.status, application.course, application.slug) == ("pending", "3", "Nina-Petrova-MSU-Law-7-3-24")
    assert (application.decided_by, application.reason) == (None, None)
    card = house.shown(f"card:1:{ADA}")
    assert (card.values["status"], card.message_id, card.epoch) == ("pending", None, 2)
    assert len(house.calls("getChatMember")) == 2


def test_a_correction_is_sent_once_and_only_while_it_is_wanted(house: House, session: Session) -> None:
    application = house.apply()
    with pytest.raises(refusals.CorrectionGone):
        house.applications.begin_correction(session, application.id, by=NINA)
    with pytest.raises(refusals.CorrectionGone):
        house.send(application_id=application.id)
    house.decisions.ask_to_correct(session, application.id, by=ADA, reason=None)
    with pytest.raises(refusals.NoSuchApplication):
        house.send(EXAMPLE, Person(BORIS, "Boris"), application_id=application.id)
    house.send(application_id=application.id)
    with pytest.raises(refusals.CorrectionGone):
        house.send(application_id=application.id)


def test_the_pause_does_not_stop_a_correction(house: House, session: Session) -> None:
    application = house.apply()
    house.decisions.ask_to_correct(session, application.id, by=ADA, reason=None)
    house.pausing.pause(session, by=ADA, note="")
    house.send(application_id=application.id)
    assert application.status == "pending"


@pytest.mark.parametrize("state", ["pending", "needs_changes", "approved"])
def test_blacklisting_closes_whatever_is_open(house: House, session: Session, state: str) -> None:
    application = house.apply()
    if state == "needs_changes":
        house.decisions.ask_to_correct(session, application.id, by=ADA, reason=None)
    if state == "approved":
        house.decisions.approve(session, application.id, by=ADA)
    house.happened.clear()
    house.blacklist.add(session, NINA, by=OWNER, reason="")
    assert (application.status, application.decided_by) == ("rejected", OWNER)
    assert house.happened == [ApplicationClosed(1, NINA)]
    assert house.shown(f"join:{NINA}").values == {"reason": None, "after": None}
    assert {house.shown(key).values["status"] for key in house.keys("card:1:")} == {"rejected"}


def test_admission_learns_of_approved_applications_only(house: House, session: Session) -> None:
    application = house.apply()
    assert house.approved.approved_of(session, NINA) is None
    house.decisions.approve(session, application.id, by=ADA)
    assert house.approved.approved_of(session, NINA) == (application.id, NINAS_LINE)
    house.approved.mark_accepted(session, application.id)
    accepted = application.accepted_at
    house.clock.forward(hours=1)
    house.approved.mark_accepted(session, application.id)
    assert application.accepted_at == accepted is not None
    assert house.approved.finish(session, NINA) == (application.id, NINAS_LINE)
    assert house.approved.finish(session, NINA) is None
    assert {house.shown(key).values["status"] for key in house.keys("card:1:")} == {"done"}


def test_whoever_arrives_is_done_whatever_was_open(house: House, session: Session) -> None:
    application = house.apply()
    assert house.approved.finish(session, NINA) == (application.id, NINAS_LINE)
    assert application.status == "done"


def test_a_forgotten_rejection_is_kept_for_as_long_as_it_has_to_be_waited_for(house: House) -> None:
    application = house.apply()
    house.decisions.deny(house.session, application.id, by=OWNER, reason=None)
    assert house.leaving.stays(house.session, NINA) != []
    house.leaving.let_go(house.session, NINA)
    erase(house.session, NINA)
    house.session.expire_all()
    assert export(house.session, NINA) == [{"status": "rejected", "decided_at": house.clock.now().isoformat()}]
    house.clock.forward(hours=23)
    house.cooldown.prune(house.session, house.clock.now())
    with pytest.raises(refusals.TooSoon):
        house.eligibility.require_may_apply(house.session, NINA)
    house.clock.forward(hours=1)
    house.cooldown.prune(house.session, house.clock.now())
    house.eligibility.require_may_apply(house.session, NINA)
    assert house.session.scalars(select(Switch)).all() == []
