"""What the fault tests share: the row that each of them adds to the table of promises."""

from collections.abc import Callable

import pytest

from tests.faults.findings import Tally
from tests.support import scoreboard

Hold = Callable[..., None]


@pytest.fixture
def hold(record_property: Callable[[str, object], None]) -> Hold:
    """Writes down what was found for each promise, then fails when anything was lost or doubled."""

    def hold(tallies: dict[str, Tally], on: str) -> None:
        for promise, tally in tallies.items():
            scoreboard.note(record_property, promise, tally.tried, len(tally.lost), len(tally.doubled), on=on)
        found = {promise: tally.lost + tally.doubled for promise, tally in tallies.items()}
        assert not {promise: complaints[:20] for promise, complaints in found.items() if complaints}

    return hold
