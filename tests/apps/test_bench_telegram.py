"""The Telegram of the benches is strict, and their figures say what was seen."""

import pytest

from plumbot.apps.benches.digest import held_against
from plumbot.apps.benches.growth import A_SECOND as UPDATES
from plumbot.apps.benches.growth import Course, a_second, told_of
from plumbot.apps.benches.scratch import TOKEN
from plumbot.apps.benches.telegram import A_SECOND, IN_A_CHAT, Window, telegram
from plumbot.kit.telegram.client import ApiError, TelegramClient


def test_no_second_takes_more_than_thirty_wherever_it_begins() -> None:
    window = Window(A_SECOND, 1.0)

    def taken(moment: float) -> int:
        count = 0
        while window.has_room(moment):
            window.take(moment)
            count += 1
        return count

    assert taken(5.0) == 30
    assert taken(5.9) == 0
    for number in range(30):
        window.take(60 + number / 30)
    assert taken(61.0) == 1
    assert taken(70.0) == 30


async def test_what_is_too_much_for_a_chat_is_refused_and_counted() -> None:
    async with telegram(strict=True) as it, TelegramClient(TOKEN, it.url) as client:
        for _ in range(IN_A_CHAT):
            await client.request("sendMessage", {"chat_id": 1, "text": "?"})
        with pytest.raises(ApiError, match="429"):
            await client.request("sendMessage", {"chat_id": 1, "text": "?"})
        await client.request("sendMessage", {"chat_id": 2, "text": "?"})
    assert (it.refused, [chat for _, chat in it.taken]) == (1, [*[1] * IN_A_CHAT, 2])


async def test_what_is_confirmed_does_not_come_again() -> None:
    async with telegram() as it, TelegramClient(TOKEN, it.url) as client:
        it.hand_over(a_second(0))
        first = await client.request("getUpdates", {"timeout": 0})
        assert await client.request("getUpdates", {"timeout": 0}) == first
        assert len(first) == UPDATES
        assert await client.request("getUpdates", {"timeout": 0, "offset": first[-1]["update_id"] + 1}) == []


def test_each_second_of_growth_has_other_messages() -> None:
    seen = [one["message"]["message_id"] for number in range(3) for one in a_second(number)[:80]]
    assert len(set(seen)) == len(seen)


def test_a_bot_that_grows_or_lags_does_not_meet_the_goal() -> None:
    flat = Course(waiting=[0.0] * 10, mib=[100.0] * 10, descriptors=[20.0] * 10)
    grown = Course(waiting=[*range(0, 500, 50)], mib=[*range(100, 200, 10)], descriptors=[*range(20, 30)])
    assert [one.met for one in told_of(flat, 10)] == [True, True, True]
    assert [one.met for one in told_of(grown, 10)] == [False, False, False]


def test_a_digest_that_was_refused_or_slow_does_not_meet_the_goal() -> None:
    quick, slow = [number / 29 for number in range(300)], [number / 15 for number in range(300)]
    assert [one.met for one in held_against(quick, 0, 300)] == [True, True]
    assert [one.met for one in held_against(slow, 1, 300)] == [False, False]
