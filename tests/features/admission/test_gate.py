"""A link works for one person: requests to join."""

from datetime import timedelta

import pytest

from plumbot.features.admission.schemas import SeenLink
from tests.features.admission.conftest import BORIS, CHAT, NINA, OWNER, Club


def verdicts(club: Club) -> list[tuple[str, int]]:
    """Requests that were answered, in order."""
    answers = {"approveChatJoinRequest": "approved", "declineChatJoinRequest": "declined"}
    return [(answers[call.method], call.values["user_id"]) for call in club.calls() if call.method in answers]


def test_the_owner_is_let_in_and_the_link_is_revoked_after_that(club: Club) -> None:
    invite = club.link_for()
    club.ask(NINA, invite)
    approve, revoke = club.calls()[-2:]
    assert (approve.method, approve.values) == ("approveChatJoinRequest", {"chat_id": CHAT, "user_id": NINA})
    assert (revoke.method, revoke.values["invite_link"]) == ("revokeChatInviteLink", invite.invite_link)
    assert approve.order_key == revoke.order_key
    assert invite.status == "used"


def test_twenty_strangers_are_declined_nobody_is_banned_and_the_owner_still_gets_in(club: Club) -> None:
    invite = club.link_for()
    strangers = range(300, 320)
    for stranger in strangers:
        club.ask(stranger, invite)
    assert verdicts(club) == [("declined", stranger) for stranger in strangers]
    assert club.calls("banChatMember") == []
    note = club.values(f"stranger:{invite.id}:{OWNER}")
    assert [who["id"] for who in note["strangers"]] == list(strangers)
    assert note["owner"]["id"] == NINA
    assert club.screen("gate:300") == "admission.not_yours"
    club.ask(NINA, invite)
    assert verdicts(club)[-1] == ("approved", NINA)


def test_an_approved_person_gets_in_by_their_own_link_only(club: Club) -> None:
    of_nina, of_boris = club.link_for(), club.link_for(BORIS, "boris-b-P-C-1-1-21")
    club.ask(BORIS, of_nina)
    assert verdicts(club) == [("declined", BORIS)]
    club.clock.forward(seconds=5)
    club.ask(BORIS, of_boris)
    assert verdicts(club)[-1] == ("approved", BORIS)
    assert of_nina.status == "open"


@pytest.mark.parametrize(("seconds", "verdict"), [(-1, "approved"), (0, "declined"), (1, "declined")])
def test_a_link_works_until_its_own_expiry_and_not_a_second_longer(club: Club, seconds: int, verdict: str) -> None:
    invite = club.link_for()
    club.clock.at = invite.expires_at + timedelta(seconds=seconds)
    club.ask(NINA, invite)
    assert verdicts(club) == [(verdict, NINA)]
    if verdict == "declined":
        assert club.screen(f"join:{NINA}") == "admission.expired"


def test_a_revoked_link_lets_nobody_in_not_even_its_owner(club: Club) -> None:
    old = club.link_for()
    club.clock.forward(hours=1)
    club.admission.new_link(club.session, NINA)
    club.ask(NINA, old)
    assert verdicts(club) == [("declined", NINA)]


def test_who_left_cannot_come_back_by_the_used_link(club: Club) -> None:
    invite = club.link_for()
    club.ask(NINA, invite)
    club.clock.forward(seconds=1)
    club.come(NINA, invite)
    club.clock.forward(hours=1)
    club.go(NINA)
    club.clock.forward(seconds=1)
    club.ask(NINA, invite)
    assert verdicts(club) == [("approved", NINA), ("declined", NINA)]
    assert club.screen(f"join:{NINA}") == "admission.not_approved"


def test_a_blacklisted_owner_is_declined_and_admins_are_told(club: Club) -> None:
    invite = club.link_for()
    club.blacklist.add(club.session, NINA, by=OWNER, reason="")
    club.ask(NINA, invite)
    assert verdicts(club) == [("declined", NINA)]
    assert club.screen(f"blacklisted:{NINA}:{invite.id}:{OWNER}") == "admission.blacklisted_asked"


