"""Whatever Telegram may send: the bot never raises, and never loses what comes next."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.random.house import House, house
from tests.random.strategies import PEOPLE, Json, batches, presses_on, says, way
from tests.support.scoreboard import SOAK

OFTEN = settings(
    max_examples=3_000 if SOAK else 150,
    deadline=None,
    database=None,
    derandomize=not SOAK,  # what `make test` finds, it finds again
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # examples share one database: a smaller one would not be the same
    report_multiple_bugs=False,
)


def said_to(it: House, person: int) -> int:
    return sum(made["chat_id"] in (person, str(person)) for made in it.post.made("sendMessage", "sendPhoto"))


async def hold(it: House, batches: list[list[Json]], person: int) -> None:
    """They are dealt with, and a plain /start that follows is answered."""
    before = await it.last_seq()
    for batch in batches:
        await it.take(batch)
    assert not await it.troubles(before)
    heard = said_to(it, person)
    await it.take([says(person, "/start")])
    assert not await it.troubles(before)
    assert said_to(it, person) > heard


@pytest.mark.sized
@pytest.mark.timeout(7_500 if SOAK else 300)
def test_whatever_comes_the_bot_never_raises_and_start_is_always_answered(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        living = house(tmp_path)
        it = runner.run(living.__aenter__())
        accepted = presses_on(3001, "rules-ok")
        try:

            @OFTEN
            @example([*way(3001, 1, "apl:ok:{}", accepted), *way(3002, 2, "apr:-:{}", accepted)], 3001)
            @given(batches, st.sampled_from(PEOPLE))
            def check(handed_over: list[list[Json]], person: int) -> None:
                runner.run(hold(it, handed_over, person))

            check()
            assert not runner.run(it.troubles(0))
            assert runner.run(it.statuses()) >= {"approved", "rejected"}
            assert not [made for made in it.post.made("sendMessage") if "does not take" in made["text"]]
        finally:
            runner.run(living.__aexit__(None, None, None))
