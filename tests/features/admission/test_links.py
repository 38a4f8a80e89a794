"""The way from approval to a personal link."""

import pytest

from plumbot.club.events import ApplicationClosed
from plumbot.features.admission import rules
from tests.features.admission.conftest import ADMIN, BORIS, CHAT, NINA, OWNER, Club

NO_RIGHT = "Bad Request: not enough rights to manage chat invite link"


def test_whoever_is_approved_gets_the_rules_to_accept(club: Club) -> None:
    club.approve()
    assert club.screen(f"join:{NINA}") == "admission.approved"
    assert club.values(f"join:{NINA}")["rules_url"] == "https://plum.example/rules"
    assert club.calls() == []


def test_accepting_the_rules_lifts_a_stale_ban_and_then_asks_for_a_link(club: Club) -> None:
    application = club.approve()
    club.admission.accept_rules(club.session, NINA)
    unban, link = club.calls()
    assert (unban.method, unban.values) == (
        "unbanChatMember", {"chat_id": CHAT, "user_id": NINA, "only_if_banned": True}
    )  # fmt: skip
    assert (link.method, link.values["creates_join_request"]) == ("createChatInviteLink", True)
    assert "member_limit" not in link.values
    assert unban.order_key == link.order_key == f"member:{NINA}"
    assert link.values["expire_date"] == int(club.clock.forward(hours=24).timestamp())
    assert len(link.values["name"]) <= 32
    assert application.accepted_at is not None
    assert club.screen(f"join:{NINA}") == "admission.making"


def test_in_link_mode_the_link_is_for_one_member_without_requests(link_club: Club) -> None:
    link_club.approve()
    link_club.admission.accept_rules(link_club.session, NINA)
    values = link_club.calls("createChatInviteLink")[0].values
    assert values["member_limit"] == 1
    assert "creates_join_request" not in values


def test_accepting_twice_makes_one_link(club: Club) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.admission.accept_rules(club.session, NINA)
    club.make_link()
    club.admission.accept_rules(club.session, NINA)
    assert len(club.calls("createChatInviteLink")) == 1
    assert club.screen(f"join:{NINA}") == "admission.link"


def test_the_link_is_shown_with_its_expiry_when_telegram_has_made_it(club: Club) -> None:
    invite = club.link_for()
    shown = club.values(f"join:{NINA}")
    assert (shown["link"], shown["expires_at"]) == (invite.invite_link, invite.expires_at.isoformat())
    assert invite.status == "open"
    assert club.admission.open_until(club.session, NINA) == invite.expires_at


def test_nobody_gets_a_link_without_an_approved_application(club: Club) -> None:
    club.apply(BORIS, "boris-b-P-C-1-1-21")
    for verb in (club.admission.accept_rules, club.admission.new_link):
        with pytest.raises(rules.NotApproved):
            verb(club.session, BORIS)
    assert club.calls() == []


def test_a_blacklisted_person_gets_no_link_and_a_link_made_before_is_revoked(club: Club) -> None:
    invite = club.link_for()
    club.blacklist.add(club.session, NINA, by=OWNER, reason="")
    assert invite.status == "revoked"
    assert [call.values["invite_link"] for call in club.calls("revokeChatInviteLink")] == [invite.invite_link]
    with pytest.raises(rules.NotWelcome):
        club.admission.accept_rules(club.session, NINA)


def test_a_closed_application_revokes_the_link_even_while_it_is_being_made(club: Club) -> None:
    application = club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.events.publish(club.session, ApplicationClosed(application.id, NINA))
    invite = club.make_link()
    assert invite.status == "revoked"
    assert len(club.calls("revokeChatInviteLink")) == 1
    assert club.screen(f"join:{NINA}") != "admission.link"


def test_an_expired_link_offers_a_new_one_and_the_new_one_is_another(club: Club) -> None:
    old = club.link_for()
    now = club.clock.forward(hours=24)
    assert club.admission.expire_links(club.session, now) == 1
    assert (old.status, club.screen(f"join:{NINA}")) == ("expired", "admission.expired")
    club.admission.new_link(club.session, NINA)
    new = club.make_link()
    assert new.token != old.token
    assert new.status == "open"
    assert len(club.calls("createChatInviteLink")) == 2


def test_a_lost_link_is_revoked_when_a_new_one_is_asked_for(club: Club) -> None:
    old = club.link_for()
    club.clock.forward(hours=1)
    club.admission.new_link(club.session, NINA)
    club.admission.new_link(club.session, NINA)
    assert old.status == "revoked"
    assert [call.values["invite_link"] for call in club.calls("revokeChatInviteLink")] == [old.invite_link]
    assert len(club.calls("createChatInviteLink")) == 2


def test_a_link_that_was_just_made_is_shown_again_instead_of_another(club: Club) -> None:
    club.link_for()
    club.admission.new_link(club.session, NINA)
    assert len(club.calls("createChatInviteLink")) == 1
    assert club.screen(f"join:{NINA}") == "admission.link"


def test_a_link_that_telegram_made_too_late_is_offered_anew(club: Club) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.clock.forward(hours=25)
    assert club.make_link().status == "expired"
    assert club.screen(f"join:{NINA}") == "admission.expired"


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [(NO_RIGHT, 400, "right"), ("Bad Request: chat not found", 400, "chat"),
     ("Forbidden: bot was kicked from the supergroup chat", 403, "chat")],
)  # fmt: skip
def test_a_missing_right_is_told_to_the_owner_by_name_and_the_applicant_kindly(
    club: Club, error: str, code: int, kind: str
) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.answer(club.calls("createChatInviteLink")[0], error=error, code=code)
    told = club.values(f"rights:{OWNER}")
    assert told["kind"] == kind
    assert told["missing"] == (["can_invite_users"] if kind == "right" else [])
    assert club.screen(f"join:{NINA}") == "admission.waiting"
    assert club.screen(f"rights:{ADMIN}") is None


def test_whoever_waits_for_a_right_can_press_again(club: Club) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.answer(club.calls("createChatInviteLink")[0], error=NO_RIGHT)
    club.admission.accept_rules(club.session, NINA)
    assert club.make_link().status == "open"
