"""Every arrival is explained or looked into; every departure is recorded. Defects 1, 2, 5, 6 and 13 of the old bot."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from plumbot.club.events import MemberArrived, MemberLeft
from plumbot.club.tables import AuditEntry, Profile
from plumbot.features.admission import rules
from plumbot.features.admission.schemas import SeenLink
from plumbot.features.roster.tables import RosterEntry
from plumbot.kit.outbox.tables import BotCall, ShownMessage
from tests.features.admission.conftest import ADMIN, BORIS, BOT, NINA, OWNER, SLUG, Club


def owners_of(club: Club, slug: str = SLUG) -> list[int | None]:
    entries = select(RosterEntry.user_id).where(RosterEntry.slug_key == slug.casefold())
    return list(club.session.scalars(entries))


def get_in(club: Club, user_id: int = NINA, slug: str = SLUG) -> None:
    """The whole way of an approved person."""
    invite = club.link_for(user_id, slug)
    if club.mode == "request":
        club.ask(user_id, invite)
    club.clock.forward(seconds=1)
    club.come(user_id, invite)


def rows(club: Club) -> tuple[int, ...]:
    """How much there is of what an arrival can make: a repetition must not make more."""
    counted = (ShownMessage.id, BotCall.id, AuditEntry.id, RosterEntry.id)
    revisions = club.session.scalar(select(func.sum(ShownMessage.rev))) or 0
    return (*(club.session.scalar(select(func.count(column))) or 0 for column in counted), revisions)


def test_the_whole_way_makes_a_member(club: Club, engine: Engine) -> None:
    get_in(club)
    club.session.commit()
    with Session(engine) as later:
        profile = later.get_one(Profile, NINA)
        assert (profile.in_club, profile.joined_at) == (True, club.clock.now())
        assert later.scalars(select(RosterEntry.user_id).where(RosterEntry.slug == SLUG)).one() == NINA
        welcome = later.scalars(select(ShownMessage).where(ShownMessage.key == f"join:{NINA}")).one()
        assert welcome.screen == "admission.welcome"
    assert club.applications.approved_of(club.session, NINA) is None
    assert club.heard == [MemberArrived(NINA)]


def test_defect_1_a_stranger_on_a_personal_link_never_becomes_a_member(link_club: Club) -> None:
    invite = link_club.link_for()
    link_club.come(BORIS, invite)
    assert not link_club.is_inside(BORIS)
    assert owners_of(link_club) == []
    assert [call.values["user_id"] for call in link_club.calls("banChatMember")] == [BORIS]
    assert link_club.blacklist.has(link_club.session, BORIS)
    assert not link_club.blacklist.has(link_club.session, NINA)
    assert invite.status == "disputed"
    assert invite.invite_link in [call.values["invite_link"] for call in link_club.calls("revokeChatInviteLink")]
    assert link_club.screen(f"join:{NINA}") == "admission.misused"


def test_defect_2_the_slug_of_whoever_joins_properly_enters_the_roster(link_club: Club) -> None:
    get_in(link_club)
    assert owners_of(link_club) == [NINA]


def test_defect_5_joining_again_keeps_karma_and_the_first_day(club: Club) -> None:
    get_in(club)
    first = club.clock.now()
    profile = club.session.get_one(Profile, NINA)
    profile.karma = 77
    club.clock.forward(days=3)
    club.go(NINA)
    assert profile.left_at == club.clock.now()
    club.clock.forward(days=1)
    get_in(club)
    assert (profile.karma, profile.joined_at) == (77, first)
    assert (profile.in_club, profile.left_at is None) == (True, True)
    assert owners_of(club) == [NINA]


def test_defect_6_a_slug_of_somebody_else_is_noticed_in_any_case_of_its_letters(club: Club) -> None:
    get_in(club)
    get_in(club, BORIS, SLUG.upper())
    assert owners_of(club) == [NINA]
    assert club.is_inside(BORIS)
    assert club.values(f"taken:{BORIS}:{OWNER}")["slug"] == SLUG.upper()


def test_defect_13_whoever_was_done_and_left_twice_gets_in_again(club: Club) -> None:
    for _ in range(3):
        get_in(club)
        assert club.is_inside(NINA)
        club.clock.forward(days=1)
        club.go(NINA)
        club.clock.forward(days=1)
    assert [type(event) for event in club.heard] == [MemberArrived, MemberLeft] * 3


def test_the_owner_of_an_open_link_is_welcome_by_whatever_link_they_came(club: Club) -> None:
    invite = club.link_for()
    club.come(NINA, SeenLink(address="https://t.me/+abc…"))
    assert club.is_inside(NINA)
    assert invite.status == "used"
    assert club.calls("revokeChatInviteLink")[0].values["invite_link"] == invite.invite_link


def test_a_human_admin_may_approve_the_owner_in_his_client(club: Club) -> None:
    invite = club.link_for()
    club.come(NINA, invite, by=ADMIN, by_request=True)
    assert club.is_inside(NINA)
    assert club.shown("admission.arrival") == []


def test_a_stranger_whom_a_human_admin_approved_on_our_link_is_looked_into_not_banned(club: Club) -> None:
    invite = club.link_for()
    club.come(BORIS, invite, by=OWNER, by_request=True)
    assert not club.is_inside(BORIS)
    assert club.screen(f"arrival:{BORIS}:{int(club.clock.now().timestamp())}:{OWNER}") == "admission.arrival"
    assert club.calls("banChatMember") == []
    assert invite.status == "open"


def test_what_a_person_waits_for_is_no_explanation_but_the_approval_that_follows_is(club: Club) -> None:
    application = club.apply()
    club.come(NINA)
    card = club.shown("admission.arrival")[0]
    assert (club.is_inside(NINA), card.values["state"]) == (False, "open")
    club.decide_for(application)
    assert (club.is_inside(NINA), card.values["state"]) == (True, "explained")
    assert club.screen(f"join:{NINA}") == "admission.welcome"
    assert owners_of(club) == [NINA]


def test_an_admin_keeps_an_unexplained_person_and_the_second_admin_is_told_so(club: Club) -> None:
    club.come(BORIS)
    card = club.shown("admission.arrival")[0]
    club.arrivals.keep(club.session, BORIS, by=OWNER)
    assert club.is_inside(BORIS)
    assert (card.values["state"], card.values["decided_by"]["id"]) == ("kept", OWNER)
    for verb in (club.arrivals.keep, club.arrivals.remove):
        with pytest.raises(rules.DecidedAlready):
            verb(club.session, BORIS, by=ADMIN)
    assert club.calls("banChatMember") == []


def test_an_admin_removes_an_unexplained_person_without_a_lasting_ban(club: Club) -> None:
    club.come(BORIS)
    club.arrivals.remove(club.session, BORIS, by=OWNER)
    ban, lift = club.calls(user_id=BORIS)
    assert (ban.method, lift.method, lift.values["only_if_banned"]) == ("banChatMember", "unbanChatMember", True)
    assert ban.order_key == lift.order_key
    assert not club.blacklist.has(club.session, BORIS)
    assert club.shown("admission.arrival")[0].values["state"] == "removed"
    club.clock.forward(seconds=1)
    club.go(BORIS, by=BOT)
    assert club.heard == []


def test_a_person_who_left_by_themselves_needs_no_decision(club: Club) -> None:
    club.come(BORIS)
    club.clock.forward(seconds=1)
    club.go(BORIS)
    assert club.shown("admission.arrival")[0].values["state"] == "left"
    with pytest.raises(rules.DecidedAlready):
        club.arrivals.keep(club.session, BORIS, by=OWNER)


def test_nobody_is_kept_who_was_blacklisted_meanwhile(club: Club) -> None:
    club.come(BORIS)
    club.blacklist.add(club.session, BORIS, by=OWNER, reason="")
    with pytest.raises(rules.IsBlacklisted):
        club.arrivals.keep(club.session, BORIS, by=OWNER)
    assert not club.is_inside(BORIS)


def test_a_blacklisted_person_who_comes_in_is_removed_and_reported(club: Club) -> None:
    club.approve(BORIS, "boris-b-P-C-1-1-21")
    club.blacklist.add(club.session, BORIS, by=OWNER, reason="")
    club.clock.forward(days=1)
    club.come(BORIS, by=ADMIN)
    assert len(club.calls("banChatMember", BORIS)) == 2
    assert not club.is_inside(BORIS)
    assert club.shown("admission.blacklisted_came")[0].values["by"]["id"] == ADMIN


@pytest.mark.parametrize("admin", [OWNER, rules.ANONYMOUS_ADMIN])
def test_whoever_an_admin_adds_by_hand_is_a_member_and_the_others_learn_it(club: Club, admin: int) -> None:
    club.come(BORIS, by=admin)
    assert club.is_inside(BORIS)
    assert len(club.shown("admission.added_by_admin")) == 1


def test_whoever_a_plain_member_adds_is_looked_into(club: Club) -> None:
    club.come(BORIS, by=303)
    assert not club.is_inside(BORIS)
    assert club.shown("admission.arrival")[0].values["by"]["id"] == 303


def test_admins_need_no_explanation(club: Club) -> None:
    club.come(OWNER)
    assert club.is_inside(OWNER)
    assert club.shown("admission.arrival") == []


def test_bots_and_other_chats_are_passed_over(club: Club) -> None:
    club.come(BORIS, is_bot=True)
    club.come(BORIS, chat_id=-5)
    assert rows(club)[:4] == (0, 0, 0, 0)


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_an_arrival_under_another_update_id_changes_nothing(club: Club, who: str) -> None:
    invite = club.link_for()
    at, user_id = club.clock.now(), NINA if who == "owner" else BORIS
    club.come(user_id, invite, at=at)
    before = rows(club)
    club.clock.forward(minutes=1)
    club.come(user_id, invite, at=at)
    assert rows(club) == before


def test_an_old_arrival_does_not_bring_back_who_has_left(club: Club) -> None:
    get_in(club)
    arrived = club.clock.now()
    club.clock.forward(minutes=1)
    club.go(NINA)
    before = rows(club)
    club.come(NINA, at=arrived)
    assert (club.is_inside(NINA), rows(club)) == (False, before)


def test_a_departure_that_comes_late_does_not_put_out_who_is_back(club: Club) -> None:
    get_in(club)
    left = club.clock.forward(hours=1)
    club.clock.forward(hours=1)
    get_in(club)
    club.go(NINA, at=left)
    assert club.is_inside(NINA)


def test_who_removed_a_member_is_recorded(club: Club) -> None:
    get_in(club)
    club.clock.forward(days=1)
    club.go(NINA, by=ADMIN)
    entry = club.session.scalars(select(AuditEntry).where(AuditEntry.action == "admission.left")).one()
    assert (entry.actor_id, entry.subject_id, (entry.after or {})["by_hand"]) == (ADMIN, NINA, True)
    assert club.heard[-1] == MemberLeft(NINA)


def test_whoever_applies_from_inside_is_a_member_at_once_and_the_late_arrival_is_old_news(club: Club) -> None:
    joined = club.clock.now() - timedelta(minutes=1)
    club.come(BORIS, at=joined - timedelta(minutes=1))
    club.arrivals.confirm(club.session, BORIS, "boris-b-P-C-1-1-21")
    assert club.is_inside(BORIS)
    assert owners_of(club, "boris-b-P-C-1-1-21") == [BORIS]
    assert club.shown("admission.arrival")[0].values["state"] == "explained"
    assert club.screen(f"inside:{BORIS}:{OWNER}") == "admission.was_inside"
    before = rows(club)
    club.come(BORIS, at=joined)
    assert rows(club) == before


def test_the_owner_of_a_link_used_by_somebody_else_gets_another_from_an_admin(link_club: Club) -> None:
    invite = link_club.link_for()
    link_club.come(BORIS, invite)
    with pytest.raises(rules.CaseUndecided):
        link_club.admission.new_link(link_club.session, NINA)
    link_club.admission.give_link(link_club.session, invite.id, by=OWNER)
    card = link_club.values(f"case:{invite.id}:{OWNER}")
    assert (card["state"], card["decided_by"]["id"], card["stays"]) == ("given", OWNER, False)
    new = link_club.make_link()
    link_club.clock.forward(seconds=1)
    link_club.come(NINA, new)
    assert link_club.is_inside(NINA)
    with pytest.raises(rules.DecidedAlready):
        link_club.admission.close_case(link_club.session, invite.id, by=ADMIN)


def test_a_closed_case_gives_no_other_link_until_there_is_another_application(link_club: Club) -> None:
    invite = link_club.link_for()
    link_club.come(BORIS, invite)
    link_club.admission.close_case(link_club.session, invite.id, by=OWNER)
    assert link_club.screen(f"join:{NINA}") == "admission.no_link"
    for verb in (link_club.admission.accept_rules, link_club.admission.new_link):
        with pytest.raises(rules.CaseClosed):
            verb(link_club.session, NINA)


def test_an_approved_person_on_somebody_elses_link_stays_and_the_owner_is_not_forgotten(link_club: Club) -> None:
    of_nina = link_club.link_for()
    link_club.link_for(BORIS, "boris-b-P-C-1-1-21")
    link_club.come(BORIS, of_nina)
    assert link_club.is_inside(BORIS)
    assert not link_club.blacklist.has(link_club.session, BORIS)
    assert link_club.calls("banChatMember") == []
    assert of_nina.status == "disputed"
    assert link_club.values(f"case:{of_nina.id}:{OWNER}")["stays"] is True


def test_a_used_link_in_other_hands_still_removes_whoever_comes_by_it(link_club: Club) -> None:
    invite = link_club.link_for()
    link_club.come(NINA, invite)
    link_club.clock.forward(days=1)
    link_club.go(NINA)
    link_club.come(BORIS, invite)
    assert [call.values["user_id"] for call in link_club.calls("banChatMember")] == [BORIS]
    assert len(link_club.shown("admission.intruder")) == 1
    assert link_club.shown("admission.case") == []
