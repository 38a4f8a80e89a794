"""Telegram's limits, and the pauses it asks for."""

import asyncio

from plumbot.kit.outbox.limits import CHATS_REMEMBERED, Gate, Limits


async def seconds(limits: Limits, *chats: int | None) -> float:
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(limits.wait(chat) for chat in chats))
    return asyncio.get_running_loop().time() - started


async def test_a_chat_may_have_a_burst_and_then_waits() -> None:
    assert await seconds(Limits(chat_burst=3), 7, 7, 7) < 0.1
    limits = Limits(chat_burst=3)
    slow = asyncio.create_task(seconds(limits, 7, 7, 7, 7))
    assert await seconds(limits, 8, 9, None) < 0.1
    assert not slow.done()
    slow.cancel()


async def test_a_group_has_its_limit_of_a_minute_besides() -> None:
    limits = Limits(chat_burst=100, group_a_minute=2)
    third = asyncio.create_task(seconds(limits, -5, -5, -5))
    assert await seconds(limits, 5, 5, 5) < 0.1
    await asyncio.sleep(0.05)
    assert not third.done()
    third.cancel()


async def test_all_together_keep_the_limit_of_a_second() -> None:
    assert await seconds(Limits(a_second=20), *range(1, 2 + 6)) >= 0.2
    assert await seconds(Limits(a_second=20), *range(1, 2 + 4)) < 0.3


async def test_turns_that_are_used_late_and_all_at_once_do_not_crowd_a_second() -> None:
    gate, loop = Gate(3, seconds=0.2), asyncio.get_running_loop()
    passed: list[float] = []

    async def passes() -> None:
        await gate.passed()
        passed.append(loop.time())

    await asyncio.gather(*(passes() for _ in range(8)))
    assert min(later - first for first, later in zip(passed, passed[3:], strict=False)) > 0.19
    assert passed[2] - passed[0] < 0.1


async def test_a_pause_holds_its_chat_and_no_other() -> None:
    limits = Limits()
    limits.pauses.hold(7, 30)
    assert not await limits.wait(7)
    assert await limits.wait(8)
    assert limits.pauses.chats() == [7]


async def test_a_pause_of_everything_holds_every_chat_and_ends() -> None:
    limits = Limits()
    limits.pauses.hold(None, 0.05)
    assert [await limits.wait(chat) for chat in (7, None)] == [False, False]
    await asyncio.sleep(0.06)
    assert [await limits.wait(chat) for chat in (7, None)] == [True, True]


async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    limits = Limits()
    limits.pauses.hold(7, 30)
    limits.pauses.hold(7, 0)
    assert limits.pauses.left(7) > 29


async def test_whoever_waits_when_it_stops_is_let_go_without_having_sent() -> None:
    limits = Limits(chat_burst=1)
    assert await limits.wait(7)
    waiting = asyncio.create_task(limits.wait(7))
    await asyncio.sleep(0.01)
    limits.stop()
    assert await waiting is False


async def test_only_so_many_chats_are_remembered() -> None:
    limits = Limits(a_second=1_000_000, chat_burst=1)
    await limits.wait(1)
    for chat in range(2, CHATS_REMEMBERED + 2):
        await limits.wait(chat)
    assert await seconds(limits, 1) < 0.1, "forgotten, it begins anew"
    held = asyncio.create_task(seconds(limits, CHATS_REMEMBERED + 1))
    await asyncio.sleep(0.05)
    assert not held.done(), "the newest are known"
    held.cancel()
