"""Reading updates as they come: lanes, kinds, chatter."""

import pytest

from plumbot.kit.inbox.raw import GroupInterest, fit, kind_of, lane_of, update_id_of

NINA, ADA, CLUB, CHANNEL = 1001, 1003, -1002000000001, -1003000000000
GROUP = {"id": CLUB, "type": "supergroup"}
INTEREST = GroupInterest({"stats"}, ("new_chat_members", "left_chat_member"))


def user(number: int) -> dict[str, object]:
    return {"id": number, "is_bot": False, "first_name": "X"}


@pytest.mark.parametrize(
    ("kind", "content", "lane"),
    [
        ("message", {"from": user(NINA), "chat": GROUP}, NINA),
        ("edited_message", {"from": user(NINA), "chat": GROUP}, NINA),
        ("callback_query", {"from": user(NINA), "message": {"chat": GROUP, "sender_chat": GROUP}}, NINA),
        ("callback_query", {"from": user(NINA), "sender_chat": GROUP}, NINA),
        ("chat_member", {"from": user(ADA), "new_chat_member": {"user": user(NINA)}, "chat": GROUP}, NINA),
        ("my_chat_member", {"from": user(NINA), "new_chat_member": {"user": user(7)}, "chat": GROUP}, NINA),
        ("chat_join_request", {"from": user(NINA), "chat": GROUP}, NINA),
        ("message_reaction", {"user": user(NINA), "chat": GROUP}, NINA),
        ("message_reaction", {"actor_chat": {"id": CHANNEL}, "chat": GROUP}, CHANNEL),
        ("message_reaction_count", {"chat": GROUP}, 0),
        ("poll_answer", {"user": user(NINA)}, NINA),
        ("message", {"from": user(136817688), "sender_chat": {"id": CHANNEL}, "chat": GROUP}, CHANNEL),
        ("message", {"from": user(1087968824), "sender_chat": {"id": CLUB}, "chat": GROUP}, CLUB),
        ("message", {"from": user(1087968824), "chat": GROUP}, CLUB),
        ("message", {"from": user(136817688), "chat": GROUP}, CLUB),
        ("message", {"from": user(777000), "chat": GROUP}, CLUB),
        ("channel_post", {"sender_chat": {"id": CHANNEL}, "chat": {"id": CHANNEL}}, CHANNEL),
        ("inline_query", {"from": user(NINA)}, NINA),
        ("chat_boost", {"chat": GROUP, "boost": {}}, 0),
        ("message", {"from": "somebody", "chat": GROUP}, 0),
        ("message", {"from": {"id": 2**70}, "chat": GROUP}, 0),
        ("chat_member", {"new_chat_member": "nobody"}, 0),
    ],
)
def test_the_lane_is_the_person_concerned(kind: str, content: dict[str, object], lane: int) -> None:
    assert lane_of({"update_id": 1, kind: content}) == lane


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ({"update_id": 1, "message": {}}, "message"),
        ({"update_id": 1, "brand_new_thing": {}}, "brand_new_thing"),
        ({"update_id": 1}, "unknown"),
        ({"update_id": {}, "message": 3}, "unknown"),
        ({"update_id": 1, "\ud800": {}}, "unknown"),
        ({"update_id": 1, "a" * 41: {}}, "unknown"),
    ],
)
def test_a_kind_is_a_plain_word_or_unknown(update: dict[str, object], kind: str) -> None:
    assert kind_of(update) == kind


@pytest.mark.parametrize("number", [None, True, -1, "7", 2**63, 1.5, [1], {}])
def test_a_number_that_cannot_be_stored_is_none(number: object) -> None:
    assert update_id_of({"update_id": number}) is None


@pytest.mark.parametrize(
    ("update", "chatter"),
    [
        ({"message": {"chat": GROUP, "text": "hello"}}, True),
        ({"message": {"chat": GROUP, "text": "/unknown"}}, True),
        ({"message": {"chat": GROUP, "text": "/"}}, True),
        ({"message": {"chat": GROUP, "text": "/stats"}}, False),
        ({"message": {"chat": GROUP, "text": "/stats@plum_bot week"}}, False),
        ({"message": {"chat": GROUP, "caption": "/stats", "photo": []}}, False),
        ({"message": {"chat": GROUP, "new_chat_members": []}}, False),
        ({"message": {"chat": {"id": NINA, "type": "private"}, "text": "hello"}}, False),
        ({"edited_message": {"chat": GROUP, "text": "/stats"}}, True),
        ({"message_reaction": {"chat": GROUP}}, True),
        ({"message_reaction": {"chat": {"id": NINA, "type": "private"}}}, True),
        ({"message": {"chat": {"type": ["group"]}, "text": 5}}, False),
        ({"callback_query": {"message": {"chat": GROUP}}}, False),
        ({"chat_member": {"chat": GROUP}}, False),
    ],
)
def test_chatter_is_what_no_router_takes_of_a_group(update: dict[str, object], chatter: bool) -> None:
    assert INTEREST.is_chatter({"update_id": 1, **update}) is chatter


@pytest.mark.parametrize(
    ("update", "overheard"),
    [
        ({"message": {"chat": GROUP, "text": "hello"}}, True),
        ({"message": {"chat": GROUP, "text": "/stats"}}, True),
        ({"message": {"chat": GROUP, "new_chat_members": []}}, True),
        ({"message_reaction": {"chat": GROUP}}, True),
        ({"message": {"chat": {"id": NINA, "type": "private"}, "text": "hello"}}, False),
        ({"message": {"chat": {"type": ["group"]}, "text": 5}}, False),
        ({"message": 3}, False),
        ({"callback_query": {"message": {"chat": GROUP}}}, False),
        ({"chat_member": {"chat": GROUP}}, False),
    ],
)
def test_observers_see_all_that_is_said_in_groups(update: dict[str, object], overheard: bool) -> None:
    assert INTEREST.is_overheard({"update_id": 1, **update}) is overheard


def test_what_no_database_takes_is_replaced_and_pairs_are_left_alone() -> None:
    assert fit({"a\x00": ["\ud800x", "😀", 5, None]}) == {"a\ufffd": ["\ufffdx", "😀", 5, None]}