def test_requests_on_other_links_are_reported_and_not_touched(club: Club) -> None:
    club.ask(BORIS, SeenLink(address="https://t.me/+abc…", name="Friends"))
    club.ask(BORIS, None)
    assert verdicts(club) == []
    assert len(club.shown("admission.other_request")) == 1


def test_a_link_of_somebody_else_with_a_name_like_ours_is_not_ours_unless_it_is_the_token(club: Club) -> None:
    club.link_for()
    club.ask(NINA, SeenLink(address="https://t.me/+abc…", name="plum-0000000000000000"))
    assert verdicts(club) == []


def test_the_same_request_under_another_update_id_changes_nothing(club: Club) -> None:
    invite = club.link_for()
    asked_at = club.clock.now()
    club.ask(NINA, invite, at=asked_at)
    before = len(club.calls())
    club.clock.forward(seconds=3)
    club.ask(NINA, invite, at=asked_at)
    club.come(NINA, invite)
    club.clock.forward(seconds=3)
    club.ask(NINA, invite, at=asked_at)
    assert verdicts(club) == [("approved", NINA)]
    assert len(club.calls()) == before


def test_a_request_that_comes_after_the_arrival_it_led_to_is_old_news(club: Club) -> None:
    invite = club.link_for()
    asked_at = club.clock.now()
    club.clock.forward(seconds=2)
    club.come(NINA, invite)
    club.ask(NINA, invite, at=asked_at)
    assert verdicts(club) == []
    assert club.screen(f"join:{NINA}") == "admission.welcome"


def test_a_request_can_come_before_telegrams_answer_about_the_link(club: Club) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    wanted = club.invite()
    club.ask(NINA, SeenLink(address="https://t.me/+early", name=wanted.token))
    club.clock.forward(seconds=1)
    club.come(NINA, SeenLink(address="https://t.me/+early", name=wanted.token))
    club.make_link()
    assert verdicts(club) == [("approved", NINA)]
    assert wanted.status == "used"
    assert club.screen(f"join:{NINA}") == "admission.welcome"
    revoked = {call.values["invite_link"] for call in club.calls("revokeChatInviteLink")}
    assert revoked == {"https://t.me/+early", wanted.invite_link}


def test_a_request_in_another_chat_is_none_of_our_affair(club: Club) -> None:
    invite = club.link_for()
    club.club_chat.moved(club.session, CHAT, -1002)
    club.ask(NINA, invite)
    assert verdicts(club) == []


def test_an_approval_that_lacks_the_right_is_given_when_the_right_is_back(club: Club) -> None:
    invite = club.link_for()
    club.ask(NINA, invite)
    call = club.calls("approveChatJoinRequest")[0]
    club.answer(call, error="Bad Request: not enough rights to approve")
    assert (invite.status, club.screen(f"join:{NINA}")) == ("waiting", "admission.waiting")
    assert club.values(f"rights:{OWNER}")["missing"] == ["can_invite_users"]
    club.clock.forward(minutes=5)
    assert club.upkeep.ask_again(club.session, club.clock.now()) == 1
    assert verdicts(club) == [("approved", NINA), ("approved", NINA)]
    assert invite.status == "used"


def test_when_telegram_cannot_let_the_owner_in_admins_learn_why_and_the_owner_gets_another_try(club: Club) -> None:
    club.ask(NINA, club.link_for())
    club.answer(club.calls("approveChatJoinRequest")[0], error="Bad Request: USER_CHANNELS_TOO_MUCH")
    assert club.values(f"approval:{club.invite().id}:{OWNER}")["error"] == "Bad Request: USER_CHANNELS_TOO_MUCH"
    assert club.screen(f"join:{NINA}") == "admission.expired"


def test_in_link_mode_requests_of_people_once_removed_are_judged_the_same(link_club: Club) -> None:
    invite = link_club.link_for()
    link_club.ask(BORIS, invite)
    link_club.clock.forward(seconds=1)
    link_club.ask(NINA, invite)
    assert verdicts(link_club) == [("declined", BORIS), ("approved", NINA)]
