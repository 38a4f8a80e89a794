"""Karma as it changes: by thanks, by reactions, by admins; and what does not change it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, update
from sqlalchemy.orm import Session

from plumbot.club.profiles import Profiles
from plumbot.club.tables import AuditEntry, Profile
from plumbot.features.karma.ledger import COUNTED_IN, Change, broken_ledgers
from plumbot.features.karma.rules import OPENING, TooMuchKarma, UnknownPerson
from plumbot.features.karma.tables import KarmaDay, KarmaEvent, MessageAuthor, Vote
from plumbot.kit.switches import Switch
from tests.features.conftest import FixedClock
from tests.features.karma.conftest import ADA, CLUB, MIRA, NINA, OLEG, Talk, enrol, message, reaction, talk_in, user

# Defects of the old bot


def test_defect_3_a_reply_with_thanks_gives_karma(talk: Talk) -> None:
    asked = talk.says(MIRA, "look at this")
    talk.says(OLEG, "Спасибо!", to=asked)
    assert talk.karma(MIRA) == 11


def test_defect_4_authors_outlive_a_restart_so_that_later_reactions_count(
    talk: Talk, session: Session, clock: FixedClock
) -> None:
    number = talk.says(MIRA)
    session.commit()
    after = talk_in(session, clock)
    after.reacts(OLEG, number, "👍")
    assert after.karma(MIRA) == 11


def test_defect_5_joining_again_keeps_karma(talk: Talk, session: Session, clock: FixedClock) -> None:
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    profiles = Profiles(clock, 10)
    profiles.leave(session, MIRA)
    profiles.arrive(session, MIRA)
    session.flush()
    assert talk.karma(MIRA) == 11


def test_defect_15_an_admins_change_is_a_row_of_the_ledger(talk: Talk, session: Session) -> None:
    assert talk.service.change_by_admin(session, MIRA, 5, ADA, "a good talk") == 15
    assert talk.service.set_by_admin(session, MIRA, -3, ADA, "a bad one") == -3
    rows = session.execute(select(KarmaEvent.delta, KarmaEvent.actor_id, KarmaEvent.reason).order_by(KarmaEvent.id))
    assert [tuple(row) for row in rows] == [(5, ADA, "a good talk"), (-18, ADA, "a bad one")]
    assert talk.karma(MIRA) == -3
    told = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.actor_id, one.subject_id, one.before, one.after) for one in told] == [
        (ADA, MIRA, {"karma": 10}, {"karma": 15, "reason": "a good talk"}),
        (ADA, MIRA, {"karma": 15}, {"karma": -3, "reason": "a bad one"}),
    ]


def test_defect_19_setting_and_taking_back_several_reactions_farms_nothing(talk: Talk) -> None:
    number = talk.says(MIRA)
    for now in (["👍", "🔥", "❤"], ["👍"], ["👍", "🔥"], [], ["🔥", "❤"], ["❤"], []):
        talk.reacts(OLEG, number, *now)
    assert talk.karma(MIRA) == 10
    assert talk.deltas(MIRA) == [1, -1, 1, -1]


# Thanks and reactions


def test_thanks_are_counted_once_a_message_however_often_they_are_said(talk: Talk) -> None:
    number = talk.says(MIRA)
    for _ in range(3):
        talk.says(OLEG, "спасибо", to=number)
    talk.says(ADA, "+", to=number)
    assert talk.karma(MIRA) == 12


def test_thanks_in_a_caption_count(talk: Talk) -> None:
    number = talk.says(MIRA)
    picture = message(900, OLEG, at=talk.clock.now(), to=talk.messages[number], caption="Круто!")
    del picture["message"]["text"]
    talk.hears(picture)
    assert talk.karma(MIRA) == 11


def test_thanks_and_a_reaction_for_one_message_are_two_votes(talk: Talk) -> None:
    number = talk.says(MIRA)
    talk.says(OLEG, "топ", to=number)
    talk.reacts(OLEG, number, "🔥")
    assert talk.karma(MIRA) == 12


def test_a_reaction_changed_from_good_to_bad_takes_two(talk: Talk) -> None:
    number = talk.says(MIRA)
    talk.reacts(OLEG, number, "👍")
    talk.reacts(OLEG, number, "👎")
    assert talk.deltas(MIRA) == [1, -2]
    assert talk.karma(MIRA) == 9


def test_a_reaction_that_comes_before_its_message_waits_for_it(talk: Talk) -> None:
    talk.reacts(OLEG, 500, "👍")
    talk.reacts(ADA, 500, "👎")
    talk.reacts(ADA, 500)
    assert talk.karma(MIRA) == 10
    talk.hears(message(500, MIRA, at=talk.clock.now()))
    assert talk.karma(MIRA) == 11


def test_an_older_reaction_that_comes_later_is_passed_over(talk: Talk) -> None:
    number, now = talk.says(MIRA), talk.clock.now()
    talk.hears(reaction(number, OLEG, ["👎"], at=now + timedelta(seconds=5)))
    talk.hears(reaction(number, OLEG, ["👍"], at=now))
    assert talk.karma(MIRA) == 9


def test_the_same_reaction_delivered_again_changes_nothing(talk: Talk) -> None:
    number = talk.says(MIRA)
    for _ in range(3):
        talk.reacts(OLEG, number, "👍")
    assert talk.deltas(MIRA) == [1]


def test_a_reaction_to_the_creation_of_a_topic_is_for_nobody(talk: Talk) -> None:
    created = message(500, MIRA, "", at=talk.clock.now(), forum_topic_created={"name": "Books"})
    talk.reacts(OLEG, 500, "👍")
    talk.hears(created)
    talk.reacts(ADA, 500, "👍")
    assert talk.deltas(MIRA) == []


# Who gives and gets nothing


def test_nobody_gives_to_oneself(talk: Talk) -> None:
    number = talk.says(MIRA)
    talk.says(MIRA, "спасибо", to=number)
    talk.reacts(MIRA, number, "👍")
    assert talk.deltas(MIRA) == []


def test_only_people_in_the_club_receive(talk: Talk, session: Session) -> None:
    stranger = talk.says(NINA)
    talk.reacts(OLEG, stranger, "👍")
    session.execute(update(Profile).where(Profile.user_id == MIRA).values(in_club=False))
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert session.scalar(select(func.count()).select_from(KarmaEvent)) == 0


def test_who_left_gives_back_what_is_taken_back(talk: Talk, session: Session) -> None:
    number = talk.says(MIRA)
    talk.reacts(OLEG, number, "👍")
    session.execute(update(Profile).where(Profile.user_id == MIRA).values(in_club=False))
    talk.reacts(OLEG, number)
    assert talk.karma(MIRA) == 10


def without_effect(talk: Talk) -> dict[str, dict[str, Any]]:
    now = talk.clock.now()
    target = talk.messages[talk.says(MIRA)]
    number = target["message"]["message_id"]
    thanks = message(901, OLEG, "спасибо", at=now, to=target)
    topic = {"message": target["message"] | {"forum_topic_created": {"name": "General"}}}
    anonymous = reaction(number, OLEG, ["👍"], at=now)
    del anonymous["message_reaction"]["user"]
    anonymous["message_reaction"]["actor_chat"] = {"id": CLUB, "type": "supergroup"}
    of_a_bot = reaction(number, OLEG, ["👍"], at=now)
    of_a_bot["message_reaction"]["user"]["is_bot"] = True
    elsewhere = message(901, OLEG, "спасибо", at=now, to=target, chat={"id": -100777, "type": "supergroup"})
    custom = reaction(number, OLEG, [], at=now)
    custom["message_reaction"]["new_reaction"] = [{"type": "custom_emoji", "custom_emoji_id": "5"}, {"type": "paid"}]
    channel = message(901, OLEG, "спасибо", at=now, to=target, sender_chat={"id": -100888, "type": "channel"})
    bot = message(901, OLEG, "спасибо", at=now, to=target)
    bot["message"]["from"] = user(OLEG, is_bot=True)
    telegram = message(901, 777000, "спасибо", at=now, to=target)
    to_channel = {"message": target["message"] | {"sender_chat": {"id": -100888, "type": "channel"}}}
    to_bot = {"message": target["message"] | {"from": user(MIRA, is_bot=True)}}
    return {
        "an edit": {"update_id": 1, "edited_message": thanks["message"]},
        "a topic's creation": message(901, OLEG, "спасибо", at=now, to=topic),
        "any message of a topic": thanks_in_topic(thanks, number),
        "an anonymous reaction": anonymous,
        "a reaction of a bot": of_a_bot,
        "a count of reactions": {
            "update_id": 1,
            "message_reaction_count": {"chat": {"id": CLUB}, "message_id": number},
        },
        "another chat": elsewhere,
        "a custom emoji": custom,
        "a channel's message": channel,
        "a bot's message": bot,
        "Telegram's own account": telegram,
        "thanks to a channel's post": message(901, OLEG, "спасибо", at=now, to=to_channel),
        "thanks to a bot": message(901, OLEG, "спасибо", at=now, to=to_bot),
        "no answer": message(901, OLEG, "спасибо", at=now),
        "other words": message(901, OLEG, "не за что", at=now, to=target),
        "no text": message(901, OLEG, "", at=now, to=target),
    }


def thanks_in_topic(thanks: dict[str, Any], topic: int) -> dict[str, Any]:
    return thanks | {"message": thanks["message"] | {"is_topic_message": True, "message_thread_id": topic}}


CASES = [
    "an edit", "a topic's creation", "any message of a topic", "an anonymous reaction", "a reaction of a bot",
    "a count of reactions", "another chat", "a custom emoji", "a channel's message", "a bot's message",
    "Telegram's own account", "thanks to a channel's post", "thanks to a bot", "no answer", "other words", "no text",
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_gives_no_karma(talk: Talk, case: str) -> None:
    cases = without_effect(talk)
    assert list(cases) == CASES
    talk.hears(cases[case])
    assert talk.deltas(MIRA) == []


def test_whatever_stands_in_an_update_is_borne(talk: Talk) -> None:
    odd: list[Any] = [None, 5, "text", [], {}, {"id": "x"}, {"id": -1}, {"id": True}, {"id": 2**80}]
    for name in ("message_id", "from", "chat", "date", "text", "reply_to_message", "sender_chat"):
        for value in odd:
            update_ = message(901, OLEG, "спасибо", at=talk.clock.now(), to=message(7, MIRA, at=talk.clock.now()))
            update_["message"][name] = value
            talk.hears(update_)
    for name in ("message_id", "user", "chat", "date", "new_reaction", "actor_chat"):
        for value in [*odd, [5], [{}], [{"emoji": 5}]]:
            update_ = reaction(7, OLEG, ["👍"], at=talk.clock.now())
            update_["message_reaction"][name] = value
            talk.hears(update_)
    assert broken_ledgers(talk.session) == []


# The cap


def test_one_gives_another_ten_changes_a_day_gross(talk: Talk) -> None:
    for _ in range(12):
        talk.reacts(OLEG, talk.says(MIRA), "👍")
    talk.reacts(ADA, talk.says(MIRA), "👍")
    assert talk.karma(MIRA) == 21


def test_toggling_uses_up_the_cap_and_still_farms_nothing(talk: Talk) -> None:
    number = talk.says(MIRA)
    for _ in range(20):
        talk.reacts(OLEG, number, "👍")
        talk.reacts(OLEG, number)
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert talk.deltas(MIRA) == [1, -1] * 5
    assert talk.karma(MIRA) == 10


def test_what_the_cap_refused_takes_nothing_away_when_it_is_taken_back(talk: Talk) -> None:
    for _ in range(10):
        talk.reacts(OLEG, talk.says(MIRA), "👍")
    refused = talk.says(MIRA)
    talk.reacts(OLEG, refused, "👍")
    talk.reacts(OLEG, refused)
    assert talk.karma(MIRA) == 20


@pytest.mark.parametrize(
    ("last_second", "next_day"),
    [
        (datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),  # winter
        (datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # summer has begun
        (datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # and has ended
    ],
)
def test_the_cap_is_the_clubs_days(talk: Talk, last_second: datetime, next_day: datetime) -> None:
    talk.clock.at = last_second
    for _ in range(11):
        talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert talk.karma(MIRA) == 20
    talk.clock.at = next_day
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert talk.karma(MIRA) == 21
    days = talk.session.execute(select(KarmaDay.plus).where(KarmaDay.user_id == MIRA).order_by(KarmaDay.day))
    assert [row.plus for row in days] == [10, 1]


def test_admins_changes_do_not_use_up_the_cap(talk: Talk, session: Session) -> None:
    talk.service.change_by_admin(session, MIRA, 50, OLEG, "prize")
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert talk.karma(MIRA) == 61


def test_a_late_update_belongs_to_the_day_on_which_it_happened(talk: Talk) -> None:
    number = talk.says(MIRA)
    yesterday = talk.clock.now() - timedelta(days=1)
    talk.hears(reaction(number, OLEG, ["👍"], at=yesterday))
    assert talk.session.scalars(select(KarmaDay.day)).all() == [yesterday.date()]


# Admins


def test_an_admins_change_of_nothing_leaves_no_trace(talk: Talk, session: Session) -> None:
    assert talk.service.set_by_admin(session, MIRA, 10, ADA, "as it is") == 10
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_nobody_can_change_a_stranger_or_by_a_million(talk: Talk, session: Session) -> None:
    with pytest.raises(UnknownPerson):
        talk.service.change_by_admin(session, 5, 1, ADA, "?")
    with pytest.raises(UnknownPerson):
        talk.service.set_by_admin(session, 5, 1, ADA, "?")
    with pytest.raises(TooMuchKarma):
        talk.service.change_by_admin(session, MIRA, 1_000_000, ADA, "?")
    assert talk.karma(MIRA) == 10


def test_a_profile_that_is_known_already_shows_the_new_karma(talk: Talk, session: Session) -> None:
    profile = session.get(Profile, MIRA)
    assert profile is not None
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert profile.karma == 11


# What is kept, and what is checked


def test_authors_are_kept_for_90_days_and_what_waits_in_vain_too(talk: Talk, session: Session) -> None:
    number = talk.says(MIRA)
    talk.reacts(OLEG, number, "👍")
    talk.reacts(OLEG, 777, "👍")
    talk.service.forget_old_messages(session, talk.clock.forward(days=89))
    assert len(session.scalars(select(MessageAuthor)).all()) == 1
    talk.service.forget_old_messages(session, talk.clock.forward(days=2))
    assert session.scalars(select(MessageAuthor)).all() == []
    assert [vote.message_id for vote in session.scalars(select(Vote))] == [number]
    talk.reacts(OLEG, number)
    assert talk.karma(MIRA) == 10


def test_a_wrong_ledger_is_found(talk: Talk, session: Session) -> None:
    talk.reacts(OLEG, talk.says(MIRA), "👍")
    assert broken_ledgers(session) == []
    session.execute(update(Profile).where(Profile.user_id == MIRA).values(karma=99))
    session.execute(update(Profile).where(Profile.user_id == ADA).values(karma=9))
    assert sorted(broken_ledgers(session)) == [(MIRA, 99, 11), (ADA, 9, 10)]


def test_days_are_counted_anew_in_the_clubs_zone_and_without_opening_entries(talk: Talk, session: Session) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # in Berlin it is the next day
    session.add(KarmaEvent(user_id=MIRA, delta=40, reason=OPENING, created_at=late))
    session.add(KarmaEvent(user_id=MIRA, delta=-2, reason=None, created_at=late))
    session.add(KarmaDay(user_id=MIRA, day=late.date(), plus=7, minus=0))
    talk.ledger.count_days_in_our_zone(session, late)
    days = session.execute(select(KarmaDay.day, KarmaDay.plus, KarmaDay.minus)).all()
    assert [(str(day), plus, minus) for day, plus, minus in days] == [("2026-03-02", 0, 2)]
    talk.ledger.write(session, [Change(MIRA, 1, "x", late, ADA)])
    talk.ledger.count_days_in_our_zone(session, late)
    assert session.scalars(select(KarmaDay.plus)).all() == [1]
    switch = session.get(Switch, COUNTED_IN)
    assert switch is not None
    assert switch.value == "Europe/Berlin"


def test_who_voted_before_the_profile_was_made_gives_nothing_twice(
    talk: Talk, session: Session, clock: FixedClock
) -> None:
    number = talk.says(NINA)
    talk.reacts(OLEG, number, "👍")
    enrol(session, clock, [NINA])
    talk.reacts(OLEG, number)
    assert talk.karma(NINA) == 10
    talk.reacts(OLEG, number, "👍")
    assert talk.karma(NINA) == 11


def test_who_is_in_memory_is_read_anew_only_when_their_karma_has_changed(talk: Talk, session: Session) -> None:
    mira, oleg = (session.get_one(Profile, user_id) for user_id in (MIRA, OLEG))
    assert (mira.karma, oleg.karma) == (10, 10)
    talk.ledger.write(session, [Change(MIRA, 3, "x", talk.clock.now(), ADA)])
    assert ("karma" in inspect(oleg).unloaded, mira.karma) == (False, 13)
