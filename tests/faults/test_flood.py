"""A flood starves nobody. Told by the order in which updates are finished, not by the clock."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.faults.bench import bench
from tests.faults.conftest import Hold
from tests.faults.findings import Tally
from tests.random.strategies import says
from tests.support.scoreboard import SOAK

FLOODER, CALM = 90_000, range(90_001, 90_031)
FLOOD = 500 if SOAK else 200
OVERTAKEN_AT_MOST = 60  # of the flood's updates, by the last of the calm people


@pytest.mark.sized
@pytest.mark.timeout(300)
async def test_who_asks_once_does_not_wait_behind_who_asks_hundreds_of_times(head_url: str, hold: Hold) -> None:
    async with bench(head_url) as it:
        flood = [says(FLOODER, f"/start {number}") for number in range(FLOOD)]
        await it.take([*flood, *(says(person, "/start") for person in CALM)])
        order = await it.witness.read(_in_order_of_their_end)
    assert len(order) == FLOOD + len(CALM)
    last = max(place for place, lane in enumerate(order) if lane != FLOODER)
    before = order[:last].count(FLOODER)
    late = [f"{before} updates of the flood were finished before the last of the others"]
    tally = Tally(len(CALM), lost=late if before > OVERTAKEN_AT_MOST else [])
    hold({"a flood starves nobody": tally}, head_url.partition(":")[0].partition("+")[0])


def _in_order_of_their_end(session: Session) -> list[int]:
    question = text("SELECT lane FROM inbox WHERE source = 'telegram' AND status = 'done' ORDER BY finished_at, seq")
    return list(session.scalars(question))
