"""The bad road itself: nothing is confirmed that was never handed over."""

from random import Random

from tests.faults.stream import Disorder, Stream
from tests.support.telegram import Json


def update(number: int) -> Json:
    return {"update_id": number, "poll": {}}


def test_the_answer_with_an_update_that_comes_again_at_its_end_may_be_lost() -> None:
    stream = Stream(Random(1), Disorder(again=0, displaced=0, presses_again=0))
    stream.push(update(1))
    assert stream.offer(100) == [update(1)]
    for number in (2, 3, 1):
        stream.push(update(number))
    stream.confirm(2)
    assert stream.offer(100) == [update(2), update(3)]
    stream.confirm(2)  # the same request again: its answer was lost
    assert stream.offer(100) == [update(2), update(3)]
    stream.confirm(4)
    assert stream.offer(100) == [update(1)]
    assert (stream.accepted, stream.wrong_offsets) == (3, [])
