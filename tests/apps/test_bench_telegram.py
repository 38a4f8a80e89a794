"""The Telegram of the benches is strict, and their figures say what was seen."""

import asyncio

from plumbot.apps.benches.digest import held_against
from plumbot.apps.benches.growth import A_SECOND, Course, a_second, told_of
from plumbot.apps.benches.scratch import TOKEN
from plumbot.apps.benches.telegram import telegram
from plumbot.kit.telegram.client import ApiError, TelegramClient


async def test_more_than_thirty_at_once_are_refused_and_counted() -> None:
    async with telegram(strict=True) as it, TelegramClient(TOKEN, it.url) as client:
        for chat in range(1, 31):
            await client.request("sendMessage", {"chat_id": chat, "text": "?"})
        answers = [client.request("sendMessage", {"chat_id": chat, "text": "?"}) for chat in range(31, 61)]
        refusals = [one for one in await asyncio.gather(*answers, return_exceptions=True) if isinstance(one, ApiError)]
    assert {one.code for one in refusals} == {429}
    assert it.refused == len(refusals)
    assert len({chat for _, chat in it.taken}) == len(it.taken)


async def test_what_is_confirmed_does_not_come_again() -> None:
    async with telegram() as it, TelegramClient(TOKEN, it.url) as client:
        it.hand_over(a_second(0))
        first = await client.request("getUpdates", {"timeout": 0})
        assert await client.request("getUpdates", {"timeout": 0}) == first
        assert len(first) == A_SECOND
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
