"""Who may come in, as pure functions."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from plumbot.features.admission.rules import Trouble, Verdict, inside, is_news, judge, missing, trouble, works

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_only_the_approved_owner_of_a_working_link_who_is_not_blacklisted_is_welcome() -> None:
    welcome = [
        facts
        for facts in product((True, False), repeat=4)
        if judge(owner=facts[0], works=facts[1], approved=facts[2], blacklisted=facts[3]) is Verdict.WELCOME
    ]
    assert welcome == [(True, True, True, False)]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ((False, True, True, True), Verdict.BLACKLISTED),
        ((False, True, True, False), Verdict.STRANGER),
        ((True, True, False, False), Verdict.NOT_APPROVED),
        ((True, False, True, False), Verdict.LATE),
    ],
)
def test_the_gravest_reason_is_the_one_that_counts(facts: tuple[bool, ...], verdict: Verdict) -> None:
    owner, usable, approved, blacklisted = facts
    assert judge(owner=owner, works=usable, approved=approved, blacklisted=blacklisted) is verdict


@pytest.mark.parametrize("status", ["wanted", "waiting", "open"])
def test_an_unused_link_works_until_the_second_it_expires(status: str) -> None:
    assert [works(status, NOON, NOON + n * SECOND) for n in (-1, 0, 1)] == [True, False, False]


@pytest.mark.parametrize("status", ["used", "revoked", "expired", "disputed", "closed"])
def test_a_link_that_is_done_with_never_works(status: str) -> None:
    assert not works(status, NOON, NOON - SECOND)


@pytest.mark.parametrize(
    ("status", "is_member", "there"),
    [("creator", None, True), ("administrator", None, True), ("member", None, True), ("restricted", True, True),
     ("restricted", False, False), ("left", None, False), ("kicked", None, False)],
)  # fmt: skip
def test_restricted_people_are_inside_when_they_are_members(status: str, is_member: bool | None, there: bool) -> None:
    assert inside(status, is_member) is there


@pytest.mark.parametrize(
    ("last", "news"),
    [(None, True), ((NOON - SECOND, True), True), ((NOON - SECOND, False), True), ((NOON, True), False),
     ((NOON, False), True), ((NOON + SECOND, True), False), ((NOON + SECOND, False), False)],
)  # fmt: skip
def test_a_change_of_presence_counts_when_it_is_newer_or_the_opposite(
    last: tuple[datetime, bool] | None, news: bool
) -> None:
    assert is_news(last, NOON, True) is news


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        ("Bad Request: not enough rights to manage chat invite link", 400, Trouble.RIGHT),
        ("Bad Request: CHAT_ADMIN_REQUIRED", 400, Trouble.RIGHT),
        ("Bad Request: need administrator rights in the channel chat", 400, Trouble.RIGHT),
        ("Bad Request: chat not found", 400, Trouble.CHAT),
        ("Forbidden: bot is not a member of the supergroup chat", 403, Trouble.CHAT),
        ("Bad Request: PARTICIPANT_ID_INVALID", 400, Trouble.OTHER),
    ],
)
def test_what_telegram_complains_about_is_told_apart(error: str, code: int, kind: Trouble) -> None:
    assert trouble(error, code) is kind


def test_the_creator_of_the_chat_lacks_nothing_and_a_plain_member_everything() -> None:
    assert missing("creator", {}) == []
    assert missing("administrator", {"can_invite_users": True}) == ["can_restrict_members", "can_delete_messages"]
    assert len(missing("member", {"can_invite_users": True})) == 3
