"""The care of the club chat: service messages, its id, the bot's rights, who is inside after a move."""

from plumbot.club.events import MemberLeft
from plumbot.features.admission.schemas import BotRights
from plumbot.kit.switches import Switch
from tests.features.admission.conftest import BORIS, CHAT, NINA, OWNER, Club

ALL_RIGHTS = {"can_invite_users": True, "can_restrict_members": True, "can_delete_messages": True}
NO_RIGHT = "Bad Request: not enough rights"


def rights(club: Club, granted: dict[str, bool], status: str = "administrator") -> None:
    club.upkeep.rights_changed(club.session, BotRights(chat_id=CHAT, status=status, granted=granted))


def test_messages_about_joining_and_leaving_are_deleted_once_and_only_in_the_club_chat(club: Club) -> None:
    for chat_id in (CHAT, CHAT, -5):
        club.upkeep.service_message(club.session, chat_id, 77)
    assert [call.values for call in club.calls("deleteMessage")] == [{"chat_id": CHAT, "message_id": 77}]


def test_a_message_that_cannot_be_deleted_for_want_of_the_right_is_told_to_the_owner(club: Club) -> None:
    club.upkeep.service_message(club.session, CHAT, 77)
    call = club.calls("deleteMessage")[0]
    club.answer(call, error="Bad Request: message can't be deleted for everyone")
    assert club.screen(f"rights:{OWNER}") is None
    club.answer(call, error=NO_RIGHT)
    assert club.values(f"rights:{OWNER}")["missing"] == ["can_delete_messages"]


def test_when_the_chat_becomes_a_supergroup_the_bot_follows_and_admins_learn_the_new_id(club: Club) -> None:
    invite = club.link_for()
    for _ in range(2):  # both chats tell it
        club.upkeep.chat_moved(club.session, CHAT, -1002)
    club.session.refresh(invite)
    assert (club.club_chat.id(club.session), invite.chat_id) == (-1002, -1002)
    assert club.values(f"moved:-1002:{OWNER}") == {"new": -1002}
    club.upkeep.chat_moved(club.session, -7, -8)
    assert club.club_chat.id(club.session) == -1002


def test_missing_rights_are_named_and_their_return_is_told(club: Club) -> None:
    rights(club, {"can_invite_users": True})
    assert club.values(f"rights:{OWNER}")["missing"] == ["can_restrict_members", "can_delete_messages"]
    rights(club, ALL_RIGHTS)
    assert club.screen(f"rights:{OWNER}") == "admission.rights_back"


def test_a_bot_that_is_no_admin_lacks_everything(club: Club) -> None:
    rights(club, ALL_RIGHTS, status="member")
    assert len(club.values(f"rights:{OWNER}")["missing"]) == 3


def test_rights_that_never_lacked_are_no_news(club: Club) -> None:
    rights(club, ALL_RIGHTS)
    assert club.screen(f"rights:{OWNER}") is None


def test_when_the_right_returns_whoever_waited_gets_a_link(club: Club) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.answer(club.calls("createChatInviteLink")[0], error=NO_RIGHT)
    rights(club, ALL_RIGHTS)
    rights(club, ALL_RIGHTS)
    assert len(club.calls("createChatInviteLink")) == 2
    assert club.make_link().status == "open"
    assert club.screen(f"join:{NINA}") == "admission.link"


def test_whoever_was_blacklisted_while_waiting_gets_no_link(club: Club) -> None:
    club.approve()
    club.admission.accept_rules(club.session, NINA)
    club.answer(club.calls("createChatInviteLink")[0], error=NO_RIGHT)
    club.blacklist.add(club.session, NINA, by=OWNER, reason="")
    assert club.upkeep.ask_again(club.session, club.clock.now()) == 0
    assert len(club.calls("createChatInviteLink")) == 1


def test_after_a_move_everybody_is_asked_about_once_a_few_a_minute(club: Club) -> None:
    people = range(500, 545)
    for user_id in people:
        club.profiles.arrive(club.session, user_id)
    club.settling.begin(club.session)
    asked = [club.settling.settle_presence(club.session, club.clock.forward(minutes=1)) for _ in range(5)]
    assert asked == [20, 20, 5, 0, 0]
    assert [call.values["user_id"] for call in club.calls("getChatMember")] == list(people)
    assert club.session.get(Switch, "admission.settling") is None


def test_whoever_is_not_inside_any_more_is_recorded_as_gone(club: Club) -> None:
    for user_id in (NINA, BORIS, 303, 304):
        club.profiles.arrive(club.session, user_id)
    club.settling.begin(club.session)
    club.settling.settle_presence(club.session, club.clock.now())
    of_nina, of_boris, of_deleted, of_unknown = club.calls("getChatMember")
    club.answer(of_nina, result={"status": "restricted", "is_member": True})
    club.answer(of_boris, result={"status": "left"})
    club.answer(of_deleted, error="Bad Request: user not found")
    club.answer(of_unknown, error="Forbidden: bot was kicked from the supergroup chat", code=403)
    assert [club.is_inside(user_id) for user_id in (NINA, BORIS, 303, 304)] == [True, False, False, True]
    assert club.heard == [MemberLeft(BORIS), MemberLeft(303)]


def test_an_answer_older_than_an_arrival_does_not_put_the_person_out(club: Club) -> None:
    club.profiles.arrive(club.session, NINA)
    club.settling.begin(club.session)
    club.settling.settle_presence(club.session, club.clock.now())
    club.clock.forward(seconds=1)
    club.come(NINA)
    club.answer(club.calls("getChatMember")[0], result={"status": "left"})
    assert club.is_inside(NINA)
